import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonLog } from '../log';
import { followingMetrics } from '../metrics';
import type { Migration } from '../migration';
import type { Resumption } from './resumption';

const betweenReportsMs = 30_000;

export interface ReportFollowingProps {
  readonly open: () => Promise<Migration>;
  readonly log: JsonLog;
  readonly resumption: Resumption;
}

/**
 * Says twice a minute, from the service's start to its end, whether one side should follow the other and does not. Its
 * silence is what tells that no agent runs at all.
 */
export async function reportFollowing(props: ReportFollowingProps, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await report(props);
    await sleep(betweenReportsMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function report({ open, log, resumption }: ReportFollowingProps): Promise<void> {
  try {
    const { sides } = await open();
    if (sides.replication === undefined) return;
    log.record(followingMetrics(sides.migrationName, await resumption.isMissing(), Date.now()));
  } catch (error) {
    log.warn('following.unknown', { error });
  }
}
