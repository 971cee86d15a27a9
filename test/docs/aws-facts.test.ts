import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8');

/** All that may lean on what AWS does. */
const SOURCES = ['agent', 'batch', 'bin', 'docs', 'lib', 'rehearsal', 'examples', 'test'].flatMap((folder) =>
  readdirSync(join(PROJECT, folder), { recursive: true })
    .map((file) => join(folder, String(file)))
    .filter((file) => /\.(ts|md)$/.test(file) && !['docs/aws-facts.md', 'test/docs/aws-facts.test.ts'].includes(file)),
);

interface Fact {
  readonly name: string;
  readonly behaviour: string;
  readonly source: string;
  readonly relied: readonly string[];
  readonly imitated: readonly string[];
  readonly seen: string;
}

/** A row is `| <a id="name"></a>`name` | what AWS does | source | files | files | no |`. */
function factsIn(page: string): Fact[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| <a id='))
    .map((line) => {
      const cells = line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim());
      const [name = '', behaviour = '', source = '', relied = '', imitated = '', seen = ''] = cells;
      const files = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, file]) => String(file));
      return {
        name: /^<a id="([a-z0-9-]+)"><\/a>`\1`$/.exec(name)?.[1] ?? `not a name: ${name}`,
        behaviour,
        source,
        relied: files(relied),
        imitated: files(imitated),
        seen,
      };
    });
}

const references = (text: string) =>
  [...text.matchAll(/aws-facts\.md#([A-Za-z0-9-]+)/g)].map(([, name]) => String(name));

const FACTS = factsIn(read('docs/aws-facts.md'));
const NAMES = FACTS.map(({ name }) => name);

test('no fact is told twice', () => {
  expect(NAMES).toEqual([...new Set(NAMES)]);
});

test('every reference to a fact leads to one', () => {
  const lost = SOURCES.flatMap((file) =>
    references(read(file))
      .filter((name) => !NAMES.includes(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(lost).toEqual([]);
});

test.each(FACTS.map((fact): [string, Fact] => [fact.name, fact]))(
  '%s: told in full, and referred to where the page says',
  (name, { behaviour, source, relied, imitated, seen }) => {
    expect(behaviour).not.toBe('');
    expect(source).not.toBe('');
    expect(seen).toMatch(/^(no|\d{4}-\d{2}-\d{2}, [a-z0-9-]+)$/);
    const files = [...relied, ...imitated];
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect([file, existsSync(join(PROJECT, file)) && references(read(file)).includes(name)]).toEqual([file, true]);
    }
  },
);

test('a reference to what is not there is found out', () => {
  expect(references('see docs/aws-facts.md#no-such-fact')).toEqual(['no-such-fact']);
  expect(NAMES).not.toContain('no-such-fact');
});
