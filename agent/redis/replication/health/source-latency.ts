import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Connection } from '../../resp/connection';
import { monotonicNow, sleep } from '../clock';

/** A PING that takes so much longer than the quickest one, which is the way there and back, means that clients wait. */
const LIMIT_MS = 20;
const EVERY_MS = 100;
/** Between two pages: a source that is slow for reasons of its own must not make the copy take forever. */
const MAX_PAUSE_MS = 50;
const MIN_PAUSE_MS = 2;

/**
 * Slows the scan down while the source answers slowly, for whatever reason: doubles the pause between two pages at
 * each PING over the limit, halves it at each below. Changes are never held back, only what was there before.
 */
export class SourceLatency {
  private pauseMs = 0;
  private quickestMs = Number.POSITIVE_INFINITY;
  private stopped = false;

  constructor(private readonly connection: Connection) {}

  async watch(): Promise<void> {
    const loop = monitorEventLoopDelay({ resolution: 5 });
    loop.enable();
    try {
      while (!this.stopped) {
        loop.reset();
        const sent = monotonicNow();
        await this.connection.command('PING');
        // Time that the reply lay here unread because this process was busy is not the server's.
        const ownMs = loop.count > 0 ? loop.max / 1e6 : 0;
        const latencyMs = Math.max(0, monotonicNow() - sent - ownMs);
        this.quickestMs = Math.min(this.quickestMs, latencyMs);
        this.pauseMs = nextPause(this.pauseMs, latencyMs > this.quickestMs + LIMIT_MS);
        await sleep(EVERY_MS);
      }
    } finally {
      loop.disable();
    }
  }

  /** Await it before each page of a scan. */
  pace(): Promise<void> {
    return this.pauseMs === 0 ? Promise.resolve() : sleep(this.pauseMs);
  }

  stop(): void {
    this.stopped = true;
  }
}

function nextPause(pauseMs: number, slow: boolean): number {
  if (slow) return Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, pauseMs * 2));
  return pauseMs / 2 < MIN_PAUSE_MS ? 0 : pauseMs / 2;
}
