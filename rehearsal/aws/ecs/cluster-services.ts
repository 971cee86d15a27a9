import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { ServiceTask, type TaskPace } from './service-task';

export interface EcsServiceProps {
  readonly cluster: string;
  readonly name: string;
  readonly desiredCount: number;
  /** @default 'REPLICA' */
  readonly schedulingStrategy?: 'REPLICA' | 'DAEMON';
  /** @default 'ECS' */
  readonly deploymentController?: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
  /** That its tasks are targets of. @default - none */
  readonly targetGroupArns?: readonly string[];
  /** ARN of what its tasks are made by. @default - the first of its own name */
  readonly taskDefinitionArn?: string;
}

/** A service, with the tasks that run now, and those that have run in the last hour. */
export interface EcsService extends Required<EcsServiceProps> {
  readonly arn: string;
  desiredCount: number;
  tasks: readonly ServiceTask[];
}

/** How many of a service's tasks are in which part of their life, as a service tells it. */
export interface TaskCounts {
  readonly running: number;
  readonly pending: number;
}

/** Starts and stops what the tasks of a service stand for. Resolves when so many run. */
export type ScaleHook = (
  service: { readonly cluster: string; readonly name: string },
  running: number,
) => Promise<void>;

export interface ClusterServicesProps {
  readonly environment: AwsEnvironment;
  readonly pace: TaskPace;
  readonly scale: ScaleHook;
}

/** The services of the rehearsal's clusters: tasks follow the desired count, but not at once. */
export class ClusterServices {
  private readonly services: EcsService[] = [];
  private readonly settling = new Map<EcsService, Promise<void>>();

  constructor(private readonly props: ClusterServicesProps) {}

  add(props: EcsServiceProps): void {
    const { schedulingStrategy = 'REPLICA', deploymentController = 'ECS', targetGroupArns = [], ...service } = props;
    const { cluster, name, desiredCount } = service;
    const { environment } = this.props;
    this.services.push({
      ...service,
      taskDefinitionArn: service.taskDefinitionArn ?? arnOf(environment, 'ecs', `task-definition/${name}:1`),
      schedulingStrategy,
      deploymentController,
      targetGroupArns,
      arn: arnOf(this.props.environment, 'ecs', `service/${cluster}/${name}`),
      tasks: Array.from({ length: desiredCount }, () =>
        ServiceTask.running(this.newArn(cluster), this.now, this.props.pace),
      ),
    });
  }

  all(cluster: string): readonly EcsService[] {
    this.followTime();
    return this.services.filter((service) => service.cluster === cluster);
  }

  clusters(): readonly string[] {
    return [...new Set(this.services.map(({ cluster }) => cluster))];
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

  /**
   * Tasks that are deregistered or stopped count nowhere, and those whose network interface is still being made do not
   * either.
   *
   * @see docs/aws-facts.md#ecs-running-count
   */
  counts({ tasks }: EcsService): TaskCounts {
    const statuses = tasks.map((task) => task.statusAt(this.now));
    const count = (...wanted: string[]) => statuses.filter((status) => wanted.includes(status)).length;
    return { running: count('RUNNING'), pending: count('PENDING', 'ACTIVATING') };
  }

  setDesiredCount(service: EcsService, desiredCount: number): void {
    service.desiredCount = desiredCount;
    const { environment, pace } = this.props;
    this.keepUntold(service, desiredCount);
    const wanted = service.tasks.filter((task) => task.isWanted);
    for (const task of wanted.slice(desiredCount)) {
      task.stop(this.now);
      // What nobody asks for goes on all the same.
      void environment.clock.sleep((task.endsAt ?? this.now) - this.now).then(() => this.followTime());
    }
    const missing = Math.max(0, desiredCount - wanted.length);
    const added = Array.from({ length: missing }, () => new ServiceTask(this.newArn(service.cluster), this.now, pace));
    service.tasks = [...service.tasks, ...added];
    this.follow(service);
  }

  /** Those that are wanted again before they were told to stop just go on. */
  private keepUntold({ tasks }: EcsService, desiredCount: number): void {
    let missing = desiredCount - tasks.filter((task) => task.isWanted).length;
    for (const task of tasks) if (missing > 0 && !task.isWanted && task.keep(this.now)) missing -= 1;
  }

  /** Resolves when the rehearsal has followed every task that starts or ends; rejects with the first failure. */
  async settled(): Promise<void> {
    await Promise.all(this.settling.values());
  }

  /** Resolves when what has its time has ended, unless the rehearsal takes longer to follow. */
  async haveFollowed(): Promise<void> {
    this.followTime();
    await Promise.race([this.settled(), new Promise((resolve) => setImmediate(resolve))]);
  }

  private followTime(): void {
    for (const service of this.services) {
      service.tasks = service.tasks.filter((task) => task.isToldOfAt(this.now));
      if (service.tasks.some((task) => !task.isToRun(this.now) && !task.hasEnded)) this.follow(service);
    }
  }

  /** One change of a service after the other: a task that is still starting cannot be stopped. */
  private follow(service: EcsService): void {
    const before = this.settling.get(service) ?? Promise.resolve();
    const followed = before.then(async () => {
      const { now } = this;
      const alive = service.tasks.filter((task) => !task.hasEnded);
      const running = alive.filter((task) => task.isToRun(now));
      if (running.length === alive.length && running.every((task) => task.hasStarted)) return;
      await this.props.scale(service, running.length);
      for (const task of alive) task.followed(running.includes(task), this.now);
    });
    this.settling.set(service, followed);
  }

  private newArn(cluster: string): string {
    const { environment } = this.props;
    return arnOf(environment, 'ecs', `task/${cluster}/${environment.ids.hex(32)}`);
  }

  private get now(): number {
    return this.props.environment.clock.now();
  }
}
