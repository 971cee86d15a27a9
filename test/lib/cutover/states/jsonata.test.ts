import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { jsonata } from '../../../../lib/cutover/states/jsonata';

test('lines of the source are one line, with a blank where a line ended', () => {
  expect(jsonata`
    $count($left) > 0
      ? 'Left: ' & $join($left, ', ')
      : 'Nothing is left.'
  `).toBe("$count($left) > 0 ? 'Left: ' & $join($left, ', ') : 'Nothing is left.'");
});

test('what is interpolated stays as it is, its line breaks too', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(' ', '\n', "'", '$', 'a') }), (text) => {
      expect(jsonata`
        ${text}
        & ${1}
      `).toBe(`${text} & 1`);
      expect(jsonata`${text}`).toBe(text);
    }),
  );
});

test('blanks within a line stay', () => {
  expect(jsonata` 'two  blanks' `).toBe(" 'two  blanks' ");
});

test('JSONata is laid out in lines that can be read', () => {
  // Elsewhere a `$name` is bash's.
  const bash = ['lib/workloads/hosts/supervisor-script.ts', 'lib/cutover/host/host-user-data.ts'];
  const files = globSync('lib/**/*.ts').filter((file) => !bash.includes(file));
  const long = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        line.length > 120 && !isComment(line) && /\$[a-z]/i.test(line) ? [`${file}:${index + 1}`] : [],
      ),
  );
  expect(files.length).toBeGreaterThan(100);
  expect(long).toEqual([]);
});

const isComment = (line: string) => /^\s*(\*|\/\/|\/\*\*)/.test(line);
