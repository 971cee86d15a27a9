import type { KeyName } from '../key';
import { monotonicNow } from './clock';
import { DirtyKeys, type KeyBatch } from './dirty-keys';

/** The keys that have changed since they were last found equal: what the verification inside a freeze has to look at. */
export class UnverifiedKeys {
  private readonly keys = new DirtyKeys();
  private complete = false;

  /** Whether no change has been missed since a full verification began. */
  get known(): boolean {
    return this.complete;
  }

  get size(): number {
    return this.keys.size;
  }

  /** A full verification begins: from now on every change counts, and none of before. */
  begin(): void {
    this.keys.clear();
    this.complete = true;
  }

  /** Changes were missed, or were too many to remember: only a full verification can tell. */
  lose(): void {
    this.complete = false;
    this.keys.clear();
  }

  mark(database: number, key: KeyName): void {
    if (this.complete && !this.keys.mark(database, key, monotonicNow())) this.lose();
  }

  /** Takes keys whose last mark is older than `restMs`. Whoever takes a key must find it equal or mark it again. */
  take(limit: number, restMs = 0): KeyBatch | undefined {
    const oldest = this.keys.oldest();
    if (oldest === undefined || oldest > monotonicNow() - restMs) return undefined;
    return this.keys.take(limit);
  }
}
