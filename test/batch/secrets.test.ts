import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, HostUnderTest, job } from './host-under-test';

let host: HostUnderTest;
beforeEach(async () => {
  host = await HostUnderTest.start();
});
afterEach(() => host.stop());

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf';
// Not what a run before this one may have left behind.
const PLANTED = `pLaNtEd-${process.pid}-5ecret`;
const secrets = [{ variable: 'DB_PASSWORD', arn: ARN, field: 'password' }];

/** Every file of the host that holds the text. */
function filesWith(text: string): string[] {
  return readdirSync(host.root, { recursive: true })
    .map(String)
    .filter((file) => {
      const path = join(host.root, file);
      return existsSync(path) && statSync(path).isFile() && readFileSync(path, 'latin1').includes(text);
    });
}

/** Every process that shows the text in one of its files below /proc. */
function processesWith(text: string, file: 'cmdline' | 'environ'): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(join('/proc', pid, file), 'latin1').includes(text);
    } catch {
      return false;
    }
  });
}

async function whileItRuns(command: string, look: (pid: string, runner: ChildProcess) => void): Promise<void> {
  host.aws.secrets.set(ARN, JSON.stringify({ username: 'batch', password: PLANTED }));
  await host.deploy([job('orders', { command: `echo $$ > pid; ${command}; read -r line < hold`, secrets })], {
    files: { '.keep': '' },
  });
  const revision = join(
    'opt/cutover-batch/revisions',
    String(readdirSync(join(host.root, 'opt/cutover-batch/revisions'))[0]),
  );
  const { execFileSync } = await import('node:child_process');
  execFileSync('mkfifo', [join(host.root, revision, 'files/hold')]);
  const runner = host.run('orders', '--now');
  await eventually(() => /^\d+\n$/.test(host.read(join(revision, 'files/pid'))));
  look(host.read(join(revision, 'files/pid')).trim(), runner);
  execFileSync('sh', ['-c', `echo > '${join(host.root, revision, 'files/hold')}'`]);
  await host.ended(runner);
}

test('a secret is in the environment of the job alone', async () => {
  await whileItRuns('test "$DB_PASSWORD" = pLaNtEd-"5"ecret', (pid) => {
    expect(processesWith(PLANTED, 'environ')).toEqual([pid]);
    expect(processesWith(PLANTED, 'cmdline')).toEqual([]);
    expect(filesWith(PLANTED)).toEqual([]);
  });
  expect(host.states('orders')).toEqual(['succeeded']);
  expect(filesWith(PLANTED)).toEqual([]);
});

test('neither the runner nor the job leaves a core file', async () => {
  await whileItRuns('ulimit -c', (pid, runner) => {
    for (const each of [pid, String(runner.pid)]) {
      expect(readFileSync(`/proc/${each}/limits`, 'utf8')).toMatch(/^Max core file size +0 +0 /m);
    }
  });
  expect(host.output('orders')).toBe('0\n');
});

test('a whole text, numbers, and several fields of one secret, which is read once', async () => {
  host.aws.secrets.set('plain', 'a token');
  host.aws.secrets.set(ARN, JSON.stringify({ port: 3306, password: 'with $ and "quotes"\nand a line' }));
  await host.deploy([
    job('orders', {
      command: 'echo "$TOKEN|$PORT|$PASSWORD"',
      secrets: [
        { variable: 'TOKEN', arn: 'plain' },
        { variable: 'PORT', arn: ARN, field: 'port' },
        { variable: 'PASSWORD', arn: ARN, field: 'password' },
      ],
    }),
  ]);
  await host.runToEnd('orders', '--now');
  expect(host.output('orders')).toBe('a token|3306|with $ and "quotes"\nand a line\n');
  expect(host.aws.calls.filter((call) => call === 'GetSecretValue')).toHaveLength(2);
});

test.each([
  ['that is not there', undefined, 'cannot be read (ResourceNotFoundException)'],
  ['without the field', JSON.stringify({ username: PLANTED }), "has no field 'password'"],
  ['that is no JSON', PLANTED, "has no field 'password'"],
])('with a secret %s nothing is started, and the reason tells nothing of it', async (_, text, reason) => {
  if (text !== undefined) host.aws.secrets.set(ARN, text);
  await host.deploy([job('orders', { secrets })]);
  await host.runToEnd('orders', '--now');
  expect(host.output('orders')).toBe('');
  expect(host.events().at(-1)).toMatchObject({
    event: 'failed',
    BatchFailed: 1,
    reason: expect.stringContaining(reason),
  });
  expect(filesWith(PLANTED)).toEqual([]);
});

/** The sources of the host's program, and of what makes the host. */
function sources(): readonly string[] {
  return ['batch', 'lib/batch'].flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .map((file) => join(folder, String(file)))
      .filter((file) => /\.(ts|sh)$/.test(file))
      .map((file) => readFileSync(file, 'utf8')),
  );
}

test('systemd is told of no secret, for anybody may see what a unit has: units are looked at, enabled and restarted', () => {
  const told = sources().flatMap((text) => [...text.matchAll(/'systemctl', '([\w-]+)'/g)].map(([, verb]) => verb));
  expect([...new Set(told)].toSorted()).toEqual(['enable', 'is-active', 'restart']);
  const more = /systemd-run|set-environment|import-environment|\bEnvironment(File)?=|LoadCredential/;
  expect(sources().filter((text) => more.test(text.replaceAll(/^\s*(\/\/|\*|\/\*|#).*$/gm, '')))).toEqual([]);
});
