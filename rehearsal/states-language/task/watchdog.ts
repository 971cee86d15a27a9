import { anySignal } from '../any-signal';
import type { Clock, Pause } from '../clock';
import { StateFailure } from '../errors';

/** Seconds. */
export interface TaskLimits {
  readonly timeout?: number;
  readonly heartbeat?: number;
}

/** What a task has that states none; longer than an execution may last. */
const NO_TIMEOUT = 99_999_999;

/** Watches over a task's TimeoutSeconds and HeartbeatSeconds, once it has started. */
export class Watchdog {
  /** Rejects with States.Timeout when time has run out, or with the clock's own fault; never resolves. */
  readonly expired: Promise<never>;
  private expire: (failure: unknown) => void = () => {};
  private nextHeartbeat = new AbortController();
  private running = false;

  constructor(
    private readonly clock: Clock,
    private readonly state: string,
    private readonly closed: AbortSignal,
    private readonly limits: TaskLimits,
  ) {
    this.expired = new Promise((_, reject) => {
      this.expire = reject;
    });
  }

  start(): void {
    this.running = true;
    const { timeout = NO_TIMEOUT } = this.limits;
    if (timeout < NO_TIMEOUT) this.watch(timeout, 'timeout', this.closed);
    this.heartbeat();
  }

  /** The task lives: the time to its next heartbeat starts again. */
  heartbeat(): void {
    if (!this.running || this.limits.heartbeat === undefined) return;
    this.nextHeartbeat.abort();
    this.nextHeartbeat = new AbortController();
    this.watch(this.limits.heartbeat, 'heartbeat', anySignal(this.closed, this.nextHeartbeat.signal));
  }

  private watch(seconds: number, reason: Pause['reason'], signal: AbortSignal): void {
    // A lapsed heartbeat is States.Timeout in history and error output; only ErrorEquals knows it by its own name.
    const alias = reason === 'heartbeat' ? 'States.HeartbeatTimeout' : undefined;
    this.clock.sleep(seconds, { reason, state: this.state, signal }).then(
      () => this.expire(new StateFailure('States.Timeout', undefined, alias)),
      (fault) => {
        if (!signal.aborted) this.expire(fault);
      },
    );
  }
}
