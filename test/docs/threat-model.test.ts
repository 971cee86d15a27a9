import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../..');
const page = readFileSync(join(PROJECT, 'docs/threat-model.md'), 'utf8');

test('every test that the threat model names is there', () => {
  const named = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => String(file));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
});
