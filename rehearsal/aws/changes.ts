import type { Clock } from './clock';

/** A change that AWS carries out over a while, e.g. an instance that starts. */
export interface Change {
  readonly isOver: boolean;
}

/**
 * The changes of a fake service that take a while: each is over when its time has passed and what stands for it in the
 * rehearsal (processes that start or stop) has followed. One follows after the other: what still starts cannot be stopped.
 */
export class Changes {
  private following: Promise<void> = Promise.resolve();

  constructor(private readonly clock: Clock) {}

  /**
   * @param lastsMs how long it takes at least, in milliseconds from 0
   * @param follow resolves when the rehearsal has followed
   */
  start(lastsMs: number, follow: () => Promise<void>): Change {
    const { clock } = this;
    const until = clock.now() + lastsMs;
    let followed = false;
    this.following = this.following.then(async () => {
      await follow();
      followed = true;
    });
    return {
      get isOver() {
        return followed && clock.now() >= until;
      },
    };
  }

  /** Resolves when the rehearsal has followed every change; rejects with the first failure. */
  settled(): Promise<void> {
    return this.following;
  }
}

/** A change that was over before anybody looked. */
export const LONG_OVER: Change = { isOver: true };
