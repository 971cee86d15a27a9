import { readFile } from 'node:fs/promises';
import { resultTables } from '../../../agent/cli/result-table';

describe('a result as tables', () => {
  test('figures carry their units and thousands', () => {
    const text = resultTables(
      { keys: 1_234_567, usedMemoryBytes: 6_848_000_000, durationMs: 61_500, lagMs: 12, ok: true },
      120,
    );
    expect(text).toMatch(/Keys +│ 1,234,567/);
    expect(text).toMatch(/Used memory +│ 6\.4 GiB/);
    expect(text).toMatch(/Duration +│ 1 min 2 s/);
    expect(text).toMatch(/Lag +│ 12 ms/);
    expect(text).toMatch(/Ok +│ yes/);
  });

  test('no line is wider than the terminal, and nothing is lost in wrapping', () => {
    const words = Array.from({ length: 40 }, (_, i) => `word${i}`);
    const findings = [
      { id: 'redis.target-not-empty', severity: 'error', message: words.join(' '), remedy: words.join(' ') },
    ];
    const text = resultTables({ findings }, 80);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const word of words) expect(text).toContain(word);
  });

  test('an empty list is said to be none, and an empty result is said to be done', () => {
    expect(resultTables({ sample: [] }, 80)).toMatch(/Sample +│ none/);
    expect(resultTables({}, 80)).toBe('Done.');
  });

  test('a field that only some rows have gets a column', () => {
    const text = resultTables({ replications: [{ from: 'blue' }, { from: 'green', error: 'gone' }] }, 80);
    expect(text).toMatch(/From +│ Error/);
    expect(text).toMatch(/blue +│ –/);
  });

  test('a position of a log is written as it is given by hand, and a point in time as one', () => {
    const position = { file: 'mysql-bin.000012', position: 4711, gtid: 'x:1-5' };
    const text = resultTables({ position, startedAtMs: 0 }, 80);
    expect(text).toMatch(/Position +│ mysql-bin\.000012:4711 /);
    expect(text).toMatch(/Started at +│ 1970-01-01T00:00:00\.000Z/);
    expect(resultTables({ replicas: [{ side: 'blue', applied: position }] }, 80)).toContain('mysql-bin.000012:4711');
  });

  test('every moment of the contract is written as one, and every duration as one', async () => {
    const texts = await Promise.all(
      ['common', 'cache', 'database', 'mysql', 'postgres'].map((name) => readFile(`contract/${name}.ts`, 'utf8')),
    );
    const fields = texts.join('').matchAll(/(?:\/\*\* ([^*]+)\*\/\s*)?readonly (\w*Ms|\w*sinceMs)\??: number/g);
    const told = [...fields].map(([, comment = '', name = '']) => ({ name, moment: /epoch/i.test(comment) }));
    expect(told.filter(({ moment }) => moment).length).toBeGreaterThanOrEqual(4);
    for (const { name, moment } of told) {
      const text = resultTables({ result: { [name]: 1_795_000_000_000 } }, 80);
      expect(`${name}: ${text.includes('2026-11-1')}`).toBe(`${name}: ${moment}`);
    }
  });

  test.each(['x\u001b]0;owned\u0007\u001b[2J', 'a\u202eb', 'two\nlines'])(
    'a name of %j cannot move the cursor',
    (name) => {
      const text = resultTables({ sample: [{ object: name, difference: name }], note: name }, 80);
      for (const control of ['\u001b', '\u0007', '\u202e']) expect(text).not.toContain(control);
      expect(text).not.toContain('two\nlines');
    },
  );
});
