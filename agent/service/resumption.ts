import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log';
import type { Migration } from '../migration';
import { readParameter } from '../parameter';

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

export interface ResumptionProps {
  readonly open: () => Promise<Migration>;
  readonly log: Log;
  /** Name of the SSM parameter with the migration's journal. `undefined`: this host's own notes are all there is. */
  readonly journal: string | undefined;
}

/**
 * Takes up what was replicated when the process last ended, without getting in the way of a task that starts, stops or
 * drains a replication itself: two at once would stop each other.
 */
export class Resumption {
  private attempt: Promise<boolean> = Promise.resolve(false);
  private busy = 0;
  private begun = false;

  constructor(private readonly props: ResumptionProps) {}

  /** Makes the first attempt the one that every verb waits for. To be called before a task is taken. */
  begin(): void {
    this.begun = true;
    this.attempt = this.try();
  }

  /** Another host has been named: nothing is taken up here any more. */
  end(): void {
    this.begun = false;
  }

  /**
   * Says whether the journal has one side follow the other and nothing of this host does, and tries to have it followed.
   * Nothing is asked of a host that is not the one.
   */
  async isMissing(): Promise<boolean> {
    if (!this.begun) return false;
    const { replication } = (await this.props.open()).sides;
    if (replication === undefined) return false;
    const journal = (await this.readJournal()) ?? '{}';
    // What is about to be taken up must not be begun a second time beside it.
    await this.attempt;
    // A verb that is under way starts, stops or turns it itself.
    if (!replication.isMissing(journal) || this.busy > 0) return false;
    await this.again();
    return replication.isMissing(journal);
  }

  /** Attempts until one succeeds. The configuration, or a side, may be away just when the host comes back. */
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
      const { replication } = (await open()).sides;
      await replication?.resume(() => this.readJournal(), failedOnes);
      return true;
    } catch (error) {
      log.warn('replication.not-resumed', { error });
      return false;
    }
  }

  /** A migration that was never started has none: nothing is to be replicated. */
  private async readJournal(): Promise<string | undefined> {
    const { journal } = this.props;
    return journal === undefined ? undefined : ((await readParameter(journal))?.value ?? '{}');
  }
}
