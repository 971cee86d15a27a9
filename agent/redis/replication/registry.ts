import type { Direction } from '../../contract';
import type { Replication } from './replication';

/** The replications of this process. One pair of caches is never replicated both ways at once. */
export class ReplicationRegistry {
  private readonly running = new Map<string, Replication>();
  /** Whether the last that was asked of this process is to replicate nothing. */
  isToldToStop = false;

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
