import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log';
import type { Migration } from '../migration';
import { Caches } from '../redis/caches';
import { resumeReplication } from '../redis/replicate';

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

export interface ResumptionProps {
  readonly open: () => Promise<Migration>;
  readonly log: Log;
}

/**
 * Takes up what was replicated when the process last ended, without getting in the way of a task that starts, stops or
 * drains a replication itself: two at once would stop each other.
 */
export class Resumption {
  private attempt: Promise<boolean> = Promise.resolve(false);
  private busy = 0;

  constructor(private readonly props: ResumptionProps) {}

  /** Makes the first attempt the one that every verb waits for. To be called before a task is taken. */
  begin(): void {
    this.attempt = this.try();
  }

  /** Attempts until one succeeds. The configuration, or a cache, may be away just when the host comes back. */
  async untilDone(stop: AbortSignal): Promise<void> {
    for (let pauseMs = firstPauseMs; !stop.aborted && !(await this.attempt); ) {
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      if (this.busy === 0) this.attempt = this.try();
    }
  }

  /** Once more: what made a replication fail is mended. */
  async again(): Promise<void> {
    await this.attempt;
    if (this.busy > 0) return;
    this.attempt = this.try(true);
    await this.attempt;
  }

  /** Runs a verb that concerns replications when no attempt is under way, and keeps the next from beginning. */
  async apart<T>(run: () => Promise<T>): Promise<T> {
    this.busy += 1;
    try {
      await this.attempt;
      return await run();
    } finally {
      this.busy -= 1;
    }
  }

  private async try(failedOnes = false): Promise<boolean> {
    const { open, log } = this.props;
    try {
      const migration = await open();
      // Databases replicate by themselves: there is nothing to take up.
      if (!(migration instanceof Caches)) return true;
      if (failedOnes || migration.replications.all().length === 0) await resumeReplication(migration);
      return true;
    } catch (error) {
      log.warn('replication.not-resumed', { error });
      return false;
    }
  }
}
