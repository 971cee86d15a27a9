import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Connection } from '../resp/connection';
import { monotonicNow, sleep } from './clock';

/** A PING that takes longer than this means that users wait as well. */
const LIMIT_MS = 20;
const EVERY_MS = 100;
const LONGEST_PAUSE_MS = 250;

/**
 * Slows the scan down while the source answers slowly, whoever makes it slow: doubles the pause between two pages at
 * each PING over the limit, halves it at each below. Changes are never held back, only what was there before.
 */
export class SourceLatency {
  private pauseMs = 0;
  private latencyMs = 0;
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
        this.latencyMs = Math.max(0, monotonicNow() - sent - ownMs);
        if (this.latencyMs > LIMIT_MS) this.pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(5, this.pauseMs * 2));
        else this.pauseMs = this.pauseMs < 2 ? 0 : this.pauseMs / 2;
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
