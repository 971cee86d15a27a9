import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoLine } from '../../batch/criterion';

const folder = mkdtempSync(join(tmpdir(), 'criterion-'));
const file = join(folder, 'orders.log');
afterAll(() => rmSync(folder, { recursive: true }));

test('a line that matches is found from where the run began, in whatever piece of the log it stands', () => {
  const before = 'rows written: 9\n';
  writeFileSync(file, `${before}${'nothing yet\n'.repeat(20_000)}rows written: 7`);
  expect(whyNoLine(file, before.length, '^rows written: 7$')).toBeUndefined();
  expect(whyNoLine(file, before.length, '^rows written: 9$')).toBe('No line of its output matches ^rows written: 9$.');
});

test('an expression that comes to no end on a line is ended, and told', () => {
  writeFileSync(file, `${'a'.repeat(64)}!\n`);
  expect(whyNoLine(file, 0, '^(a+)+$', 200)).toMatch(
    /^Whether a line of its output matches \^\(a\+\)\+\$ was not known after 0\.2 s/,
  );
});
