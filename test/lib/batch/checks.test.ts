import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnParameter, Duration, Lazy } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { ComparisonOperator, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  BatchCriterion,
  BatchCrontab,
  BatchDatabaseClient,
  BatchDecision,
  type BatchHostProps,
  type BatchJob,
  BatchLate,
  type BatchMetricCriterionProps,
  BatchOverlap,
  BatchSecret,
} from '../../../lib';
import { removeTemporaryFolders, temporaryFolder } from '../../rehearsal/assembly/written-assembly';
import { HostOfApp, JOB } from './host-of-app';

afterAll(removeTemporaryFolders);

test.each<[string, Partial<BatchJob>, RegExp]>([
  ['a name that is none', { name: 'all orders' }, /job: got the name 'all orders'; accepted are 1 to 64 letters/],
  ['a name in a path', { name: '../orders' }, /job: got the name/],
  ['an unknown user', { user: 'shop' }, /job orders: user: got 'shop'; accepted are root, nobody, ec2-user/],
  ['no command', { command: ' ' }, /job orders: command: got ' '/],
  ['anacron', { command: '/usr/sbin/anacron -s' }, /job orders: command: got anacron/],
  ['a field that cron has not', { schedule: '0 0 L * *' }, /job orders: schedule: '0 0 L \* \*', column 5: .*`L`/],
  ['seconds', { schedule: '0 0 1 * * *' }, /job orders: schedule: .*column 11/],
  ['too few fields', { schedule: '0 0 *' }, /job orders: schedule: .*3 of 5 fields/],
  ['a nickname that is none', { schedule: '@fortnightly' }, /job orders: .*accepted are @hourly/],
  ['a day that never comes', { schedule: '0 0 31 2 *' }, /job orders: schedule: got '0 0 31 2 \*', which never comes/],
  ['a timer', { schedule: 'OnCalendar=daily Persistent=true' }, /systemd timer.*BatchLate\.NEWEST/],
  ['@reboot without a decision', { schedule: '@reboot' }, /job orders: schedule: got @reboot without a decision/],
  [
    '@reboot that is made up for',
    { schedule: '@reboot', decision: BatchDecision.MOVED, late: BatchLate.EACH },
    /job orders: late: got each with @reboot/,
  ],
  ['a zone that is none', { timeZone: 'Europe/Bonn' }, /job orders: .*time zone Europe\/Bonn/],
  ['a time-out of parts of seconds', { timeout: Duration.millis(1500) }, /job orders: timeout: got 1.5 s/],
  ['no time at all', { timeout: Duration.seconds(0) }, /job orders: timeout: got 0 s/],
  [
    'a time-out that only the deploy knows',
    { timeout: Duration.seconds(Lazy.number({ produce: () => 1 })) },
    /job orders: timeout: got one that only the deploy knows/,
  ],
  [
    'a retired job with a criterion',
    { decision: BatchDecision.RETIRED, criterion: BatchCriterion.exitCode(0) },
    /job orders: criterion: got one of a job that is retired/,
  ],
  [
    'a criterion that cannot be met',
    { overlap: BatchOverlap.ALLOW, criterion: BatchCriterion.logLine('written') },
    /job orders: criterion: got a line of the output, of a job whose runs may overlap/,
  ],
  [
    'a line of an output that goes elsewhere',
    { command: 'bin/orders.sh --all >> /var/log/orders.log 2>&1', criterion: BatchCriterion.logLine('written') },
    /job orders: criterion: got a line of the output, and a command that sends all of its output elsewhere/,
  ],
  ['a variable that is none', { environment: { 'A-B': '1' } }, /job orders: environment: got the variable 'A-B'/],
  ['a variable of the runner', { environment: { CUTOVER_SLOT: '1' } }, /'CUTOVER_SLOT'; accepted are/],
])('%s is refused', (_, more, problem) => {
  expect(() => new HostOfApp().job(more)).toThrow(problem);
});

test.each<[string, Partial<BatchHostProps>, RegExp]>([
  ['the same job twice', { jobs: [JOB, { ...JOB, name: 'Orders' }] }, /job Orders: got two jobs of this name/],
  ['files that are none', { files: '/nowhere' }, /files: got '\/nowhere', which is no folder/],
  ['a zone that is none', { timeZone: 'CEST' }, /time zone CEST/],
  ['a user that is none', { users: [{ name: 'Batch User' }] }, /users: got the name 'Batch User'/],
  ['a user twice', { users: [{ name: 'batch' }, { name: 'batch' }] }, /users: got batch twice/],
  ['a uid of the system', { users: [{ name: 'batch', uid: 33 }] }, /users: got the uid 33 of batch/],
  ['a log file without a path', { logFiles: [{ path: 'app.log' }] }, /logFiles: got the path 'app.log'/],
  ['a disk that is too small', { volumeSize: 4 }, /volumeSize: got 4 GiB/],
  ['retention of no backup', { backup: false, backupRetention: Duration.days(1) }, /backupRetention: got one beside/],
  ['a name that parameters cannot have', { hostName: 'aws/shop' }, /hostName: got 'aws\/shop'/],
  ['no jobs at all', { jobs: undefined }, /jobs: got undefined; it is required/],
])('%s is refused', (_, props, problem) => {
  expect(() => new HostOfApp().host(props as BatchHostProps)).toThrow(problem);
});

test.each([
  'bin/orders.sh > /tmp/orders.csv',
  'bin/orders.sh 2>/dev/null',
  'bin/orders.sh > /tmp/all 2>&1; tail -n 1 /tmp/all',
  'bin/orders.sh 2>&1 | tee /tmp/all',
])('a line of the output may be asked for of %s', (command) => {
  expect(() => new HostOfApp().job({ command, criterion: BatchCriterion.logLine('written') })).not.toThrow();
});

test('a variable and a secret of one name are refused', () => {
  const app = new HostOfApp();
  const secrets = { LEVEL: BatchSecret.fromText(new Secret(app.stack, 'Secret')) };
  expect(() => app.job({ environment: { LEVEL: 'debug' }, secrets })).toThrow(
    /secrets: got LEVEL, which is in environment/,
  );
});

test('a secret without a field, and criteria that are none, are refused where they are typed', () => {
  const secret = new Secret(new HostOfApp().stack, 'Secret');
  expect(() => BatchSecret.fromField(secret, '')).toThrow(/BatchSecret.fromField: got the field '' of Shop\/Secret/);
  expect(() => BatchCriterion.exitCode()).toThrow(/got none; accepted are whole numbers from 0 to 255/);
  expect(() => BatchCriterion.exitCode(0, 256)).toThrow(/got 256/);
  expect(() => BatchCriterion.logLine('(')).toThrow(/got '\('/);
  expect(() => BatchCriterion.check(' ')).toThrow(/got ' '; accepted is a command/);
});

const ROWS = new Metric({ namespace: 'Shop', metricName: 'RowsWritten', dimensionsMap: { Table: 'sales' } });
const SOME = { metric: ROWS, comparison: ComparisonOperator.GREATER_THAN_THRESHOLD, threshold: 0 };

test('a metric is what the host asks CloudWatch for, and it may', () => {
  const app = new HostOfApp();
  app.job({ criterion: BatchCriterion.metric({ ...SOME, within: Duration.minutes(2) }) });
  expect(JSON.parse(app.definitions()).jobs[0].criterion).toEqual({
    exitCodes: [0],
    metric: {
      namespace: 'Shop',
      name: 'RowsWritten',
      dimensions: [{ name: 'Table', value: 'sales' }],
      statistic: 'Average',
      periodSeconds: 300,
      comparison: 'GreaterThanThreshold',
      threshold: 0,
      withinSeconds: 120,
    },
  });
  const asks = (of: HostOfApp) => JSON.stringify(of.template().toJSON()).includes('"cloudwatch:GetMetricData"');
  const without = new HostOfApp();
  without.job({});
  expect([asks(app), asks(without)]).toEqual([true, false]);
});

test.each<[string, Partial<BatchMetricCriterionProps>, RegExp]>([
  ['an expression', { metric: new MathExpression({ expression: 'a + a', usingMetrics: { a: ROWS } }) }, /math expres/],
  [
    'a band',
    { comparison: ComparisonOperator.LESS_THAN_LOWER_OR_GREATER_THAN_UPPER_THRESHOLD },
    /comparison of BatchCriterion.metric: got LessThanLower.*Whether it is out of a band is for an alarm/,
  ],
  ['no number', { threshold: Number.NaN }, /threshold of BatchCriterion.metric: got NaN; accepted are numbers/],
  ['no time', { within: Duration.seconds(0) }, /within of BatchCriterion.metric: got 0 s; accepted are whole seconds/],
  ['two hours', { within: Duration.hours(2) }, /within of BatchCriterion.metric: got 7200 s/],
])('a metric compared with %s is refused', (_, more, problem) => {
  expect(() => BatchCriterion.metric({ ...SOME, ...more })).toThrow(problem);
});

test('a metric of another Region is refused: the host asks its own', () => {
  const criterion = BatchCriterion.metric({ ...SOME, metric: ROWS.with({ region: 'us-west-2' }) });
  const app = new HostOfApp();
  expect(() => app.job({ criterion })).toThrow(
    /job orders: criterion: got one of the Region us-west-2; accepted is the stack's own, eu-west-1/,
  );
});

test('what is newer than the slot is asked for by one SELECT', () => {
  const ask = (newest: string) =>
    BatchCriterion.newerThanSlot({ client: BatchDatabaseClient.MYSQL, options: 'shop', newest });
  for (const none of ['', 'DELETE FROM sales', 'SELECT 1; DROP TABLE sales']) {
    expect(() => ask(none)).toThrow(/newest of BatchCriterion.newerThanSlot: got '.*'; accepted is one SELECT/);
  }
  expect(ask(' with s as (select 1) select now() from s')._definition.check).toContain("newest=' with s as");
});

test('a value that looks like a secret is warned of', () => {
  const app = new HostOfApp();
  app.job({ environment: { DB_PASSWORD: 'hunter2', LEVEL: 'debug' } });
  const warnings = Annotations.fromStack(app.stack).findWarning('*', Match.stringLikeRegexp('environment'));
  expect(warnings.map(({ entry }) => String(entry.data))).toEqual([
    expect.stringContaining('environment.DB_PASSWORD looks like a secret'),
  ]);
});

test('tokens pass untouched', () => {
  const app = new HostOfApp();
  const text = (id: string) => new CfnParameter(app.stack, id).valueAsString;
  app.job({ schedule: text('Schedule'), command: text('Command'), user: text('User'), timeZone: text('Zone') });
  const { jobs } = JSON.parse(app.definitions());
  const binding = { binding: expect.any(Number) };
  expect(jobs[0]).toMatchObject({ schedule: binding, command: binding, user: binding, timeZone: binding });
});

test('two hosts of one name are refused', () => {
  const app = new HostOfApp();
  app.host({ hostName: 'shop' }, 'One');
  app.host({ hostName: 'shop' }, 'Other');
  expect(() => app.app.synth()).toThrow(/hostName: got 'shop', which Shop\/Other has as well/);
});

describe('a crontab of the repository', () => {
  const crontab = (...lines: string[]): string => {
    const file = join(mkdtempSync(join(temporaryFolder(), 'crontab-')), 'crontab');
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    return file;
  };

  test('gives its jobs, with names from comments or programs', () => {
    const file = crontab(
      'MAILTO=shop@shop.example',
      'LEVEL=debug',
      '*/5 * * * * batch /opt/bin/orders.sh --all',
      '# job: mails',
      '0 8 * * mon batch mail %Hello%there',
      'CRON_TZ=Asia/Tokyo',
      'MAILTO=""',
      '@daily root echo 50\\%',
    );
    expect(
      BatchCrontab.jobsIn(file, { jobs: { orders: { late: BatchLate.EACH, environment: { MORE: '1' } } } }),
    ).toEqual([
      {
        name: 'orders',
        schedule: '*/5 * * * *',
        command: '/opt/bin/orders.sh --all',
        user: 'batch',
        owner: 'shop@shop.example',
        late: 'each',
        environment: { LEVEL: 'debug', MORE: '1' },
      },
      expect.objectContaining({ name: 'mails', command: 'mail ', standardInput: 'Hello\nthere\n' }),
      {
        name: 'echo',
        schedule: '@daily',
        command: 'echo 50%',
        user: 'root',
        timeZone: 'Asia/Tokyo',
        environment: { LEVEL: 'debug' },
      },
    ]);
  });

  test('of a user has no column of users', () => {
    expect(BatchCrontab.jobsIn(crontab('0 * * * * bin/orders.sh'), { user: 'batch' })).toMatchObject([
      { name: 'orders', user: 'batch', command: 'bin/orders.sh' },
    ]);
  });

  test.each([
    ['a line that cron does not read', ['# first', '0 25 * * * root true'], /crontab:2:3: hour `25`/],
    [
      'two lines of a name',
      ['0 1 * * * root bin/a.sh', '0 2 * * * root bin/a.sh'],
      /got two lines of the name a; .*# job: NAME/,
    ],
  ])('with %s is refused', (_, lines, problem) => {
    expect(() => BatchCrontab.jobsIn(crontab(...lines))).toThrow(problem);
  });

  test('that has no such job is refused', () => {
    const file = crontab('0 1 * * * root bin/a.sh');
    expect(() => BatchCrontab.jobsIn(file, { jobs: { b: {} } })).toThrow(
      /jobs says something of 'b'; the file has a\./,
    );
  });
});
