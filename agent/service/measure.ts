import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonLog } from '../log';
import type { Migration } from '../migration';
import type { Resumption } from './resumption';

const betweenMeasurementsMs = 10_000;

export interface MeasureProps {
  readonly migration: Migration;
  readonly log: JsonLog;
  readonly resumption: Resumption;
}

/** Writes figures to the log every 10 s for as long as anything replicates. */
export async function measure({ migration, log, resumption }: MeasureProps, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    if (await migration.sides.replication?.measure(log)) await goOnAfterRotation(migration, log, resumption);
    await sleep(betweenMeasurementsMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** A reconnect that is refused with a password which was rotated fails for good; with the new one it would not. */
async function goOnAfterRotation(migration: Migration, log: JsonLog, resumption: Resumption): Promise<void> {
  try {
    if (await migration.reload()) await resumption.again();
  } catch (error) {
    log.warn('configuration.not-reloaded', { error });
  }
}
