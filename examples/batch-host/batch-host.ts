import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Port } from 'aws-cdk-lib/aws-ec2';
import { BatchCrontab, BatchGate, BatchHost } from 'cdk-cutover';
import type { Construct } from 'constructs';
import { Existing } from './existing';
import { databaseJobs, partnerJobs } from './jobs';
import { migration } from './migration';
import { retiredJobs } from './retired-jobs';

/** The host that the shop's 54 cron jobs move to, or end at. */
export function batchHost(scope: Construct): void {
  const stack = new Stack(scope, 'BatchHost', { env: { account: '111122223333', region: 'eu-west-1' } });
  const existing = new Existing(stack);

  const host = new BatchHost(stack, 'Batch', {
    vpc: existing.vpc,
    timeZone: 'Europe/Berlin',
    packages: ['mariadb105', 'jq'],
    users: [{ name: 'batch' }, { name: 'reports', groups: ['batch'] }],
    // Reports are written and read by others: it is there before the first of them.
    setup: ['install --directory --owner=reports --group=reports /var/tmp/reports'],
    // What runs on the old server runs here once the migration has moved it.
    gate: BatchGate.CLOSED,
    files: join(__dirname, 'files'),
    jobs: [
      ...BatchCrontab.jobsIn(join(__dirname, 'crontab')),
      ...databaseJobs(existing.databaseSecret),
      ...partnerJobs(existing.partnerSecret),
      ...retiredJobs,
    ],
    logFiles: [{ path: '/var/log/dnf.log' }],
    notify: existing.onCall,
  });
  host.connections.allowTo(existing.databaseGroup, Port.tcp(3306), 'The shop’s database');
  host.connections.allowToAnyIpv4(Port.tcp(22), 'SFTP of partners');
  host.grantConnect(existing.operators);
  migration(scope, host, existing);
}
