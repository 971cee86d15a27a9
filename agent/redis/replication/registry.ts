import type { Direction } from '../../../contract/common';
import type { Replication } from './replication';
import { Turnstile } from './turnstile';

/** The replications of this process. One pair of caches is never replicated both ways at once. */
export class ReplicationRegistry {
  private readonly running = new Map<string, Replication>();
  /** Whether the last that was asked of this process is to replicate nothing. */
  isToldToStop = false;
  private readonly changes = new Turnstile();

  /**
   * Runs what looks at the replications and then begins or ends one, with no other such change in between: a task that
   * is asked for again while the first still connects must find that one, not begin a second beside it.
   */
  async inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.changes.enter();
    try {
      await turn.come;
      return await change();
    } finally {
      turn.leave();
    }
  }

  all(): Replication[] {
    return [...this.running.values()];
  }

  find(direction: Direction): Replication | undefined {
    return this.running.get(keyOf(direction));
  }

  /** Stops whatever replicates in either direction between the two sides first: two tails would feed each other. */
  async replace(replication: Replication): Promise<void> {
    await this.stopAll();
    this.isToldToStop = false;
    this.running.set(keyOf(replication.direction), replication);
  }

  /** Stops every replication and resolves, with how many there were, once nothing of theirs is in flight. */
  async stopAll(): Promise<number> {
    const stopping = this.all();
    this.running.clear();
    await Promise.all(stopping.map((replication) => replication.stop()));
    return stopping.length;
  }
}

function keyOf({ from, to }: Direction): string {
  return `${from}→${to}`;
}
