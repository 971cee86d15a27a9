import type { KeyName } from '../key';
import { monotonicNow } from './clock';
import { DirtyKeys, type KeyBatch } from './moving/dirty-keys';
import { type Turn, Turnstile } from './turnstile';

/** One full comparison, from its beginning to its end. */
export type FullComparison = object;

/** The keys that have changed since they were last found equal: what the verification inside a freeze has to look at. */
export class UnverifiedKeys {
  /** A change has this long to arrive before the comparison beside the replication looks at its key, in milliseconds. */
  restMs = 500;
  private readonly keys = new DirtyKeys();
  private readonly takers = new Turnstile();
  private readonly watchers = new Set<{ readonly keys: Set<string>; lost: boolean }>();
  /** No change was missed since a full comparison that has ended began. */
  private verified = false;
  private running: FullComparison | undefined;

  /** Whether these keys are all that may differ. */
  get known(): boolean {
    return this.verified;
  }

  /** Whether a full comparison runs. */
  get comparing(): boolean {
    return this.running !== undefined;
  }

  /** Whether this one is of no use any more: changes were missed, or another one began. */
  isOverBy(comparison: FullComparison): boolean {
    return this.running !== comparison;
  }

  get size(): number {
    return this.keys.size;
  }

  /** A full comparison begins: from now on every change counts, and none of before, should it end. */
  begin(): FullComparison {
    this.keys.clear();
    this.verified = false;
    this.running = {};
    return this.running;
  }

  /** A full comparison has seen every key. Of no effect where changes were missed, or another one began, meanwhile. */
  end(comparison: FullComparison): void {
    if (this.running !== comparison) return;
    this.running = undefined;
    this.verified = true;
  }

  /** Both sides are equal now, and every change from now on counts. */
  beginEqual(): void {
    this.end(this.begin());
  }

  /** Changes were missed, or were too many to remember: only a full comparison can tell. */
  lose(): void {
    this.verified = false;
    this.running = undefined;
    this.keys.clear();
    for (const watcher of this.watchers) watcher.lost = true;
  }

  mark(database: number, key: KeyName): void {
    for (const { keys } of this.watchers) keys.add(`${database}:${key}`);
    if (!this.verified && this.running === undefined) return;
    if (!this.keys.mark(database, key, monotonicNow())) this.lose();
  }

  /** Takes keys whose last mark is older than `restMs`. Anyone who takes a key must find it equal or mark it again. */
  take(limit: number, restMs = 0): KeyBatch | undefined {
    const oldest = this.keys.oldest();
    if (oldest === undefined || oldest > monotonicNow() - restMs) return undefined;
    return this.keys.take(limit);
  }

  /** A key that was taken is in neither place until it was compared, so there is one taker at a time. */
  enter(): Turn {
    return this.takers.enter();
  }

  /** Whether a key has, or may have, changed while `work` ran. */
  async changedDuring(work: () => Promise<void>): Promise<(database: number, key: KeyName) => boolean> {
    const watcher = { keys: new Set<string>(), lost: false };
    this.watchers.add(watcher);
    try {
      await work();
    } finally {
      this.watchers.delete(watcher);
    }
    return (database, key) => watcher.lost || watcher.keys.has(`${database}:${key}`);
  }
}
