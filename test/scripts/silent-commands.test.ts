import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { triedEngines } from '../../agent/redis/silent-commands/silent-commands';
import { findEngine } from '../../rehearsal/engines/redis/find-engine';
import { measure } from '../../scripts/silent-commands/measure';
import { rowsOf } from '../../scripts/silent-commands/rows';

test.each([
  ['redis', '6.0'],
  ['redis', '8.0'],
  ['valkey', '8.1'],
] as const)('the table says of %s %s what the engine does', async (engine, line) => {
  const { tried } = await measure(await findEngine(engine, line));
  const row = triedEngines().findLast((one) => one.engine === engine && one.version.startsWith(`${line}.`));
  expect(tried.silent).toEqual(row?.silent);
  expect(tried.commands).toEqual(row?.commands);
});

test('docs/redis-engines.md has the whole table', () => {
  const page = readFileSync(join(__dirname, '../../docs/redis-engines.md'), 'utf8');
  // The page's columns are aligned.
  const lines = page.split('\n').map((line) => line.replace(/ +/g, ' '));
  expect(lines).toEqual(expect.arrayContaining(rowsOf(triedEngines())));
});
