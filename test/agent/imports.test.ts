import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { engines } from '../../agent/engines';

const PROJECT = join(__dirname, '../..');
const FOLDERS = ['agent', 'bin', 'contract', 'lib', 'rehearsal'];

/** The files that each file imports, by their paths in the project. */
const imports = new Map(
  FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, importedBy(file)]),
);

function importedBy(file: string): readonly string[] {
  const lines = readFileSync(join(PROJECT, file), 'utf8').matchAll(/^(?:import|export|\}) .*?'(\.[^']*)';$/gm);
  return [...lines]
    .map(([, path = '']) => join(PROJECT, dirname(file), path))
    .flatMap((path) => [`${path}.ts`, join(path, 'index.ts')].filter((each) => existsSync(each)))
    .map((path) => relative(PROJECT, path));
}

/** Imports that a rule forbids, as `importer → imported`. */
function forbidden(rule: (importer: string, imported: string) => boolean): readonly string[] {
  return [...imports].flatMap(([importer, all]) =>
    all.filter((imported) => rule(importer, imported)).map((imported) => `${importer} → ${imported}`),
  );
}

const isIn = (file: string, folder: string) => file.startsWith(`${folder}/`);

test('imports are found', () => {
  expect(imports.get('agent/engines.ts')).toContain('agent/redis/engine.ts');
  expect(imports.get('agent/mysql/verbs.ts')).toContain('agent/mysql/alive.ts');
});

test.each(engines.map(({ name }) => name))('what %s is made of is known in its own folder alone', (name) => {
  const folder = `agent/${name}`;
  const entry = `${folder}/engine.ts`;
  expect(forbidden((by, file) => isIn(file, folder) && file !== entry && !isIn(by, folder))).toEqual([]);
  expect(forbidden((by, file) => file === entry && by !== 'agent/engines.ts')).toEqual([]);
});

test('the agent knows neither the library nor the rehearsal', () => {
  expect(forbidden((by, file) => isIn(by, 'agent') && !isIn(file, 'agent') && !isIn(file, 'contract'))).toEqual([]);
});

test('no file of the agent needs itself, by way of others', () => {
  const clear = new Set<string>();
  const circleThrough = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (clear.has(file)) return [];
    for (const imported of imports.get(file) ?? []) {
      const circle = circleThrough(imported, [...path, file]);
      if (circle.length > 0) return circle;
    }
    clear.add(file);
    return [];
  };
  const files = [...imports.keys()].filter((file) => isIn(file, 'agent'));
  expect(files.map((file) => circleThrough(file, [])).find((circle) => circle.length > 0)).toBeUndefined();
});
