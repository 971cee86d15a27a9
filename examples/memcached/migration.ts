import { Duration } from 'aws-cdk-lib';
import { CacheConsistency, CacheMigration, Check, CheckTime, type IMemcachedCluster, Workload } from 'cdk-cutover';
import type { Construct } from 'constructs';
import type { Existing } from './existing';

/** Moves the clients by shares: green begins empty, and what it does not have yet is rendered again. */
export function addMigration(
  scope: Construct,
  existing: Existing,
  blue: IMemcachedCluster,
  green: IMemcachedCluster,
): CacheMigration {
  return new CacheMigration(scope, 'Pages', {
    vpc: existing.vpc,
    blue,
    green,
    record: { zone: existing.zone, recordName: 'pages', ttl: Duration.seconds(30) },
    consistency: CacheConsistency.COLD,
    weights: [
      { blueWeight: 90, greenWeight: 10, bake: Duration.minutes(10) },
      { blueWeight: 50, greenWeight: 50, bake: Duration.minutes(20) },
    ],
    // Nobody can close its connections: it starts again, and resolves the record then.
    workloads: [Workload.ecsService({ service: existing.renderer })],
    checks: [
      Check.http({
        name: 'pages are rendered',
        when: CheckTime.AFTER_RESUME,
        url: 'http://web.internal.example/products',
        contains: 'products',
        owner: 'web team',
      }),
    ],
    alarms: [existing.slowPages],
    watch: Duration.hours(2),
  });
}
