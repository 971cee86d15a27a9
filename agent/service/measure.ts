import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../contract/common';
import type { JsonLog } from '../log';
import type { Caches } from '../redis/caches';
import { withClient } from '../redis/client';
import { connectedUsers } from '../redis/users';
import { connectionMetrics, replicationMetrics } from './metrics';
import type { Resumption } from './resumption';

const betweenMeasurementsMs = 10_000;
const sides: readonly Side[] = ['blue', 'green'];

export interface MeasureProps {
  readonly caches: Caches;
  readonly log: JsonLog;
  readonly resumption: Resumption;
}

/** Writes lag, backlog and connections to the log every 10 s for as long as anything replicates. */
export async function measure({ caches, log, resumption }: MeasureProps, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const statuses = caches.replications
      .all()
      .map((replication) => replication.status())
      .filter(({ state }) => state !== 'stopped');
    if (statuses.length > 0) {
      log.record(replicationMetrics(caches.migrationName, statuses, Date.now()));
      await Promise.all(sides.map((side) => countConnections(caches, side, log)));
    }
    if (statuses.some(({ state }) => state === 'failed')) await goOnAfterRotation(caches, log, resumption);
    await sleep(betweenMeasurementsMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function countConnections(caches: Caches, side: Side, log: JsonLog): Promise<void> {
  try {
    const users = await withClient(caches.endpoints[side], 'metrics', connectedUsers);
    log.record(connectionMetrics(caches.migrationName, side, users.length, Date.now()));
  } catch (error) {
    log.warn('metrics.connections-unknown', { side, error });
  }
}

/** A reconnect that is refused with a password which was rotated fails for good; with the new one it would not. */
async function goOnAfterRotation(caches: Caches, log: JsonLog, resumption: Resumption): Promise<void> {
  try {
    if (await caches.reload()) await resumption.again();
  } catch (error) {
    log.warn('configuration.not-reloaded', { error });
  }
}
