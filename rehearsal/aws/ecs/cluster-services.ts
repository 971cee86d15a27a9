import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';

export interface EcsServiceProps {
  readonly cluster: string;
  readonly name: string;
  readonly desiredCount: number;
}

export interface EcsTask {
  readonly arn: string;
  readonly startedAt: number;
}

/** A service, with the tasks that run now. */
export interface EcsService {
  readonly arn: string;
  readonly cluster: string;
  readonly name: string;
  desiredCount: number;
  readonly tasks: EcsTask[];
}

/** Starts and stops what the tasks of a service stand for. Resolves when so many run. */
export type ScaleHook = (
  service: { readonly cluster: string; readonly name: string },
  running: number,
) => Promise<void>;

/** The services of the rehearsal's clusters: tasks follow the desired count, but not at once. */
export class ClusterServices {
  private readonly services: EcsService[] = [];
  private settling: Promise<void> = Promise.resolve();

  constructor(
    private readonly environment: AwsEnvironment,
    private readonly scale: ScaleHook,
  ) {}

  add({ cluster, name, desiredCount }: EcsServiceProps): void {
    const service: EcsService = {
      arn: arnOf(this.environment, 'ecs', `service/${cluster}/${name}`),
      cluster,
      name,
      desiredCount,
      tasks: [],
    };
    this.services.push(service);
    this.adjustTasks(service);
  }

  all(cluster: string): readonly EcsService[] {
    return this.services.filter((service) => service.cluster === cluster);
  }

  /** By name or ARN. */
  find(cluster: string, nameOrArn: string): EcsService | undefined {
    return this.all(cluster).find(({ arn, name }) => name === nameOrArn || arn === nameOrArn);
  }

  /** @throws AwsError ClusterNotFound */
  requireCluster(nameOrArn = 'default'): string {
    const name = nameOrArn.split('/').at(-1) ?? nameOrArn;
    if (!this.services.some(({ cluster }) => cluster === name)) {
      throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    }
    return name;
  }

  setDesiredCount(service: EcsService, desiredCount: number): void {
    service.desiredCount = desiredCount;
    // One change after the other: a task that is still starting cannot be stopped.
    this.settling = this.settling.then(async () => {
      await this.scale(service, service.desiredCount);
      this.adjustTasks(service);
    });
  }

  /** Resolves when every service has the tasks it wants; rejects with the first failure of the hook. */
  settled(): Promise<void> {
    return this.settling;
  }

  private adjustTasks(service: EcsService): void {
    while (service.tasks.length < service.desiredCount) {
      const arn = arnOf(this.environment, 'ecs', `task/${service.cluster}/${this.environment.ids.hex(32)}`);
      service.tasks.push({ arn, startedAt: this.environment.clock.now() });
    }
    service.tasks.length = service.desiredCount;
  }
}
