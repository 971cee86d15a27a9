import { Duration } from 'aws-cdk-lib';
import {
  AuroraMigration,
  AuroraStrategy,
  Check,
  CheckTime,
  DatabaseEngine,
  type IDatabase,
  Workload,
} from 'cdk-cutover';
import type { Construct } from 'constructs';
import type { Existing } from './existing';

/** Has RDS make the next major version beside the present one, tries it with readers, and gives it the old names. */
export function addMigration(scope: Construct, existing: Existing, blue: IDatabase): AuroraMigration {
  return new AuroraMigration(scope, 'LedgerMigration', {
    vpc: existing.vpc,
    blue,
    strategy: AuroraStrategy.managedBlueGreen({
      targetEngine: DatabaseEngine.auroraPostgres('17.4'),
      targetClusterParameterGroupName: 'ledger-postgresql17',
    }),
    readerRecord: { zone: existing.zone, recordName: 'ledger-reader', ttl: Duration.seconds(5) },
    readerWeights: [{ blueWeight: 90, greenWeight: 10, bake: Duration.hours(1) }],
    smokeQueries: [
      {
        name: 'balances',
        database: 'shop',
        sql: 'SELECT count(*) AS accounts, sum(balance) AS total FROM public.accounts',
      },
    ],
    workloads: [Workload.ecsService({ service: existing.payments, owner: 'payments team' })],
    checks: [
      Check.http({
        name: 'payments answer',
        when: CheckTime.BEFORE_RESUME,
        url: 'http://payments.internal.example/health',
        owner: 'payments team',
      }),
      Check.http({
        name: 'a test payment goes through',
        when: CheckTime.AFTER_RESUME,
        url: 'http://payments.internal.example/probe',
        method: 'POST',
        status: 201,
        owner: 'payments team',
      }),
    ],
    alarms: [existing.paymentErrors],
    watch: Duration.hours(24),
  });
}
