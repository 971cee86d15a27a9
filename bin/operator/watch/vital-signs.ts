import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Side } from '../../../contract/common';
import type { MigrationKind, MigrationManifest } from '../../../contract/manifest';

/** What CloudWatch knows of a migration that is going on. What it does not know is absent. */
export interface Vitals {
  /** How far the side that follows is behind. */
  readonly lagMs?: number;
  /** Connections of clients. */
  readonly blue?: number;
  readonly green?: number;
  readonly copy?: CopyProgress;
}

export interface CopyProgress {
  /** Of the keys, those that were read. */
  readonly done: number;
  readonly total: number;
  /** By the pace of the last minutes; absent where that cannot be told. */
  readonly leftMs?: number;
}

type Sign = 'lagMs' | 'lagSeconds' | Side | 'scanned' | 'toScan';

interface AskedSign {
  readonly sign: Sign;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Point {
  readonly at: number;
  readonly value: number;
}

const MINUTE_MS = 60_000;
/** What is older says nothing of now. */
const LOOK_BACK_MS = 5 * MINUTE_MS;
const SIDES: readonly Side[] = ['blue', 'green'];

/** @see docs/aws-facts.md#cloudwatch-metric-data */
export async function vitalSigns(cloudwatch: CloudWatchClient, read: MigrationManifest, now: number): Promise<Vitals> {
  const asked = SIGNS[read.kind](read);
  if (asked.length === 0) return {};
  const { MetricDataResults: results = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - LOOK_BACK_MS),
      EndTime: new Date(now + MINUTE_MS),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: asked.map(queryOf),
    }),
  );
  const pointsOf = (wanted: Sign): Point[][] =>
    asked.flatMap(({ sign }, index) => {
      const { Timestamps = [], Values = [] } = results.find(({ Id }) => Id === `q${index}`) ?? {};
      return sign === wanted ? [Timestamps.map((at, each) => ({ at: at.getTime(), value: Values[each] ?? 0 }))] : [];
    });
  /** Of several the worst. */
  const latest = (sign: Sign): number | undefined => {
    const last = pointsOf(sign).flatMap((points) => points.at(-1)?.value ?? []);
    return last.length === 0 ? undefined : Math.max(...last);
  };
  const seconds = latest('lagSeconds');
  const [lagMs, blue, green] = [latest('lagMs') ?? (seconds && seconds * 1000), latest('blue'), latest('green')];
  const copy = copyOf(pointsOf('scanned').flat(), latest('toScan'));
  return {
    ...(lagMs !== undefined && { lagMs }),
    ...(blue !== undefined && { blue }),
    ...(green !== undefined && { green }),
    ...(copy !== undefined && { copy }),
  };
}

/** Another pass reads keys again: what is read beyond their number is no news. */
function copyOf(scanned: readonly Point[], total: number | undefined): CopyProgress | undefined {
  const [first, last] = [scanned[0], scanned.at(-1)];
  if (first === undefined || last === undefined || total === undefined || total === 0) return undefined;
  const done = Math.min(last.value, total);
  const pace = (last.value - first.value) / (last.at - first.at);
  return { done, total, ...(pace > 0 && Number.isFinite(pace) && { leftMs: (total - done) / pace }) };
}

/** Who measures it: of a cache the agent, of a database RDS; of Memcached nothing is copied. */
const SIGNS: Readonly<Record<MigrationKind, (read: MigrationManifest) => AskedSign[]>> = {
  cache: ofAgent,
  memcached: () => [],
  mysql: ofDatabases,
  postgres: ofDatabases,
};

function ofAgent({ migration }: MigrationManifest): AskedSign[] {
  const measured = (sign: Sign, name: string, more: AskedSign['dimensions'] = {}): AskedSign => ({
    ...{ sign, namespace: 'CdkCutover', name },
    dimensions: { Migration: migration, ...more },
  });
  return [
    measured('lagMs', 'ReplicationLag'),
    ...SIDES.map((side) => measured(side, 'Connections', { Side: side })),
    measured('scanned', 'KeysScanned'),
    measured('toScan', 'KeysToScan'),
  ];
}

function ofDatabases({ databases }: MigrationManifest): AskedSign[] {
  return databases === undefined ? [] : SIDES.flatMap((side) => ofDatabase(side, databases));
}

/** Of a side that RDS makes later, nothing yet. @see docs/aws-facts.md#cloudwatch-engine-metrics */
function ofDatabase(side: Side, databases: NonNullable<MigrationManifest['databases']>): AskedSign[] {
  const { cluster } = databases[side];
  const instances = side === 'blue' ? databases.blue.instances : [];
  const ofRds = (sign: Sign, name: string, dimensions: AskedSign['dimensions']): AskedSign => ({
    ...{ sign, namespace: 'AWS/RDS', name, dimensions },
  });
  if (cluster !== undefined) {
    return [
      ofRds('lagSeconds', 'AuroraBinlogReplicaLag', { DBClusterIdentifier: cluster, Role: 'WRITER' }),
      ofRds(side, 'DatabaseConnections', { DBClusterIdentifier: cluster }),
    ];
  }
  return instances.flatMap((instance) => [
    ofRds('lagSeconds', 'ReplicaLag', { DBInstanceIdentifier: instance }),
    ofRds(side, 'DatabaseConnections', { DBInstanceIdentifier: instance }),
  ]);
}

const queryOf = ({ namespace, name, dimensions }: AskedSign, index: number): MetricDataQuery => ({
  Id: `q${index}`,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: MINUTE_MS / 1000,
    Stat: 'Maximum',
  },
});
