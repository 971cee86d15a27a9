import type { ReplicationStatus } from '../../contract/cache';
import type { Side } from '../../contract/common';
import type { LogFields } from '../log';

/** CloudWatch's namespace of everything the agent measures. */
export const metricsNamespace = 'CdkCutover';

type Unit = 'Milliseconds' | 'Count';

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

/** Whether one side should follow the other and does not, dimension `Migration`. */
export function followingMetrics(migration: string, isMissing: boolean, now: number): LogFields {
  return embedded(now, { Migration: migration }, [['NotFollowing', 'Count', isMissing ? 1 : 0]]);
}

/** Users' connections on a side, dimensions `Migration` and `Side`. */
export function connectionMetrics(migration: string, side: Side, connections: number, now: number): LogFields {
  return embedded(now, { Migration: migration, Side: side }, [['Connections', 'Count', connections]]);
}

/** CloudWatch Logs makes metrics of a log event of this form, whoever put it there. */
function embedded(
  now: number,
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly (readonly [name: string, unit: Unit, value: number])[],
): LogFields {
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: metricsNamespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(metrics.map(([name, , value]) => [name, value])),
  };
}
