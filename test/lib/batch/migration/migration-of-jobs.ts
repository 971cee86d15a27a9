import type { BatchHostMigrationProps } from '../../../../lib';
import { BatchGate, BatchHostMigration, type BatchJob, type BatchMigrationJob, BatchSource } from '../../../../lib';
import { type Assembly, loadAssembly } from '../../../../rehearsal/assembly';
import { HostOfApp, JOB } from '../host-of-app';

export const BLUE = 'i-0aaaaaaaaaaaaaaaa';

/** Each minute. */
export const ORDERS: BatchJob = { ...JOB, schedule: '* * * * *' };
export const LINE: BatchMigrationJob = {
  name: 'orders',
  file: '/etc/cron.d/shop',
  line: '* * * * * root /opt/shop/orders.sh',
};

export function migrationOf(
  jobs: BatchJob[] = [ORDERS],
  lines: BatchMigrationJob[] = [LINE],
  more: Partial<BatchHostMigrationProps> = {},
) {
  const surroundings = new HostOfApp();
  const host = surroundings.host({ jobs, gate: BatchGate.CLOSED });
  const blue = BatchSource.instance(BLUE);
  const migration = new BatchHostMigration(surroundings.stack, 'Migration', {
    blue,
    host,
    jobs: lines,
    migrationName: 'shop',
    ...more,
  });
  return { ...surroundings, surroundings, host, migration };
}

export function assemblyOf(...args: Parameters<typeof migrationOf>): Assembly {
  return loadAssembly(migrationOf(...args).surroundings.app.synth().directory);
}
