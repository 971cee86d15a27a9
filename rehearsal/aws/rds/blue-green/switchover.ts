import { AwsError } from '../../aws-error';
import type { LogCoordinates } from '../backend';
import type { RdsContext } from '../context';
import type { Deployment } from './deployments';
import { exchangeNames } from './exchange-names';

const MIN_SECONDS = 30;
const MAX_SECONDS = 3600;
export const USUAL_SECONDS = 300;

/** SwitchoverBlueGreenDeployment: guardrails, then the change of places in the background; or everything as it was. */
export class DeploymentSwitchover {
  constructor(private readonly context: RdsContext) {}

  /** @throws AwsError where the deployment or a database in it is in no state for it. */
  begin(deployment: Deployment, timeoutSeconds: number): void {
    if (timeoutSeconds < MIN_SECONDS || timeoutSeconds > MAX_SECONDS) {
      throw new AwsError(
        'InvalidParameterValue',
        `The parameter SwitchoverTimeout must be from ${MIN_SECONDS} to ${MAX_SECONDS}, not ${timeoutSeconds}.`,
      );
    }
    this.checkStates(deployment);
    deployment.status = 'SWITCHOVER_IN_PROGRESS';
    deployment.statusDetails = undefined;
    this.event(deployment, ['notification'], 'Switchover from blue to green was started.');
    const [writer] = deployment.instances.map(({ green }) => green.identifier);
    this.context.background.start(
      async () => {
        const coordinates = await this.withinTime(deployment, timeoutSeconds);
        deployment.status = 'SWITCHOVER_COMPLETED';
        deployment.clusters.green.replicationSource = undefined;
        deployment.clusters.blue.readOnlyUntilReboot = true;
        this.announce(deployment, writer, coordinates);
      },
      (reason) => {
        deployment.status = 'SWITCHOVER_FAILED';
        deployment.statusDetails = reason;
        this.event(deployment, ['failure'], `Switchover from blue to green was canceled: ${reason}`);
      },
    );
  }

  private checkStates({ status, clusters, instances }: Deployment): void {
    if (status !== 'AVAILABLE' && status !== 'SWITCHOVER_FAILED') {
      throw new AwsError(
        'InvalidBlueGreenDeploymentStateFault',
        `The blue/green deployment can be switched over in the status AVAILABLE only; it is ${status}.`,
      );
    }
    for (const cluster of [clusters.blue, clusters.green]) {
      if (cluster.status !== 'available') {
        throw new AwsError('InvalidDBClusterStateFault', `DB cluster ${cluster.identifier} is not available.`);
      }
    }
    const busy = instances.flatMap(({ blue, green }) => [blue, green]).find((one) => one.status !== 'available');
    if (busy) {
      throw new AwsError('InvalidDBInstanceStateFault', `DB instance ${busy.identifier} is not available.`);
    }
  }

  /** The backend undoes what it did when the time is up; the names are put back here. */
  private async withinTime(deployment: Deployment, seconds: number): Promise<LogCoordinates | undefined> {
    const { environment } = this.context;
    const timeUp = new AbortController();
    const over = new AbortController();
    const limit = environment.clock.sleep(seconds * 1000, over.signal).then(() => {
      if (!over.signal.aborted) timeUp.abort();
    });
    try {
      await this.checkGuardrails(deployment);
      return await this.changePlaces(deployment, timeUp.signal);
    } catch (error) {
      if (timeUp.signal.aborted) throw new Error(`The switchover took longer than ${seconds} seconds.`);
      throw error;
    } finally {
      over.abort();
      await limit;
    }
  }

  private async checkGuardrails({ clusters: { blue, green } }: Deployment): Promise<void> {
    const { backend, durations, environment } = this.context;
    await environment.clock.sleep(durations.switchover);
    const findings = await backend.guardrails({ blue: blue.resourceId, green: green.resourceId });
    if (findings.length > 0) throw new Error(findings.join(' '));
    if (green.replicationSource === undefined) throw new Error('Green does not replicate from blue any more.');
  }

  private async changePlaces(deployment: Deployment, signal: AbortSignal): Promise<LogCoordinates | undefined> {
    signal.throwIfAborted();
    const { backend, databases } = this.context;
    const { blue, green } = deployment.clusters;
    let putBack: (() => void) | undefined;
    try {
      return await backend.switchOver({
        blue: blue.resourceId,
        green: green.resourceId,
        signal,
        rename: () => {
          putBack = exchangeNames(deployment, databases);
        },
      });
    } catch (error) {
      putBack?.();
      throw error;
    }
  }

  /**
   * The coordinates are an event of green's writer, by the name that it had before.
   *
   * @see docs/aws-facts.md#rds-switchover-coordinates
   */
  private announce(deployment: Deployment, writer: string | undefined, coordinates: LogCoordinates | undefined): void {
    this.event(deployment, ['notification'], 'Switchover from blue to green was completed.');
    if (coordinates === undefined || writer === undefined) return;
    const message = `Binary log coordinates in green environment after switchover: file ${coordinates.file} and position ${coordinates.position}`;
    this.context.events.write('db-instance', writer, ['notification'], message);
  }

  private event({ id }: Deployment, categories: readonly string[], message: string): void {
    this.context.events.write('blue-green-deployment', id, categories, message);
  }
}
