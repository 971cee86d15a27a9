import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CnameRecord } from 'aws-cdk-lib/aws-route53';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { loadAssembly } from '../../../rehearsal/assembly';
import { Route53 } from '../../../rehearsal/aws/route53/route53';
import { ACCOUNT, REGION, Surroundings } from '../../lib/migration-under-test';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { allowing, anyone } from '../../rehearsal/aws/test-environment';
import {
  buildProgram,
  type Deployed,
  deployed,
  environmentOf,
  type InAccount,
  inAccount,
  run,
} from './deployed-migration';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

let program: string;
beforeAll(async () => {
  program = await buildProgram();
});

const NAME = 'sessions.internal.example';
const ZONE = 'Z0123456789ABCDEFGHIJ';
const BLUE = 'sessions.abc123.0001.euw1.cache.amazonaws.com';

/** A migration as synthesized, and beside it the stack that owns today's record, if there is any more. */
function apps(record: 'owned' | 'retained' | 'released') {
  const surroundings = new Surroundings();
  surroundings.migrate({ migrationName: 'sessions' });
  const shop = new Surroundings();
  const stack = new Stack(shop.app, 'Application', { env: { account: ACCOUNT, region: REGION } });
  if (record !== 'released') {
    const cname = new CnameRecord(stack, 'Sessions', {
      zone: shop.zone,
      recordName: 'sessions',
      domainName: BLUE,
    });
    if (record === 'retained') cname.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
  // The account is looked at by its state machines.
  new StateMachine(stack, 'Any', { definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Well')) });
  const application = loadAssembly(shop.app.synth().directory, { account: ACCOUNT, region: REGION });
  return { folder: surroundings.app.synth().directory, application };
}

function zoneWith(...records: readonly object[]) {
  const route53 = new Route53({ environment: environmentOf(), propagationMs: () => 0 });
  const zone = route53.addZone(ZONE, 'internal.example');
  const changes = records.map((record) => ({
    Action: 'CREATE' as const,
    ResourceRecordSet: { Name: NAME, Type: 'CNAME' as const, TTL: 60, ResourceRecords: [{ Value: BLUE }], ...record },
  }));
  if (changes.length > 0) zone.change(changes, 0);
  return route53;
}

const there = deployed();

async function steps(args: readonly string[], deployment: Deployed, account: InAccount) {
  const ran = await inAccount(
    deployment,
    (environment) => run(program, ['adopt', 'sessions', '--json', ...args], environment),
    { by: anyone, ...account },
  );
  return { ...ran, done: ran.out === '' ? [] : JSON.parse(ran.out).map(({ done }: { done: string }) => done) };
}

test.each([
  ['owned', { TTL: 300 }, ['yes', 'no', 'no', 'later', 'later']],
  ['retained', {}, ['yes', 'yes', 'yes', 'no', 'later']],
  ['released', {}, ['yes', 'yes', 'yes', 'yes', 'no']],
  ['released', { ResourceRecords: [{ Value: 'other.example' }] }, ['no', 'yes', 'yes', 'yes', 'later']],
] as const)(
  'before the migration is deployed, with the record %s as %j, it says what is done: %j',
  async (record, as, done) => {
    const { folder, application } = apps(record);
    const deployment = { ...there, assembly: application };
    const ran = await steps(['--app', folder], deployment, { services: () => [zoneWith(as)] });
    expect([ran.problem, ran.done, ran.code]).toEqual(['', done, 2]);
    const [, , third] = JSON.parse(ran.out);
    expect(third.found).toMatch(record === 'released' ? /^no stack owns it$/ : /^\w+ of Application: DeletionPolicy /);
  },
);

test.each([
  ['pair', ['blue', 'green']],
  ['pair with the entry of a relay', ['blue', 'green', 'relay']],
])('once the %s stands and no stack owns the record, all is done', async (_, entries) => {
  const pair = entries.map((entry) => ({ SetIdentifier: entry, Weight: entry === 'blue' ? 100 : 0, TTL: 5 }));
  const ran = await steps([], there, { services: () => [zoneWith(...pair)] });
  expect([ran.problem, ran.code, ran.done]).toEqual(['', 0, ['yes', 'yes', 'yes', 'yes', 'yes']]);
  expect(ran.out).toContain('blue with weight 100');
});

const deny = (...actions: readonly string[]) =>
  allowing(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    ...actions.map((Action) => ({ Effect: 'Deny' as const, Action, Resource: '*' })),
  );

test.each<[string, InAccount, RegExp]>([
  ['may not list the zone', { by: deny('route53:ListResourceRecordSets') }, /Ask somebody who may route53:List/],
  [
    'may not look for the owner',
    { by: deny('cloudformation:DescribeStackResources') },
    /Ask somebody who may cloudformation/,
  ],
])('who %s is told so', async (_what, account, said) => {
  const { code, problem } = await steps([], there, { services: () => [zoneWith({})], ...account });
  expect([code, problem]).toEqual([1, expect.stringMatching(said)]);
});

test('a zone of another account is none to adopt from', async () => {
  const route53 = new Route53({ environment: environmentOf(), propagationMs: () => 0 });
  const { code, problem } = await steps([], there, { services: () => [route53] });
  expect([code, problem]).toEqual([
    1,
    expect.stringMatching(/^cutover: Z\w+, the zone of the record, is not in this account/),
  ]);
});
