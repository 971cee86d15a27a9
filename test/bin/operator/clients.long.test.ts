import { on } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CacheConsistency } from '../../../lib';
import type { CommandRunner } from '../../../rehearsal/aws/ssm/command-invocations';
import { Stage } from '../../agent/redis/stage';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { allowing, anyone } from '../../rehearsal/aws/test-environment';
import { buildProgram, deployed, type InAccount, inAccount, type Ran, run } from './deployed-migration';
import { hostOf } from './host-of-migration';
import { ADDRESSES, BLUE, type Planted, planted, RECORD, SECRET_VALUE } from './planted-clients';

const there = deployed();
const host = String(there.assembly.resources('AWS::EC2::Instance')[0]?.physicalId);
const CONFIGURATION = JSON.stringify({
  blue: { host: BLUE },
  green: { host: 'sessions8.abc123.ng.0001.euw1.cache.amazonaws.com' },
});
const stage = new Stage();
const sockets: Socket[] = [];
let program: string;
let runCommand: CommandRunner;

beforeAll(async () => {
  program = await buildProgram();
  const [blue, green] = [await stage.server('redis', '7.0'), await stage.server('valkey', '8.1')];
  const sides = { tls: false, clusterMode: false };
  runCommand = await hostOf({
    migrationName: 'sessions',
    kind: 'cache',
    consistency: CacheConsistency.FENCED,
    recordName: RECORD,
    recordTtlSeconds: 5,
    blue: { ...sides, host: blue.host, port: blue.port, engine: 'redis', engineVersion: blue.engine.version },
    green: { ...sides, host: green.host, port: green.port, engine: 'valkey', engineVersion: green.engine.version },
  });
  for (const localAddress of Object.values(ADDRESSES)) {
    await connectFrom(localAddress, blue);
  }
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await stage.end();
  removeTemporaryFolders();
});

/** A client of another address: one of this machine that is its own alone. */
async function connectFrom(localAddress: string, { host: to, port }: { readonly host: string; readonly port: number }) {
  const socket = connect({ host: to, port, localAddress });
  sockets.push(socket);
  socket.write('CLIENT SETNAME worker\r\nSELECT 3\r\nGET basket\r\n');
  for await (const answer of on(socket, 'data')) if (String(answer).includes('$-1')) return;
}

interface Report {
  readonly consumers: readonly {
    readonly consumer: string;
    readonly evidence: readonly string[];
    readonly lastSeen?: string;
    readonly movesByDns: string;
  }[];
  readonly notLookedAt: readonly { readonly what: string; readonly why: string }[];
}

interface Where extends InAccount, Partial<Planted> {
  readonly environment?: Readonly<Record<string, string>>;
}

function clients(args: readonly string[], { environment: more = {}, ...where }: Where = {}): Promise<Ran> {
  const services = planted({ host, ...where });
  const parameters = { configuration: CONFIGURATION, '/shop/cache': RECORD, ...where.parameters };
  const work = (environment: Readonly<Record<string, string>>) =>
    run(program, ['clients', ...args], set({ ...environment, ...more }));
  return inAccount(there, work, { by: anyone, online: [host], services, runCommand, ...where, parameters });
}

const set = (environment: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));

const report = async (where: Where = {}, args: readonly string[] = []) => {
  const ran = await clients(['sessions', '--json', ...args], where);
  return { ...ran, ...(JSON.parse(ran.out) as Report) };
};

const of = ({ consumers }: Report, name: RegExp) => consumers.filter(({ consumer }) => name.test(consumer));

test('names all who were planted: connected, resolving, configured', async () => {
  const found = await report();
  const names = found.consumers.map(({ consumer }) => consumer.replace(/i-[0-9a-f]{17}|eni-[0-9a-f]{17}/, 'ID'));
  expect(names.sort()).toEqual(
    [
      '127.0.0.17: no network interface has it any more',
      '127.0.0.22: no network interface has it any more',
      '127.1.0.18 of vpc-0ffffffffffffffff, account 444455556666, peered by pcx-0123456789abcdef0',
      '127.2.0.19 outside of vpc-0123456789abcdef0: a transit gateway, a VPN or another network leads to it',
      'EC2 instance batch-1 (ID) of the Auto Scaling group batch',
      'ECS service shop/silent',
      'ECS service shop/web',
      'ECS task definition nightly:1',
      'Lambda function reports',
      'Lambda function thumbnails',
      "NAT gateway nat-0123456789abcdef0: who is behind it, its subnets' instances say",
      'SSM parameter /shop/cache',
      'load balancer front',
      'network interface ID (RDSNetworkInterface)',
      'secret shop/redis',
    ].sort(),
  );
  expect(of(found, /shop\/web/)).toEqual([
    {
      consumer: 'ECS service shop/web',
      evidence: [
        'connected to blue: 1 connection, database 3, name worker, last command get',
        'configured: REDIS_URL of its container app holds the record',
      ],
      lastSeen: expect.any(String),
      movesByDns: 'yes',
    },
  ]);
  expect(of(found, /shop\/silent/)[0]).toMatchObject({
    evidence: ['resolves the record: 2 queries logged'],
    movesByDns: 'yes',
  });
  expect(of(found, /nightly/)[0]).toEqual({
    consumer: 'ECS task definition nightly:1',
    evidence: ["configured: REDIS of its container job is the secret shop/redis, which holds blue's endpoint"],
    movesByDns: 'no',
  });
  expect(of(found, /batch-1/)[0]?.movesByDns).toBe('unknown');
  expect(of(found, /127\.0\.0\.22/)[0]).toMatchObject({ movesByDns: 'no' });
  // A function whose environment Lambda itself cannot read is no function without one.
  expect(found.notLookedAt).toEqual([
    { what: 'Environment of the Lambda function sealed', why: 'Lambda may not use the key.' },
  ]);
  expect([found.code, found.problem]).toEqual([2, expect.stringContaining('Connections')]);
});

test('prints no value that it looked into, and fits a terminal', async () => {
  const { out, problem } = await clients(['sessions']);
  expect(out + problem).not.toContain('hunter2');
  expect(SECRET_VALUE).toContain('hunter2');
  expect(out).toMatch(/Consumer +│ Evidence +│ Last seen +│ Moves by dns/);
  expect(out).toMatch(/Not looked at\n/);
});

test('follows every page', async () => {
  const found = await report({ others: 230 });
  expect(of(found, /./)).toHaveLength(15);
  expect(found.notLookedAt).toHaveLength(1);
});

test('who is left on the side that does not serve is told to be', async () => {
  const found = await report({ parameters: { journal: JSON.stringify({ phase: 'settled', serving: 'green' }) } });
  const [left] = of(found, /batch-1/);
  expect(left?.movesByDns).toBe('no');
  expect(left?.evidence[0]).toMatch(/^connected to blue, which does not serve: /);
});

test('a log that reaches further back has more', async () => {
  expect(of(await report({}, ['--days', '30']), /127\.0\.0\.23/)).toHaveLength(1);
});

test('where queries are not logged it says so, and prints what turns the log on', async () => {
  const found = await report({ queriesLogged: false });
  expect(found.notLookedAt.map(({ what, why }) => `${what}: ${why}`)).toContainEqual(
    expect.stringMatching(/^Who resolves the record: Queries of vpc-\w+ are not logged\. .*--enable-query-log$/),
  );
  const { code, out } = await clients(['sessions', '--enable-query-log'], { queriesLogged: false });
  expect(code).toBe(0);
  expect(out).toContain("resourceId: 'vpc-0123456789abcdef0'");
});

const without = (...denied: readonly string[]) =>
  allowing({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: denied, Resource: '*' });

test.each([
  [
    {
      'ssm:SendCommand': 'Connections to blue and green',
      'logs:StartQuery': 'Who resolves the record',
      'ecs:DescribeTasks': 'ECS tasks of shop',
      'ecs:DescribeTaskDefinition': 'ECS task definition web',
      'secretsmanager:GetSecretValue': 'Values of secrets',
      'ec2:DescribeVpcPeeringConnections': 'VPCs that are peered',
    },
  ],
  [
    {
      'ec2:DescribeNetworkInterfaces': 'Network interfaces',
      'ecs:ListClusters': 'ECS tasks',
      'lambda:ListFunctions': 'Lambda functions',
      'secretsmanager:ListSecrets': 'Secrets',
      'route53resolver:ListResolverQueryLogConfigAssociations': 'Who resolves the record',
    },
  ],
  [{ 'ec2:DescribeVpcs': 'The VPC of the migration host', 'ssm:DescribeParameters': 'SSM parameters' }],
])('what may not be read is a row each, and the rest is told: %j', async (denied: Readonly<Record<string, string>>) => {
  const found = await report({ by: without(...Object.keys(denied)) });
  for (const [action, what] of Object.entries(denied)) {
    const row = found.notLookedAt.find((each) => each.what === what);
    expect(row?.why).toMatch(new RegExp(`not authorized to perform: ${action}`));
  }
  expect(found.consumers.length).toBeGreaterThan(0);
  expect(found.code).toBe(2);
});

test('with what grantOperate allows, who is connected is told by address', async () => {
  const found = await report({ by: there.operators });
  expect(of(found, /^127\./)).toHaveLength(Object.keys(ADDRESSES).length);
  expect(found.notLookedAt.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'Network interfaces',
      'ECS tasks',
      'Lambda functions',
      'Secrets',
      'Values of SSM parameters',
    ]),
  );
});

test.each<[string, Where, readonly string[], RegExp]>([
  [
    'has no credentials',
    { environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } },
    ['sessions'],
    /No credentials were found: .*aws sso login/,
  ],
  [
    'has an expired token',
    { environment: { AWS_ACCESS_KEY_ID: 'ASIAEXPIRED' } },
    ['sessions'],
    /AWS rejects the credentials.*Sign in again/,
  ],
  ['names no Region', { environment: { AWS_REGION: '' } }, ['sessions'], /No Region is stated\. Give --region/],
  ['names a migration that is not there', {}, ['orders'], /got 'orders', .*there are: sessions\./],
  ['asks for no days', {}, ['sessions', '--days', 'x'], /Expected a whole number from 1/],
])('who %s is told so in a sentence', async (_what, where, args, said) => {
  const environment = { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true', ...where.environment };
  const { code, out, problem } = await clients(args, { ...where, environment });
  expect([code, out]).toEqual([1, '']);
  expect(problem).toMatch(said);
});

test('a host that is away is a row, and no end', async () => {
  const found = await report({ online: [] });
  expect(found.notLookedAt[0]?.why).toMatch(/^The SSM agent of i-\w+ is not connected: /);
  expect(of(found, /secret shop/)).toHaveLength(1);
});
