import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesWithSecrets, PLANTED, Processes } from '../../../../rehearsal/testbed/batch/leaks';

test('a secret in a file is found, however deep, and nothing else is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'files-'));
  mkdirSync(join(folder, 'var/log'), { recursive: true });
  writeFileSync(join(folder, 'var/log/orders.log'), 'rows written: 5\n');
  expect(await filesWithSecrets(folder)).toEqual([]);
  writeFileSync(join(folder, 'var/log/orders.log'), `+ mysql -p${PLANTED}-password\n`);
  expect(await filesWithSecrets(folder)).toEqual(['./var/log/orders.log']);
  rmSync(folder, { recursive: true });
});

const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
const file = join(folder, 'secret');
writeFileSync(file, PLANTED);
afterAll(() => rmSync(folder, { recursive: true }));

/** What is wrong while a script runs for a while, which takes the secret from a file: its own arguments have nothing of it. */
async function leaksOf(script: string): Promise<string[]> {
  const processes = new Processes();
  try {
    const env = { PATH: process.env.PATH, SECRET_FILE: file };
    await once(spawn('sh', ['-c', `secret=$(cat "$SECRET_FILE"); ${script}`], { env }), 'close');
    return [...processes.leaks].sort();
  } finally {
    processes.stop();
  }
}

const JOB = 'export CUTOVER_JOB=orders MYSQL_PWD="$secret"';

test('a secret among the arguments of a program is found', async () => {
  expect(await leaksOf(`sh -c 'sleep 0.6; :' sh "-p$secret"`)).toEqual([
    'A secret was an argument of sh: sh -c sleep 0.6; : sh -p***',
  ]);
});

test('in the environment of a job it is as it should be, in that of any other program it is found', async () => {
  expect(await leaksOf(`ulimit -c 0; ${JOB}; exec sleep 0.6`)).toEqual([]);
  expect(await leaksOf('ulimit -c 0; export MYSQL_PWD="$secret"; exec sleep 0.6')).toEqual([
    'A secret was in the environment of sleep, which is no job.',
  ]);
});

test('a job with a secret that may leave a core file is found', async () => {
  expect(await leaksOf(`ulimit -S -c 1; ${JOB}; exec sleep 0.6`)).toEqual([
    'sleep has a secret in its environment, and may leave a core file.',
  ]);
});
