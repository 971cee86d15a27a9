import type { LogFields } from './log';

/** CloudWatch's namespace of everything the agent measures. */
export const metricsNamespace = 'CdkCutover';

type Unit = 'Milliseconds' | 'Count';

/** Whether one side should follow the other and does not, dimension `Migration`. */
export function followingMetrics(migration: string, isMissing: boolean, now: number): LogFields {
  return embedded(now, { Migration: migration }, [['NotFollowing', 'Count', isMissing ? 1 : 0]]);
}

/**
 * Whether a relay should run and does not, dimension `Migration`. Of high resolution, so that an alarm may ask every ten
 * seconds.
 *
 * @see docs/aws-facts.md#cloudwatch-high-resolution
 */
export function relayingMetrics(migration: string, isMissing: boolean, now: number): LogFields {
  return embedded(now, { Migration: migration }, [['NotRelaying', 'Count', isMissing ? 1 : 0]], {
    StorageResolution: 1,
  });
}

/** CloudWatch Logs makes metrics of a log event of this form, no matter who put it there. */
export function embedded(
  now: number,
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly (readonly [name: string, unit: Unit, value: number])[],
  resolution: { readonly StorageResolution?: 1 } = {},
): LogFields {
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: metricsNamespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit, ...resolution })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(metrics.map(([name, , value]) => [name, value])),
  };
}
