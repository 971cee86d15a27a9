import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log';
import { type ParameterValue, readParameter } from '../parameter';

export interface TenureProps {
  /** Name of the SSM parameter that holds the instance ID of the migration's host. `undefined`: this is the only one. */
  readonly parameter: string | undefined;
  readonly instanceId: string | undefined;
  readonly log: Log;
  readonly read?: (name: string) => Promise<ParameterValue | undefined>;
  /** How often it is read. @default 10 000 */
  readonly pollMs?: number;
}

/**
 * Which of two hosts works for the migration. CloudFormation starts a new instance before it ends the old one, and two
 * agents that replicate would feed each other: the one that is told to change over is not the one that goes on.
 *
 * The deploy names the new instance once it is ready. The old one lets go when it reads that; the new one begins when
 * the old one must have read it.
 */
export class Tenure {
  constructor(private readonly props: TenureProps) {}

  /**
   * Waits until this host is the one.
   *
   * @returns aborted once it is not any more, or `stop` is
   */
  async begin(stop: AbortSignal): Promise<AbortSignal> {
    const end = new AbortController();
    const term = AbortSignal.any([stop, end.signal]);
    const { parameter, instanceId, log } = this.props;
    if (parameter === undefined || instanceId === undefined) return term;
    while (!stop.aborted && (await this.isMine(parameter, instanceId)) !== true) await this.pause(stop);
    if (!stop.aborted) log.info('tenure.begun', { instanceId });
    void this.watch(parameter, instanceId, term, end);
    return term;
  }

  private async watch(parameter: string, instanceId: string, term: AbortSignal, end: AbortController): Promise<void> {
    while (!term.aborted) {
      await this.pause(term);
      if (term.aborted || (await this.isMine(parameter, instanceId)) !== false) continue;
      this.props.log.info('tenure.ended', { instanceId });
      end.abort();
    }
  }

  /** `undefined` where it cannot be told: its holder keeps it, and nobody takes it. */
  private async isMine(parameter: string, instanceId: string): Promise<boolean | undefined> {
    try {
      const named = await (this.props.read ?? readParameter)(parameter);
      if (named === undefined) return undefined;
      if (named.value !== instanceId) return false;
      // The old host may not have read it yet.
      return Date.now() - named.since.getTime() >= 2.5 * this.pollMs ? true : undefined;
    } catch (error) {
      this.props.log.warn('tenure.unknown', { parameter, error });
      return undefined;
    }
  }

  private get pollMs(): number {
    return this.props.pollMs ?? 10_000;
  }

  private async pause(stop: AbortSignal): Promise<void> {
    await sleep(this.pollMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
