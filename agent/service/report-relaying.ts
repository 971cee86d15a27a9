import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonLog } from '../log';
import { relayingMetrics } from '../metrics';
import type { Migration } from '../migration';

const BETWEEN_REPORTS_MS = 10_000;

export interface ReportRelayingProps {
  readonly open: () => Promise<Pick<Migration, 'sides'>>;
  readonly log: Pick<JsonLog, 'record' | 'warn'>;
}

/**
 * Says every ten seconds, from the service's start to its end, whether a relay should run here and does not. Its silence is
 * what tells that the host is dead: clients of a relay have no other way.
 */
export async function reportRelaying(props: ReportRelayingProps, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await report(props);
    await sleep(BETWEEN_REPORTS_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function report({ open, log }: ReportRelayingProps): Promise<void> {
  try {
    const { sides } = await open();
    if (sides.relay === undefined) return;
    log.record(relayingMetrics(sides.migrationName, await sides.relay.isMissing(), Date.now()));
  } catch (error) {
    log.warn('relaying.unknown', { error });
  }
}
