/** Why somebody sleeps, so that a clock can treat one kind of wait unlike another. */
export interface Pause {
  readonly reason: 'wait' | 'retry' | 'timeout' | 'heartbeat' | 'executionTimeout';
  /** The state that waits; for an execution's time-out, the execution's name. */
  readonly state: string;
  /** Ends the sleep early; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** All time in an execution: what its states wait for, and what its history and `$now()` say. */
export interface Clock {
  /** Milliseconds since the epoch. Never runs backwards. */
  now(): number;
  sleep(seconds: number, pause: Pause): Promise<void>;
}

/** setTimeout fires at once beyond this many milliseconds (24.8 days); Step Functions' longest wait is three years. */
const MAX_TIMER = 2 ** 31 - 1;

/**
 * Real time, in which chosen pauses are shortened. What is cut from a pause is added to `now()`, so that a definition
 * which waits in a loop until a deadline gets there.
 */
export class SystemClock implements Clock {
  private skipped = 0;

  /**
   * @param shorten How many seconds a pause really lasts, up to what was asked for.
   * @default - every pause lasts as long as it says
   */
  constructor(private readonly shorten: (seconds: number, pause: Pause) => number = (seconds) => seconds) {}

  now(): number {
    return Date.now() + this.skipped;
  }

  async sleep(seconds: number, pause: Pause): Promise<void> {
    const wakeAt = this.now() + seconds * 1000;
    const ms = Math.min(seconds, Math.max(0, this.shorten(seconds, pause))) * 1000;
    for (let left = ms; left >= 0; left -= MAX_TIMER) await timer(Math.min(left, MAX_TIMER), pause.signal);
    if (ms < seconds * 1000) this.skipped += Math.max(0, wakeAt - this.now());
  }
}

function timer(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(running);
      reject(signal.reason);
    };
    const running = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/**
 * Time that passes only when nothing is left to do until it does: an execution that waits for days ends at once, and
 * the same way each time. Work outside of promises (sockets, timers) is waited for where `during` is told of it.
 */
export class VirtualClock implements Clock {
  private sleepers: Sleeper[] = [];
  private advancing = false;
  private outside = 0;

  /** @param time The time it begins with, in milliseconds since the epoch. */
  constructor(private time = Date.parse('2026-01-01T00:00:00.000Z')) {}

  now(): number {
    return this.time;
  }

  sleep(seconds: number, { signal }: Pause): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const sleeper: Sleeper = {
        wakeAt: this.time + seconds * 1000,
        wake: () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
      };
      const stop = () => {
        this.sleepers = this.sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { once: true });
      this.sleepers.push(sleeper);
      this.advanceWhenIdle();
    });
  }

  /** Time stands still while this work goes on. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.outside += 1;
    try {
      return await work();
    } finally {
      this.outside -= 1;
      this.advanceWhenIdle();
    }
  }

  /** `setImmediate` comes after every promise that can still settle without time passing. */
  private advanceWhenIdle(): void {
    if (this.advancing) return;
    this.advancing = true;
    setImmediate(() => {
      this.advancing = false;
      if (this.outside > 0) return;
      const next = this.sleepers.reduce<Sleeper | undefined>(
        (earliest, other) => (earliest === undefined || other.wakeAt < earliest.wakeAt ? other : earliest),
        undefined,
      );
      if (next === undefined) return;
      this.sleepers = this.sleepers.filter((other) => other !== next);
      this.time = Math.max(this.time, next.wakeAt);
      next.wake();
      if (this.sleepers.length > 0) this.advanceWhenIdle();
    });
  }
}
