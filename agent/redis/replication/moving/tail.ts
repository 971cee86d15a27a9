import type { KeyName } from '../../key';
import { monotonicNow, sleep } from '../clock';
import { DirtyKeys } from './dirty-keys';
import type { Mover } from './mover';

const KEYS_PER_BATCH = 500;
/** A batch smaller than this waits for more, so that a key written ten times is read once. */
const SMALL_BATCH = 100;
const GATHER_MS = 5;

/** Brings over what has changed, oldest change first, for as long as it runs. */
export class Tail {
  private readonly dirty = new DirtyKeys();
  private running = true;
  /** Keys that it has handed on. */
  taken = 0;
  private wake: () => void = () => undefined;

  /** `onOverflow`: more keys changed than memory is kept for, so that the set was given up. */
  constructor(private readonly onOverflow: () => void) {}

  get size(): number {
    return this.dirty.size;
  }

  oldest(): number | undefined {
    return this.dirty.oldest();
  }

  mark(database: number, key: KeyName, since = monotonicNow()): void {
    if (this.dirty.mark(database, key, since)) {
      this.wake();
      return;
    }
    this.dirty.clear();
    this.onOverflow();
  }

  /** What is marked needs not be brought over. */
  forget(): void {
    this.dirty.clear();
  }

  async run(mover: Mover): Promise<void> {
    while (this.running) {
      await mover.room();
      const batch = this.dirty.take(KEYS_PER_BATCH);
      if (batch !== undefined) {
        this.taken += batch.keys.length;
        mover.push(batch);
      } else await this.woken();
      if (batch === undefined || batch.keys.length < SMALL_BATCH) await sleep(GATHER_MS);
    }
  }

  stop(): void {
    this.running = false;
    this.wake();
  }

  private woken(): Promise<void> {
    if (this.dirty.size > 0 || !this.running) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
