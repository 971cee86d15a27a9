import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  BatchDecision,
  BatchGate,
  BatchHostMigration,
  type BatchJob,
  BatchLines,
  type BatchMigrationJob,
  BatchSource,
} from '../../../../lib';
import { removeTemporaryFolders, temporaryFolder } from '../../../rehearsal/assembly/written-assembly';
import { HostOfApp } from '../host-of-app';
import { BLUE, LINE, migrationOf, ORDERS } from './migration-of-jobs';

afterAll(removeTemporaryFolders);

const FEED: BatchJob = { ...ORDERS, name: 'feed' };
const FEED_LINE: BatchMigrationJob = { ...LINE, name: 'feed', line: '* * * * * root feed.sh' };

const withLine = (more: Partial<BatchMigrationJob>) => () => migrationOf([ORDERS, FEED], [{ ...LINE, ...more }]);

test.each<[what: string, make: () => unknown, message: string]>([
  ['no job', () => migrationOf([ORDERS], []), 'jobs: got none; accepted is at least one.'],
  ['a job twice', () => migrationOf([ORDERS], [LINE, LINE]), 'jobs: got orders twice; accepted is once.'],
  ['an unknown job', withLine({ name: 'order' }), "jobs: got 'order'; Shop/Batch has orders, feed."],
  [
    'a line twice',
    () => migrationOf([ORDERS, FEED], [LINE, { ...LINE, name: 'feed' }]),
    'job feed: got the line of job orders; accepted is a line of its own.',
  ],
  [
    'anacron',
    withLine({ file: '/etc/anacrontab' }),
    "job orders: file: got '/etc/anacrontab'; accepted are /etc/crontab",
  ],
  ['run-parts', withLine({ file: '/etc/cron.daily/shop' }), "job orders: file: got '/etc/cron.daily/shop'"],
  ['a line that is none', withLine({ line: '* * 32 * * root a' }), 'job orders: line: /etc/cron.d/shop:1:5:'],
  ['a comment', withLine({ line: '# * * * * * root a' }), 'job orders: line: got'],
  ['two lines', withLine({ line: '* * * * * root a\n* * * * * root b' }), 'job orders: line: got a line break'],
  ['line and hash', withLine({ sha256: 'a'.repeat(64) }), 'job orders: line: got line and sha256'],
  [
    'neither',
    () => migrationOf([ORDERS], [{ name: 'orders', file: '/etc/crontab' }]),
    'job orders: line: got neither line nor sha256',
  ],
  [
    'a hash that is none',
    () => migrationOf([ORDERS], [{ name: 'orders', file: '/etc/crontab', sha256: 'ABC' }]),
    "job orders: sha256: got 'ABC'; accepted are 64 hexadecimal digits",
  ],
  ['a criterion that cannot be met', withLine({ provedBy: 11 }), 'job orders: provedBy: got 11'],
  ['itself before it', withLine({ after: ['orders'] }), 'job orders: after: got the job itself'],
  ['an unknown one before it', withLine({ after: ['none'] }), "job orders: after: got 'none'"],
  [
    'a circle',
    () =>
      migrationOf(
        [ORDERS, FEED],
        [
          { ...LINE, after: ['feed'] },
          { ...FEED_LINE, after: ['orders'] },
        ],
      ),
    'job orders: after: got a circle, orders after feed after orders',
  ],
  [
    'retired with a proof',
    () => migrationOf([FEED, { ...ORDERS, decision: BatchDecision.RETIRED }], [{ ...LINE, provedBy: 2 }]),
    'job orders: provedBy: got one of a job that is retired',
  ],
  [
    '@reboot',
    () => migrationOf([{ ...ORDERS, schedule: '@reboot', decision: BatchDecision.MOVED }]),
    'job orders: schedule: got @reboot',
  ],
  ['no tag', () => BatchSource.tagged({}), 'BatchSource.tagged: got no tag'],
  ['no id', () => BatchSource.instance('old'), "BatchSource.instance: got 'old'"],
])('%s is refused at synthesis', (_, make, message) => {
  expect(make).toThrow(message);
});

test('a host that runs each job at once is refused', () => {
  const surroundings = new HostOfApp();
  const host = surroundings.host({ gate: BatchGate.OPEN });
  const props = { blue: BatchSource.instance(BLUE), host, jobs: [LINE] };
  expect(() => new BatchHostMigration(surroundings.stack, 'Migration', props)).toThrow(
    'accepted is a BatchHost with gate',
  );
});

test('jobs of a closed host that do not move are warned of', () => {
  const { stack } = migrationOf([ORDERS, FEED]);
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('^feed: the host.s gate is closed'));
});

test('lines are read from a copy of a crontab, and only their hashes are written', () => {
  const copy = join(temporaryFolder(), 'shop');
  writeFileSync(copy, 'MAILTO=""\n# job: orders\n* * * * * root PASSWORD=planted orders.sh\n');
  const lines = BatchLines.ofCrontab(copy, '/etc/cron.d/shop');
  expect(lines).toEqual([
    { name: 'orders', file: '/etc/cron.d/shop', line: '* * * * * root PASSWORD=planted orders.sh' },
  ]);
  const { surroundings } = migrationOf([ORDERS], lines);
  expect(surroundings.written()).not.toContain('planted');
});

test('a copy with a line that cron does not take is refused', () => {
  const copy = join(temporaryFolder(), 'shop');
  writeFileSync(copy, '* * 32 * * root orders.sh\n');
  expect(() => BatchLines.ofCrontab(copy, '/etc/cron.d/shop')).toThrow(/shop:1:5: /);
});
