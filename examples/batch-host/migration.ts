import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { type BatchHost, BatchHostMigration, BatchLines, type BatchMigrationJob, BatchSource } from 'cdk-cutover';
import type { Construct } from 'constructs';
import type { Existing } from './existing';

/** Orders are handed over before what is made of them goes to the carrier. */
const AFTER: Readonly<Record<string, string[]>> = {
  'send-orders': ['close-orders'],
  'send-feed': ['stock-levels', 'product-ranking'],
  'month-end': ['book-payments', 'daily-sales'],
  'year-end': ['month-end'],
};

/** Moves the 54 jobs from the old server, one by one. In a stack of its own: it goes when all have moved. */
export function migration(scope: Construct, host: BatchHost, existing: Existing): void {
  const stack = new Stack(scope, 'BatchMigration', { env: { account: '111122223333', region: 'eu-west-1' } });
  const batch = new BatchHostMigration(stack, 'Migration', {
    migrationName: 'batch',
    blue: BatchSource.instance(existing.oldServer),
    host,
    jobs: [
      ...lines('crontab', '/etc/crontab'),
      ...lines('shop', '/etc/cron.d/shop'),
      ...lines('partners', '/etc/cron.d/partners'),
      ...lines('batch', '/var/spool/cron/batch'),
    ],
    notify: existing.onCall,
  });
  batch.grantOperate(existing.operators);
}

function lines(copy: string, file: string): BatchMigrationJob[] {
  const all = BatchLines.ofCrontab(join(__dirname, 'old-server', copy), file);
  return all.map((job) => ({ ...job, after: AFTER[job.name] }));
}
