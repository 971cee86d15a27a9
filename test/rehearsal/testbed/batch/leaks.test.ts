import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandLines, filesWithSecrets, PLANTED } from '../../../../rehearsal/testbed/batch/leaks';

test('a secret in a file is found, however deep, and nothing else is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
  mkdirSync(join(folder, 'var/log'), { recursive: true });
  writeFileSync(join(folder, 'var/log/orders.log'), 'rows written: 5\n');
  expect(await filesWithSecrets(folder)).toEqual([]);
  writeFileSync(join(folder, 'var/log/orders.log'), `+ mysql -p${PLANTED}-password\n`);
  expect(await filesWithSecrets(folder)).toEqual(['./var/log/orders.log']);
  rmSync(folder, { recursive: true });
});

test('a secret among the arguments of a program is found, and one in its environment is not', async () => {
  const lines = new CommandLines();
  const inEnvironment = spawn('sleep', ['0.6'], { env: { ...process.env, MYSQL_PWD: PLANTED } });
  await once(inEnvironment, 'close');
  expect([...lines.found]).toEqual([]);
  const inArguments = spawn('sh', ['-c', 'sleep 0.6; :', 'sh', `-p${PLANTED}`]);
  await once(inArguments, 'close');
  lines.stop();
  expect([...lines.found]).toEqual(['sh']);
});
