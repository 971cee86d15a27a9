import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { JournalledReplication } from '../../../contract/journal';
import { AwsEndpoint } from '../aws-endpoint';
import { configurationOf } from '../migration';
import { buildAgent, Program } from '../program';
import { endpointOf, Stage } from '../redis/stage';

const CONFIGURATION = '/cdk-cutover/sessions/configuration';
const JOURNAL = '/cdk-cutover/sessions/journal';
const HOST = '/cdk-cutover/sessions/host';
const FORTH = { from: 'blue', to: 'green' } as const;
const BACK = { from: 'green', to: 'blue' } as const;

const stage = new Stage();
const aws = new AwsEndpoint();
const running: Program[] = [];
let folder: string;
let program: string;
let blue: Redis;
let green: Redis;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-hosts-'));
  program = await buildAgent(folder);
  await aws.start();
  const [first, second] = [
    await stage.server('redis', '6.0', { notifyKeyspaceEvents: 'AE' }),
    await stage.server('valkey', '8.1', { notifyKeyspaceEvents: 'AE' }),
  ];
  const configuration = JSON.stringify(configurationOf(endpointOf(first), endpointOf(second)));
  aws.parameters.set(CONFIGURATION, configuration);
  await writeFile(join(folder, 'reach.json'), configuration);
  blue = await stage.user(first);
  green = await stage.user(second);
});
afterEach(async () => {
  for (const one of running) one.kill('SIGKILL');
  await Promise.all(running.splice(0).map(({ ended }) => ended));
  await aws.withoutPolls();
  await blue.flushall();
  await green.flushall();
});
afterAll(async () => {
  await stage.end();
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The agent on a host of its own: what it keeps goes with the host. */
async function host(instanceId: string): Promise<Program> {
  const one = new Program(program, ['worker'], {
    ...aws.environment,
    CUTOVER_CONFIGURATION: CONFIGURATION,
    CUTOVER_REACH: join(folder, 'reach.json'),
    CUTOVER_ACTIVITY_ARN: 'arn:aws:states:eu-central-1:111122223333:activity:sessions',
    CUTOVER_STATE_DIRECTORY: join(folder, instanceId),
    CUTOVER_JOURNAL: JOURNAL,
    CUTOVER_HOST: HOST,
    CUTOVER_INSTANCE_ID: instanceId,
  });
  running.push(one);
  await one.has('service.started');
  return one;
}

async function task(verb: string, args: object): Promise<{ replications?: object[] }> {
  const { output = '', error, cause } = await aws.answerOf(aws.schedule({ verb, args }));
  if (error !== undefined) throw new Error(`${error}: ${cause}`);
  return JSON.parse(output);
}

function journal(following: JournalledReplication | object): void {
  aws.parameters.set(JOURNAL, JSON.stringify({ phase: 'settled', serving: 'green', following }));
}

async function arrives(to: Redis, key: string): Promise<void> {
  while ((await to.get(key)) === null) await sleep(20);
}

/** Copied, turned, and users on green. */
async function cutOverBy(instanceId: string): Promise<Program> {
  aws.parameters.set(HOST, instanceId);
  journal({});
  const one = await host(instanceId);
  await blue.set('before', 'the night');
  await task('redis.replicate', { ...FORTH, targetIsOurs: true, overlap: false });
  await task('redis.reverse', { ...BACK, overlap: false });
  journal({ ...BACK, overlap: false, anew: true });
  await green.set('since', 'the switch');
  await arrives(blue, 'since');
  return one;
}

async function end(one: Program): Promise<void> {
  one.kill('SIGKILL');
  await one.ended;
}

test('blue goes on following green on a host that knows of nothing', async () => {
  await end(await cutOverBy('i-1'));
  await green.set('while', 'no host was there');
  await green.del('before');
  aws.parameters.set(HOST, 'i-2');
  await host('i-2');
  await arrives(blue, 'while');
  while ((await blue.exists('before')) === 1) await sleep(20);
  await expect(task('redis.status', {})).resolves.toMatchObject({ replications: [BACK] });
});

test('what was ended while the host was away is not taken up again: users are on blue', async () => {
  await end(await cutOverBy('i-3'));
  journal({});
  await blue.set('since', 'users are back');
  const again = await host('i-3');
  await expect(task('redis.status', {})).resolves.toEqual({ replications: [] });
  expect(await blue.get('since')).toBe('users are back');
  expect(again.log.some(({ event }) => event === 'Replication goes on.')).toBe(false);
});

test('a host without notes does not fill a side that users may be on', async () => {
  aws.parameters.set(HOST, 'i-4');
  journal({ ...FORTH, overlap: true, anew: false });
  await blue.set('cart', 'as it was');
  await green.set('cart', 'as a user left it');
  await host('i-4');
  await expect(task('redis.status', {})).resolves.toEqual({ replications: [] });
  expect(await green.get('cart')).toBe('as a user left it');
});

test('of two hosts only the one that the deploy names works', async () => {
  const old = await cutOverBy('i-5');
  const next = await host('i-6');
  await expect(task('redis.status', {})).resolves.toMatchObject({ replications: [BACK] });
  expect(next.log.some(({ event }) => event === 'tenure.begun')).toBe(false);
  aws.parameters.set(HOST, 'i-6');
  await old.has('tenure.ended');
  await next.has('Replication goes on.');
  await green.set('then', 'on');
  await arrives(blue, 'then');
  await expect(task('redis.status', {})).resolves.toMatchObject({ replications: [BACK] });
  expect(old.log.some((line) => line.NotFollowing === 1)).toBe(false);
  expect(next.log.some((line) => line.NotFollowing === 0)).toBe(true);
});
