import { Duration } from 'aws-cdk-lib';
import { CacheConsistency, CacheMigration, Check, CheckTime, type ICache } from 'cdk-cutover';
import type { Construct } from 'constructs';
import type { Existing } from './existing';

/** Moves the clients by shares: green begins empty, and what it does not know yet is asked of the database. */
export function addMigration(scope: Construct, existing: Existing, blue: ICache, green: ICache): CacheMigration {
  return new CacheMigration(scope, 'Catalogue', {
    vpc: existing.vpc,
    blue,
    green,
    record: { zone: existing.zone, recordName: 'catalogue', ttl: Duration.seconds(30) },
    consistency: CacheConsistency.COLD,
    weights: [
      { blueWeight: 95, greenWeight: 5, bake: Duration.minutes(10) },
      { blueWeight: 75, greenWeight: 25, bake: Duration.minutes(20) },
      { blueWeight: 50, greenWeight: 50, bake: Duration.minutes(20) },
    ],
    checks: [
      Check.http({
        name: 'catalogue pages',
        when: CheckTime.AFTER_RESUME,
        url: 'http://catalogue.internal.example/products',
        contains: 'products',
        owner: 'web team',
      }),
    ],
    alarms: [existing.databaseLoad],
    watch: Duration.hours(2),
  });
}
