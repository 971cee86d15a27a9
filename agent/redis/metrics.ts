import type { ReplicationStatus } from '../../contract/cache';
import type { Side } from '../../contract/common';
import type { LogFields } from '../log';
import { embedded } from '../metrics';

/**
 * The running replications as a record of CloudWatch's embedded metric format, dimension `Migration`. Of several the
 * worst lag and the sums count.
 */
export function replicationMetrics(migration: string, statuses: readonly ReplicationStatus[], now: number): LogFields {
  const sum = (of: (status: ReplicationStatus) => number) => statuses.reduce((total, status) => total + of(status), 0);
  return embedded(now, { Migration: migration }, [
    ['ReplicationLag', 'Milliseconds', Math.max(...statuses.map(({ lagMs }) => lagMs))],
    ['DirtyKeys', 'Count', sum(({ dirtyKeys }) => dirtyKeys)],
    ['Conflicts', 'Count', sum(({ conflicts }) => conflicts)],
    ['Resyncs', 'Count', sum(({ resyncs }) => resyncs)],
    ['ReplicationFailed', 'Count', sum(({ state }) => (state === 'failed' ? 1 : 0))],
  ]);
}

/** How far the first copy has come, dimension `Migration`: a key that is read is copied, or known to be alike. */
export function copyMetrics(migration: string, scanned: number, keys: number, now: number): LogFields {
  return embedded(now, { Migration: migration }, [
    ['KeysScanned', 'Count', scanned],
    ['KeysToScan', 'Count', keys],
  ]);
}

/** Clients' connections on a side, dimensions `Migration` and `Side`. */
export function connectionMetrics(migration: string, side: Side, connections: number, now: number): LogFields {
  return embedded(now, { Migration: migration, Side: side }, [['Connections', 'Count', connections]]);
}
