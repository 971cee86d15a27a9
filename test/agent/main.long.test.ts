import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../rehearsal/engines/redis/server';
import { AwsEndpoint } from './aws-endpoint';
import { configurationOf } from './migration';
import { buildAgent, Program } from './program';
import { endpointOf, Stage } from './redis/stage';

const parameter = '/cdk-cutover/sessions/configuration';
const secretArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:blue';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-main-'));
  program = await buildAgent(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Program & { code: number | null }> {
  const ran = new Program(program, args, environment);
  const code = await ran.ended;
  return Object.assign(ran, { code });
}

describe('by hand', () => {
  const stage = new Stage();
  let blue: Server;
  let file: string;
  const byHand = (...args: string[]) => run(['--configuration', file, ...args]);

  beforeAll(async () => {
    blue = await stage.server('redis', '7.0');
    file = join(folder, 'configuration.json');
    const green = await stage.server('valkey', '8.1');
    await writeFile(file, JSON.stringify(configurationOf(endpointOf(blue), endpointOf(green))));
    await stage.user(blue, { connectionName: 'sidekiq', db: 3 });
  });
  afterAll(() => stage.end());

  test('the result is a table', async () => {
    const { code, stdout, stderr } = await byHand('redis.clients', '--side', 'blue');
    expect(stdout).toMatch(/Connections +│ 1 /);
    expect(stdout).toMatch(/Address +│ Name +│ Database +│ Last command/);
    expect(stdout).toMatch(/127\.0\.0\.1 +│ sidekiq +│ 3 /);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('or, asked for, the JSON that the state machine gets', async () => {
    const { code, stdout } = await byHand('redis.clients', '--side', 'blue', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ connections: 1, groups: [{ name: 'sidekiq', database: 3 }] });
    expect(code).toBe(0);
  });

  test('without a terminal progress is plain lines, apart from the result', async () => {
    const { stdout, stderr } = await byHand('redis.nowrites', '--side', 'blue', '--seconds', '1', '--json');
    expect(stderr).toMatch(/^Proving that nobody writes: 0 of 1 \(0 %\)\n/);
    expect(JSON.parse(stdout)).toMatchObject({ seconds: 1 });
  });

  test('errors that a preflight finds are an exit code of their own', async () => {
    await writeFile(`${file}.same`, JSON.stringify(configurationOf(endpointOf(blue), endpointOf(blue))));
    const { code, stdout } = await run(['--configuration', `${file}.same`, 'redis.preflight']);
    expect(stdout).toMatch(/redis\.same-server +│ error/);
    expect(code).toBe(3);
  });

  test('a failure is one line on standard error', async () => {
    await writeFile(
      `${file}.gone`,
      JSON.stringify(configurationOf(endpointOf(blue, { host: 'cache.invalid' }), endpointOf(blue))),
    );
    const { code, stdout, stderr } = await run(['--configuration', `${file}.gone`, 'redis.freeze', '--side', 'blue']);
    expect(stderr).toMatch(/^Agent\.Unreachable: cache\.invalid:\d+ cannot be reached[^\n]*\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  test.each([
    [['redis.freeze', '--side', 'red'], /Allowed choices are blue, green/],
    [['redis.freeze'], /required option '--side <blue\|green>'/],
    [['redis.freeze', '--side', 'blue', '--seconds', 'many'], /'many' is invalid. Accepted is a number/],
    [['redis.freeze', '--side', 'blue', '--seconds', '0'], /"seconds" too small.*got 0/],
    [['redis.preflight', '--from', 'green', '--to', 'green'], /"to" must be the other side than "from", got "green"/],
    [['redis.flush'], /unknown command 'redis.flush'/],
  ])('misuse is told apart: %j', async (args, message) => {
    const { code, stderr } = await byHand(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test('without a configuration it says where one comes from', async () => {
    const { code, stderr } = await run(['redis.clients', '--side', 'blue']);
    expect(stderr).toMatch(/CUTOVER_CONFIGURATION.*--configuration FILE/);
    expect(code).toBe(2);
  });

  test('what concerns replications needs the service, and says so', async () => {
    const { code, stderr } = await run(['redis.status'], { CUTOVER_STATE_DIRECTORY: folder });
    expect(stderr).toMatch(
      /^Agent\.Unreachable: The service.*does not run on this host.*systemctl start cutover-agent/,
    );
    expect(code).toBe(1);
  });
});

describe('the service', () => {
  const stage = new Stage();
  const aws = new AwsEndpoint();
  let blue: Server;
  let green: Server;
  let environment: Record<string, string>;
  let service: Program;
  const started: Program[] = [];

  const start = () => {
    const one = new Program(program, ['worker'], environment);
    started.push(one);
    return one;
  };

  beforeAll(async () => {
    await aws.start();
    blue = await stage.server('redis', '6.0', { password: 'first-token', notifyKeyspaceEvents: 'AE' });
    green = await stage.server('valkey', '8.1');
    const configuration = JSON.stringify(configurationOf(endpointOf(blue, { secretArn }), endpointOf(green)));
    aws.parameters.set(parameter, configuration);
    await writeFile(join(folder, 'reach.json'), configuration);
    aws.secrets.set(secretArn, JSON.stringify({ password: 'first-token' }));
    environment = {
      ...aws.environment,
      CUTOVER_CONFIGURATION: parameter,
      CUTOVER_REACH: join(folder, 'reach.json'),
      CUTOVER_ACTIVITY_ARN: 'arn:aws:states:eu-central-1:111122223333:activity:sessions',
      CUTOVER_STATE_DIRECTORY: join(folder, 'state'),
    };
    service = start();
    await service.has('service.started');
  });
  afterAll(async () => {
    for (const one of started) one.kill('SIGKILL');
    await Promise.all(started.map(({ ended }) => ended));
    await stage.end();
    await aws.stop();
  });

  const direction = { from: 'blue', to: 'green' };
  const task = async (verb: string, args: unknown) => {
    const { output = 'null', error, cause } = await aws.answerOf(aws.schedule({ verb, args }));
    return error === undefined ? JSON.parse(output) : { error, cause };
  };
  const byHand = (...args: string[]) => run([...args, '--json'], environment);

  test('does what the state machine asks, and a shell sees the same', async () => {
    const user = await stage.user(blue, { password: 'first-token' });
    for (let i = 0; i < 50; i += 1) await user.set(`key:${i}`, 'value');
    await expect(task('redis.replicate', { ...direction, targetIsOurs: false, overlap: false })).resolves.toMatchObject(
      { keys: 50 },
    );
    const { replications } = await task('redis.status', {});
    expect(replications).toMatchObject([{ ...direction, state: 'tailing' }]);
    const { code, stdout } = await byHand('redis.status');
    expect(JSON.parse(stdout).replications).toMatchObject([{ ...direction, state: 'tailing' }]);
    expect(code).toBe(0);
    await user.set('key:50', 'value');
    const drained = await byHand('redis.drain');
    expect(JSON.parse(drained.stdout)).toMatchObject({ conflicts: 0 });
    await expect(task('redis.verify', { ...direction, mode: 'full' })).resolves.toMatchObject({
      keysCompared: 51,
      mismatches: 0,
    });
  });

  test('answers what it cannot do with what is accepted', async () => {
    await expect(task('redis.flush', {})).resolves.toMatchObject({
      error: 'Agent.BadRequest',
      cause: expect.stringMatching(/no verb "redis\.flush"; there are: redis\.preflight, redis\.replicate/),
    });
    await expect(task('redis.freeze', { side: 'red', minutes: 5 })).resolves.toMatchObject({
      error: 'Agent.BadRequest',
      cause: expect.stringMatching(/"side" .*"blue"\|"green", got "red".*"seconds" .*got nothing.*minutes/),
    });
    const { answered } = { answered: await aws.answerOf(aws.schedule('not JSON')) };
    expect(answered).toMatchObject({ error: 'Agent.BadRequest', cause: expect.stringContaining('not JSON') });
  });

  test('begins an execution with the configuration as it stands then', async () => {
    const before = aws.parameters.get(parameter) ?? '';
    const changed = configurationOf(endpointOf(blue, { secretArn, engineVersion: '2.8.24' }), endpointOf(green));
    aws.parameters.set(parameter, JSON.stringify(changed));
    const { findings } = await task('redis.preflight', { ...direction, targetIsOurs: true });
    expect(findings).toContainEqual(expect.objectContaining({ id: 'redis.version-differs.blue' }));
    aws.parameters.set(parameter, before);
  });

  test('opens its socket to its own user only', async () => {
    const { mode } = await stat(join(folder, 'state', 'agent.sock'));
    expect(mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'state'))).mode & 0o777).toBe(0o700);
  });

  test('does not run twice on a host', async () => {
    const second = start();
    expect(await second.ended).toBe(2);
    expect(second.stderr).toMatch(/Another service is listening/);
  });

  test('finds a rotated password by itself', async () => {
    const admin = await stage.user(blue, { password: 'first-token' });
    await admin.config('SET', 'requirepass', 'second-token');
    aws.secrets.set(secretArn, 'second-token');
    await expect(task('redis.clients', { side: 'blue' })).resolves.toMatchObject({ groups: expect.any(Array) });
  });

  test('goes on replicating after a password was rotated and connections were cut', async () => {
    const admin = await stage.user(blue, { password: 'second-token' });
    await admin.config('SET', 'requirepass', 'third-token');
    aws.secrets.set(secretArn, 'third-token');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await admin.set('written', 'behind its back');
    const reader = await stage.user(green);
    while ((await reader.get('written')) !== 'behind its back') await sleep(50);
  });

  test('ends on SIGTERM, and takes its replication up again when it is restarted', async () => {
    service.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.log.at(-1)).toMatchObject({ event: 'service.stopped' });
    const next = start();
    const user = await stage.user(blue, { password: 'third-token' });
    await user.set('written', 'while it was away');
    await expect(task('redis.drain', { ...direction, timeoutSeconds: 30 })).resolves.toMatchObject({ conflicts: 0 });
    await expect(task('redis.verify', { ...direction, mode: 'full' })).resolves.toMatchObject({ mismatches: 0 });
    while (!next.log.some((line) => 'Connections' in line)) await sleep(50);
    service = next;
  });

  test('is killed, and takes its replication up again as well', async () => {
    service.kill('SIGKILL');
    await service.ended;
    const next = start();
    await next.has('service.started');
    await expect(task('redis.status', {})).resolves.toMatchObject({ replications: [direction] });
    await expect(task('redis.stop', {})).resolves.toEqual({ stopped: 1 });
  });

  test('measures what an alarm can be made on', () => {
    const metrics = started.flatMap(({ log }) => log).filter((line) => '_aws' in line);
    expect(metrics).toContainEqual({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'CdkCutover',
            Dimensions: [['Migration']],
            Metrics: expect.arrayContaining([
              { Name: 'ReplicationLag', Unit: 'Milliseconds' },
              { Name: 'DirtyKeys', Unit: 'Count' },
            ]),
          },
        ],
      },
      Migration: 'sessions',
      ReplicationLag: expect.any(Number),
      DirtyKeys: expect.any(Number),
      Conflicts: 0,
      Resyncs: expect.any(Number),
      ReplicationFailed: 0,
    });
    expect(metrics).toContainEqual(
      expect.objectContaining({ Migration: 'sessions', Side: 'green', Connections: expect.any(Number) }),
    );
  });

  test('writes neither credentials nor keys to its log', () => {
    const text = started.map(({ stdout, stderr }) => stdout + stderr).join();
    expect(text).not.toMatch(/first-token|second-token|third-token/);
    expect(text).not.toMatch(/key:\d/);
  });
});
