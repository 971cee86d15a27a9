/** How long ECS takes over each part of a task's life. Milliseconds from 0. */
export interface TaskPace {
  /** From a service's new desired count until its tasks are told to stop: until then ECS lists them as they were. */
  // @see docs/aws-facts.md#ecs-eventual-consistency
  readonly tellMs: number;
  /** Network interface and image, until containers can start: PROVISIONING, PENDING, ACTIVATING. */
  readonly startMs: number;
  /** Its targets are deregistered, and its containers serve on meanwhile: DEACTIVATING. 300 s by default on AWS. */
  readonly drainMs: number;
  /** Its containers have had SIGTERM: STOPPING. Up to `stopTimeout`, which is 30 s by default on AWS. */
  readonly stopMs: number;
  /** Its containers have ended, and its network interface goes: DEPROVISIONING. */
  readonly deprovisionMs: number;
}

/** As on AWS, where nothing else is said of a service, its target groups and its containers. */
export const USUAL_PACE: TaskPace = {
  tellMs: 10_000,
  startMs: 30_000,
  drainMs: 300_000,
  stopMs: 30_000,
  deprovisionMs: 5_000,
};

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

/** Stopped tasks are told of for so long. @see docs/aws-facts.md#ecs-list-tasks-stopped */
const TOLD_MS = 60 * 60_000;

/**
 * One task of a service, which is told to stop and then takes its time.
 *
 * @see docs/aws-facts.md#ecs-running-count
 */
export class ServiceTask {
  private startedAt: number | undefined;
  /** When it is told to stop. */
  private toldAt: number | undefined;
  /** When its containers are to have SIGTERM. */
  private drainedAt: number | undefined;
  private endedAt: number | undefined;

  constructor(
    readonly arn: string,
    readonly createdAt: number,
    private readonly pace: TaskPace,
  ) {}

  desiredStatusAt(now: number): 'RUNNING' | 'STOPPED' {
    return this.isWanted || now < (this.toldAt ?? 0) ? 'RUNNING' : 'STOPPED';
  }

  /** Whether its service still has it among its desired count. */
  get isWanted(): boolean {
    return this.toldAt === undefined;
  }

  /** What never ran has no targets to be drained. */
  stop(now: number): void {
    if (!this.isWanted) return;
    this.toldAt = now + this.pace.tellMs;
    this.drainedAt = this.statusAt(now) === 'RUNNING' ? this.toldAt + this.pace.drainMs : this.toldAt;
  }

  /** Its service wants it again. @returns whether it has not been told yet to stop */
  keep(now: number): boolean {
    if (this.desiredStatusAt(now) === 'STOPPED') return false;
    this.toldAt = undefined;
    this.drainedAt = undefined;
    return true;
  }

  /** When the processes that it stands for end at the latest; undefined while nobody has told it to stop. */
  get endsAt(): number | undefined {
    return this.drainedAt === undefined ? undefined : this.drainedAt + this.pace.stopMs;
  }

  /** Whether the processes that it stands for are to run now. */
  isToRun(now: number): boolean {
    return !this.hasEnded && (this.endsAt === undefined || now < this.endsAt);
  }

  /** Whether the processes that it stands for have ended. */
  get hasEnded(): boolean {
    return this.endedAt !== undefined;
  }

  /** Whether the processes that it stands for have been started. */
  get hasStarted(): boolean {
    return this.startedAt !== undefined;
  }

  /** The processes that it stands for have followed: they run, or have ended. */
  followed(runs: boolean, now: number): void {
    if (runs) {
      this.startedAt ??= now;
    } else {
      this.endedAt ??= this.endsAt ?? now;
    }
  }

  statusAt(now: number): TaskStatus {
    const { pace, createdAt, startedAt, drainedAt, endedAt } = this;
    if (endedAt !== undefined) {
      return now < endedAt + pace.deprovisionMs ? 'DEPROVISIONING' : 'STOPPED';
    }
    if (drainedAt !== undefined && this.desiredStatusAt(now) === 'STOPPED') {
      return now < drainedAt ? 'DEACTIVATING' : 'STOPPING';
    }
    if (now < createdAt + pace.startMs / 2) {
      return 'PROVISIONING';
    }
    if (startedAt === undefined) {
      return 'PENDING';
    }
    return now < createdAt + pace.startMs ? 'ACTIVATING' : 'RUNNING';
  }

  isToldOfAt(now: number): boolean {
    return this.endedAt === undefined || now < this.endedAt + this.pace.deprovisionMs + TOLD_MS;
  }

  /** It was there long before the rehearsal. */
  static running(arn: string, now: number, pace: TaskPace): ServiceTask {
    const task = new ServiceTask(arn, now - pace.startMs, pace);
    task.startedAt = task.createdAt;
    return task;
  }
}
