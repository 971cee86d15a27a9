import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const LIB = join(__dirname, '../../lib');

/** The files of the library that each of them imports, types included. */
const imports = new Map(
  readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, importedBy(file)]),
);

function importedBy(file: string): string[] {
  const found = readFileSync(join(LIB, file), 'utf8').matchAll(/^(?:import|export|\}) .*?'(\.[^']*)';$/gm);
  return [...found]
    .map(([, path = '']) => join(LIB, dirname(file), path))
    .flatMap((path) => [`${path}.ts`, join(path, 'index.ts')].filter((each) => existsSync(each)))
    .map((path) => relative(LIB, path));
}

/** Imports from one folder into another, as `importer → imported`. */
function arrows(from: string, to: string): string[] {
  return [...imports].flatMap(([importer, all]) =>
    all
      .filter((imported) => importer.startsWith(`${from}/`) && imported.startsWith(`${to}/`))
      .map((imported) => `${importer} → ${imported}`),
  );
}

test('kinds of migrations know the cutover', () => {
  expect(arrows('elasticache', 'cutover')).not.toEqual([]);
  expect(arrows('aurora', 'cutover')).not.toEqual([]);
});

test.each([
  ['cutover', 'elasticache'],
  ['cutover', 'aurora'],
  ['cutover', 'workloads'],
  ['cutover', 'checks'],
  ['workloads', 'elasticache'],
  ['workloads', 'aurora'],
  ['checks', 'elasticache'],
  ['checks', 'aurora'],
  ['elasticache', 'aurora'],
  ['aurora', 'elasticache'],
])('%s knows nothing of %s', (from, to) => {
  expect(arrows(from, to)).toEqual([]);
});

test('no file needs itself, by way of others', () => {
  const clear = new Set<string>();
  const circle = (file: string, way: readonly string[]): readonly string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (clear.has(file)) return [];
    const found = (imports.get(file) ?? []).map((each) => circle(each, [...way, file])).find((each) => each.length > 0);
    clear.add(file);
    return found ?? [];
  };
  expect([...imports.keys()].map((file) => circle(file, [])).filter((each) => each.length > 0)).toEqual([]);
});
