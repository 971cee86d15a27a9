import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBundle, bundles } from '../../../scripts/bundle';
import { AwsEndpoint } from '../aws-endpoint';
import { Program } from '../program';
import { configurationOf, DatabaseStage, type RdsDatabase } from './stage';

/** The bundle, as it is on the migration host. */
describe('by hand', () => {
  const aws = new AwsEndpoint();
  const stage = new DatabaseStage(aws);
  let folder: string;
  let program: string;
  let file: string;
  let blue: RdsDatabase;

  beforeAll(async () => {
    await aws.start();
    folder = await mkdtemp(join(tmpdir(), 'agent-program-'));
    const bundle = bundles.find(({ name }) => name === 'agent');
    if (bundle === undefined) throw new Error('There is no bundle of the agent.');
    [program, blue] = await Promise.all([buildBundle(bundle, folder), stage.database({ engine: 'mysql' })]);
    file = join(folder, 'configuration.json');
    const green = stage.endpoint(blue, { host: 'green.invalid' });
    const smokeQueries = [{ name: 'who asks', sql: 'SELECT CONNECTION_ID() AS id', database: 'mysql' }];
    await writeFile(file, JSON.stringify(configurationOf(stage.endpoint(blue), green, { smokeQueries })));
  });
  afterAll(async () => {
    await stage.end();
    await aws.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const env = { PATH: process.env.PATH ?? '', ...aws.environment };
      execFile(program, ['--configuration', file, ...args], { env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });

  test('who is connected is a table', async () => {
    for (let i = 0; i < 2; i += 1) await stage.user(blue);
    const { code, stdout, stderr } = await run('mysql.connections', '--side', 'blue');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/Connections +│ 2/);
    expect(stdout).toMatch(/│ shop +│ 127\.0\.0\.1 +│ – +│ sleeping +│ 2 /);
    expect(code).toBe(0);
  });

  test('a preflight that finds an error exits with 3', async () => {
    const { code, stdout } = await run(
      ...['mysql.preflight', '--strategy', 'binlogReplica', '--hosts', `green=${blue.server.host}`],
    );
    expect(stdout).toMatch(/mysql\.same-server/);
    expect(code).toBe(3);
  });

  test('a query that answers otherwise exits with 3', async () => {
    const { code, stdout } = await run('mysql.smoke', '--hosts', `green=${blue.server.host}`);
    expect(stdout).toMatch(/who asks/);
    expect(code).toBe(3);
  });

  test('what is missing is told without the password', async () => {
    const { code, stdout, stderr } = await run('mysql.alive', '--side', 'green', '--json');
    expect(JSON.parse(stderr)).toMatchObject({
      error: 'Agent.Unreachable',
      cause: expect.stringContaining('green.invalid'),
    });
    expect(stdout + stderr).not.toContain(blue.master.password);
    expect(code).toBe(1);
  });

  test('ends at once when it is told to, also where the server hangs', async () => {
    const hand = ['--configuration', file, 'mysql.nowrites', '--side', 'blue', '--seconds', '30'];
    const proof = new Program(program, hand, aws.environment);
    while (!proof.stderr.includes('Proving')) await sleep(20);
    process.kill(blue.server.pid, 'SIGSTOP');
    try {
      const told = performance.now();
      proof.kill('SIGINT');
      await expect(proof.ended).resolves.toBe(1);
      expect(performance.now() - told).toBeLessThan(4_000);
      expect(proof.stderr).toMatch(/Agent\.Stopped: Interrupted\.\n$/);
    } finally {
      process.kill(blue.server.pid, 'SIGCONT');
      proof.kill('SIGKILL');
    }
  });

  test.each([
    [['mysql.follow', '--position', 'mysql-bin.000001'], /accepted is now, or file:position/],
    [['mysql.connections', '--side', 'blue', '--hosts', 'elsewhere'], /accepted is blue=HOST,green=HOST/],
    [['mysql.connections', '--side', 'blue', '--hosts', 'red=elsewhere'], /"hosts" .*red/],
    [['redis.clients', '--side', 'blue'], /works on caches, and the migration orders is one of MySQL databases/],
  ])('misuse is told apart: %j', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
