import { Duration, Lazy, Token } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup, LogGroupClass } from 'aws-cdk-lib/aws-logs';
import {
  type CanaryCheckProps,
  Check,
  CheckTime,
  type ICheck,
  type KeysAppearCheckProps,
  type LogLinesCheckProps,
  type MetricCheckProps,
  type QueryCheckProps,
  QueryExpectation,
} from '../../../lib';
import { findMigration } from '../../../rehearsal/testbed/migration';
import { problemsOf, rolesOf } from '../../examples/service-authorization';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { Databases } from '../aurora/databases-under-test';
import { Surroundings } from '../migration-under-test';

afterAll(removeTemporaryFolders);

const when = CheckTime.BEFORE_RESUME;
const within = Duration.minutes(5);
const surroundings = new Surroundings();
const logGroup = LogGroup.fromLogGroupName(surroundings.stack, 'Log', 'batch');
const comparison = ComparisonOperator.GREATER_THAN_THRESHOLD;
const logIns = new Metric({ namespace: 'Shop', metricName: 'LogIns', period: Duration.minutes(1) });

const log = (props: Partial<LogLinesCheckProps>) =>
  Check.logLines({ name: 'log', when, logGroup, pattern: '"normal end"', within, ...props });
const metric = (props: Partial<MetricCheckProps>) =>
  Check.metric({ name: 'log-ins', when, metric: logIns, comparison, threshold: 1, within, ...props });
const canary = (props: Partial<CanaryCheckProps>) =>
  Check.canary({ name: 'pages', when, canaryName: 'pages', ...props });
const keys = (props: Partial<KeysAppearCheckProps>) =>
  Check.keysAppear({ name: 'sessions', when, pattern: 'session:*', within, ...props });
const query = (props: Partial<QueryCheckProps>) =>
  Check.query({
    name: 'orders',
    when,
    sql: 'SELECT 1',
    database: 'shop',
    expect: QueryExpectation.rowsAtLeast(1),
    ...props,
  });

function migrate(...checks: ICheck[]) {
  const own = new Surroundings();
  own.migrate({ checks });
  return own;
}

test.each<[string, () => unknown, RegExp]>([
  ['no pattern', () => log({ pattern: ' ' }), /^pattern of log: got 1 characters; accepted are 1 to 1024 of a filter/],
  ['a long pattern', () => log({ pattern: 'x'.repeat(1025) }), /^pattern of log: got 1025 characters/],
  ['no lines', () => log({ atLeast: 0 }), /^atLeast of log: got 0; accepted are whole numbers from 1 to 40\. Look/],
  ['many lines', () => log({ atLeast: 41 }), /^atLeast of log: got 41/],
  ['no time', () => log({ within: Duration.seconds(0) }), /^within of log: got 0 s; accepted are whole seconds from 1/],
  ['days', () => log({ within: Duration.hours(25) }), /^within of log: got 90000 s/],
  [
    'two times',
    () => log({ timeout: Duration.minutes(1) }),
    /^timeout of log: got it besides within; accepted is within alone/,
  ],
  [
    'a log group of another class',
    () =>
      log({
        logGroup: new LogGroup(surroundings.stack, 'Rare', { logGroupClass: LogGroupClass.INFREQUENT_ACCESS }),
      }),
    /^logGroup of log: got one of the class INFREQUENT_ACCESS; accepted is STANDARD/,
  ],
  [
    'a log group elsewhere',
    () =>
      migrate(
        log({
          logGroup: LogGroup.fromLogGroupArn(
            surroundings.stack,
            'Far',
            'arn:aws:logs:us-east-1:111122223333:log-group:far',
          ),
        }),
      ),
    /^logGroup of log: got one of the Region us-east-1; accepted is the stack's own, eu-west-1\. Use Check\.stateMachine for it/,
  ],
  [
    'more looks than there are events',
    () => migrate(...Array.from({ length: 20 }, (_, n) => log({ name: `${n}`, within: Duration.minutes(15) }))),
    /^checks: got 20 with up to 122280 events/,
  ],
  [
    'a math expression',
    () => metric({ metric: new MathExpression({ expression: 'a * 2', usingMetrics: { a: logIns } }) }),
    /^metric of log-ins: got a math expression; accepted is one metric\. Make an alarm/,
  ],
  [
    'an anomaly',
    () => metric({ comparison: ComparisonOperator.LESS_THAN_LOWER_THRESHOLD }),
    /^comparison of log-ins: got LessThanLowerThreshold; accepted are GreaterThanOrEqualToThreshold, /,
  ],
  ['no threshold', () => metric({ threshold: Number.NaN }), /^threshold of log-ins: got NaN; accepted are numbers/],
  [
    'less than two periods',
    () => metric({ within: Duration.seconds(90) }),
    /^within of log-ins: got 90 s; accepted are whole seconds from 120 to 24 hours/,
  ],
  [
    'a metric elsewhere',
    () => migrate(metric({ metric: logIns.with({ region: 'us-east-1' }) })),
    /^metric of log-ins: got one of the Region us-east-1/,
  ],
  [
    'a metric of somebody else',
    () => migrate(metric({ metric: logIns.with({ account: '999999999999' }) })),
    /^metric of log-ins: got one of the account 999999999999/,
  ],
  ['no canary', () => canary({ canaryName: '' }), /^canaryName of pages: got ''; accepted are the names of canaries/],
  ['an odd canary', () => canary({ canaryName: 'Pages' }), /^canaryName of pages: got 'Pages'/],
  ['no keys', () => keys({ pattern: '' }), /^pattern of sessions: got 0 characters; accepted are 1 to 512/],
  ['an odd database', () => keys({ database: -1 }), /^database of sessions: got -1; accepted are whole numbers from 0/],
  [
    'no key',
    () => keys({ atLeast: 0.5 }),
    /^atLeast of sessions: got 0.5; accepted are whole numbers from 1 to 10,000/,
  ],
  ['two times of keys', () => keys({ timeout: within }), /^timeout of sessions: got it besides within/],
  [
    'a write',
    () => query({ sql: 'UPDATE orders SET paid = 1' }),
    /^sql of orders: got 'UPDATE orders SET paid = 1'; accepted is one statement that reads/,
  ],
  ['nothing to ask', () => query({ sql: ' ' }), /^sql of orders: got ' '/],
  ['no schema', () => query({ database: '' }), /^database of orders: got ''; accepted is the schema \(MySQL\) or/],
  [
    'a query for hours',
    () => query({ timeout: Duration.hours(1) }),
    /^timeout of orders: got 3600 s; accepted for a query are up to 10 minutes/,
  ],
  ['half a row', () => QueryExpectation.rowsAtLeast(0.5), /^QueryExpectation.rowsAtLeast: got 0.5; accepted are whole/],
  ['no row at least', () => QueryExpectation.rowsAtLeast(0), /rowsAtLeast: got 0; .* Use rowsAtMost\(0\) for none/],
  ['less than none', () => QueryExpectation.rowsAtMost(-1), /^QueryExpectation.rowsAtMost: got -1/],
  ['no number', () => QueryExpectation.valueAtLeast(Number.NaN), /^QueryExpectation.valueAtLeast: got NaN/],
  [
    'a query in a cache',
    () => migrate(query({})),
    /^check orders: got one of a query in a migration of a cache; .* Use Check.keysAppear/,
  ],
  [
    'keys in a database',
    () => {
      const databases = new Databases();
      databases.promote({ ...databases.everything(), checks: [keys({})] });
    },
    /^check sessions: got one of keys in a migration of a database; .* Use Check.query/,
  ],
])('%s is refused in a sentence', (_, make, message) => {
  expect(make).toThrow(message);
});

test('tokens pass', () => {
  const number = (name: string) => Token.asNumber({ Ref: name });
  const text = (name: string) => Token.asString({ Ref: name });
  const own = migrate(
    log({ pattern: text('Pattern'), atLeast: number('Lines'), within: Duration.seconds(number('Within')) }),
    metric({
      metric: new Metric({
        namespace: text('Namespace'),
        metricName: text('Metric'),
        dimensionsMap: { Service: Lazy.string({ produce: () => 'web' }) },
      }),
      threshold: number('Threshold'),
      within: Duration.minutes(10),
    }),
    canary({ canaryName: text('Canary') }),
    keys({ pattern: text('Keys'), database: number('Database'), atLeast: number('AtLeast') }),
  );
  expect(() => own.app.synth()).not.toThrow();
  expect(() => query({ sql: text('Sql'), expect: QueryExpectation.rowsAtLeast(number('Rows')) })).not.toThrow();
});

test('the role may ask what it asks, and no more', async () => {
  const own = migrate(log({}), metric({}), canary({}));
  const [machine] = own.deploy().stateMachines();
  const roles = rolesOf(own.deploy()).filter(({ arn }) => arn === machine?.roleArn);
  const statements = roles.flatMap(({ policies }) => policies.flatMap((policy) => policy.statements));
  const asked = statements.filter(({ Action }) => /logs:Filter|GetMetricData|synthetics:/.test(String(Action)));
  expect(asked.length).toBeGreaterThanOrEqual(5);
  const problems = await Promise.all(asked.map(problemsOf));
  expect(problems.flat()).toEqual([]);
  expect(JSON.stringify(asked)).toContain(':log-group:batch:*');
  expect(JSON.stringify(asked)).toContain(':canary:pages');
  expect(JSON.stringify(asked)).toContain('"synthetics:Names":["pages"]');
});

test('a query is in the configuration of the agent, and in no task', () => {
  const databases = new Databases();
  databases.promote({ ...databases.everything(), checks: [query({ sql: 'SELECT id FROM shop.orders' })] });
  const migration = findMigration(databases.deploy());
  expect(migration).toMatchObject({
    configuration: {
      checkQueries: [
        { check: 'orders', sql: 'SELECT id FROM shop.orders', database: 'shop', expect: { rowsAtLeast: 1 } },
      ],
    },
  });
  expect(JSON.stringify(migration.stateMachine.definition)).not.toContain('SELECT id');
});
