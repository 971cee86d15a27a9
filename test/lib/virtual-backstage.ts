import type { Assembly } from '../../rehearsal/assembly';
import type { Clock } from '../../rehearsal/aws/clock';
import type { StateMachineRunner } from '../../rehearsal/aws/sfn/executions';
import type { CommandRunner } from '../../rehearsal/aws/ssm/command-invocations';
import { type CommandDocument, commandDocument } from '../../rehearsal/aws/ssm/document';
import type { ManagedInstance } from '../../rehearsal/aws/ssm/managed-instances';
import { OwnCommands } from '../../rehearsal/stage/backstage/own-commands';
import { OwnStateMachines } from '../../rehearsal/stage/backstage/own-state-machines';
import { WorkloadEndpoints } from '../../rehearsal/stage/backstage/workload-endpoints';
import type { CheckAnswers } from '../../rehearsal/stage/checks/check-answers';
import { CheckCommands } from '../../rehearsal/stage/checks/check-commands';
import { checkStateMachines } from '../../rehearsal/stage/checks/check-state-machines';
import type { ListedCheck } from '../../rehearsal/stage/checks/listed-checks';
import type { StoppedWorkload } from '../../rehearsal/stage/migration';
import { namesOf } from '../../rehearsal/stage/workload-standing';

const ON_HOSTS = ['supervisor program', 'systemd unit', 'command'];

/**
 * What no service of AWS has, for whole nights in virtual time: real HTTP endpoints, and hosts on which a word stands
 * for what runs there. The documents' own scripts are run elsewhere, on real supervisors and units.
 */
export class VirtualBackstage {
  readonly instances: readonly ManagedInstance[];
  readonly commands: OwnCommands;
  readonly machines: OwnStateMachines;
  readonly checkMachines: StateMachineRunner;
  private readonly checkCommands: CheckCommands;

  private constructor(
    readonly documents: readonly CommandDocument[],
    private readonly workloads: readonly StoppedWorkload[],
    readonly endpoints: WorkloadEndpoints,
    clock: Clock,
    checks: readonly ListedCheck[],
    answers: CheckAnswers,
  ) {
    const looked = checks.flatMap(({ facts }) => namesOf(facts.ids));
    const found = this.onHosts.flatMap((workload) => this.instancesOf(workload));
    this.instances = [...found, ...looked.map((instanceId) => ({ instanceId, tags: {} }))];
    this.commands = new OwnCommands(this.onHosts.map(({ facts }) => String(facts.document)));
    this.machines = new OwnStateMachines(workloads, clock);
    this.checkCommands = new CheckCommands(checks, answers);
    this.checkMachines = checkStateMachines(checks, answers, clock);
  }

  static async start(
    assembly: Assembly,
    workloads: readonly StoppedWorkload[],
    clock: Clock,
    checks: readonly ListedCheck[],
    answers: CheckAnswers,
  ): Promise<VirtualBackstage> {
    // What throws must do so before servers are started that nobody would stop.
    const documents = assembly
      .resources('AWS::SSM::Document')
      .filter((document) => document.property('DocumentType') === 'Command')
      .map((document) => commandDocument(String(document.physicalId), document.property('Content')));
    const endpoints = await WorkloadEndpoints.start(assembly, workloads, clock);
    return new VirtualBackstage(documents, workloads, endpoints, clock, checks, answers);
  }

  readonly run: CommandRunner = (order, signal) =>
    this.checkCommands.has(order.documentName) ? this.checkCommands.run(order, signal) : this.commands.run(order);

  standing(): Readonly<Record<string, string>> {
    const onHosts = this.onHosts.map((workload) => [
      `${workload.kind} ${workload.id}`,
      this.instancesOf(workload)
        .map(({ instanceId }) =>
          this.commands.isStopped(String(workload.facts.document), instanceId) ? 'stopped' : 'running',
        )
        .join(', '),
    ]);
    return { ...Object.fromEntries(onHosts), ...this.endpoints.standing(), ...this.machines.standing() };
  }

  stop(): Promise<void> {
    return this.endpoints.stop();
  }

  private get onHosts(): readonly StoppedWorkload[] {
    return this.workloads.filter(({ kind }) => ON_HOSTS.includes(kind));
  }

  private instancesOf({ facts }: StoppedWorkload): readonly ManagedInstance[] {
    return namesOf(facts.ids).map((instanceId) => ({ instanceId, tags: {} }));
  }
}
