import { setTimeout as sleep } from 'node:timers/promises';

/** A statement this long keeps old versions of rows for no time that matters, and ends soon when it is called off. */
const CHUNK_MS = 250;
const FIRST_ROWS = 20_000;
const FEWEST_ROWS = 500;
const MAX_ROWS = 200_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** So much longer for each row than at the quickest means that the source is busy. */
const SLOW = 3;
const MIN_PAUSE_MS = 10;
const MAX_PAUSE_MS = 2_000;

/**
 * How much to read at once, and how long to wait between: chunks take a fraction of a second whatever a row holds, and
 * a source that answers more slowly than it did, for whatever reason, is left alone for longer and longer.
 */
export class Pace {
  private wanted: number;
  private pauseMs = 0;
  private quickest = Number.POSITIVE_INFINITY;
  private readonly most: number;

  /**
   * @param bytesPerRow on average, by the engine's statistics; `undefined` where it has none: then the time that chunks
   * take tells how large they may be, beginning with a small one
   * @param mostRows of a chunk
   */
  constructor(bytesPerRow: number | undefined, mostRows: number = MAX_ROWS) {
    this.wanted = bytesPerRow === undefined ? FEWEST_ROWS : FIRST_ROWS;
    this.most = Math.max(FEWEST_ROWS, Math.min(mostRows, Math.floor(MAX_BYTES / Math.max(1, bytesPerRow ?? 0))));
  }

  /** Rows of the next chunk. */
  get rows(): number {
    return Math.min(this.wanted, this.most);
  }

  /** What a chunk took on the source. */
  took(milliseconds: number, rows: number): void {
    if (rows < FEWEST_ROWS) return;
    const each = milliseconds / rows;
    this.quickest = Math.min(this.quickest, each);
    this.pauseMs = nextPause(this.pauseMs, each > this.quickest * SLOW);
    const factor = Math.min(2, Math.max(0.5, CHUNK_MS / Math.max(1, milliseconds)));
    this.wanted = Math.max(FEWEST_ROWS, Math.min(MAX_ROWS, Math.round(rows * factor)));
  }

  /** Await it before each chunk. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.pauseMs > 0) await sleep(this.pauseMs, undefined, { signal });
  }
}

function nextPause(pauseMs: number, slow: boolean): number {
  if (slow) return Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, pauseMs * 2));
  return pauseMs / 2 < MIN_PAUSE_MS ? 0 : pauseMs / 2;
}
