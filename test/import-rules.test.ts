import { globSync, readFileSync } from 'node:fs';
import { engines } from '../agent/engines';
import { importsOf } from '../scripts/imports';

/**
 * Which way imports may go, those of types too. That none go in a circle is a rule of the linter's (`noImportCycles`).
 */
const imports = globSync('{agent,batch,bin,contract,cron,lib,rehearsal}/**/*.ts').map(
  (file) => [file, importsOf(file, 'values and types')] as const,
);

/** Imports that a rule forbids, as `importer → imported`. */
function forbidden(rule: (importer: string, imported: string) => boolean): readonly string[] {
  return imports.flatMap(([importer, all]) =>
    all.filter((imported) => rule(importer, imported)).map((imported) => `${importer} → ${imported}`),
  );
}

/** What every check of the library throws. */
const VALIDATION_ERROR = 'lib/validation-error.ts';

/** Folders of what every migration has. */
const rooms = (...names: readonly string[]) => names.map((name) => `lib/cutover/${name}`);

const isIn = (file: string, folder: string) => file.startsWith(`${folder}/`);

test('imports are found, written in one line or in many, of values and of types', () => {
  expect(Object.fromEntries(imports)).toMatchObject({
    'agent/engines.ts': expect.arrayContaining(['agent/redis/engine.ts']),
    'lib/cutover/machine/manifest.ts': expect.arrayContaining(['contract/manifest.ts', 'lib/cutover/machine/phase.ts']),
    'rehearsal/testbed/rehearsal.ts': expect.arrayContaining(['rehearsal/testbed/timeline.ts']),
  });
});

test.each([
  ['contract', ['contract']],
  ['cron', ['cron']],
  ['batch', ['batch', 'contract', 'cron']],
  ['agent', ['agent', 'contract', 'cron']],
  ['lib', ['lib', 'contract', 'cron']],
  // The handler of the record is what a deploy runs: here too.
  ['rehearsal', ['rehearsal', 'contract', 'cron', 'agent', 'lib/cutover/record/handler']],
  ['rehearsal/report', ['rehearsal/report', 'rehearsal/clients', 'agent', 'contract']],
  ['lib/cutover/states', ['lib/cutover/states']],
  ['lib/cutover/definition', ['lib/cutover/definition']],
  ['lib/cutover', ['lib/cutover', 'lib/workloads', 'lib/checks', 'contract']],
  // What a migration is put together of does not know what it is put together to.
  [
    'lib/workloads',
    ['lib/workloads', ...rooms('states', 'journal', 'machine', 'monitoring', 'validations'), 'contract'],
  ],
  [
    'lib/checks',
    ['lib/checks', 'lib/workloads', ...rooms('states', 'approval', 'host', 'machine', 'validations'), 'contract'],
  ],
  ['lib/batch', ['lib/batch', 'lib/cutover', 'contract', 'cron']],
  ['lib/elasticache', ['lib/elasticache', 'lib/cutover', 'lib/workloads', 'lib/checks', 'contract']],
  ['lib/aurora', ['lib/aurora', 'lib/cutover', 'lib/workloads', 'lib/checks', 'contract']],
])('%s imports nothing outside of %j', (folder, allowed) => {
  expect(
    forbidden((by, file) => isIn(by, folder) && file !== VALIDATION_ERROR && !allowed.some((each) => isIn(file, each))),
  ).toEqual([]);
});

test.each(engines.map(({ name }) => name))('what %s is made of is known in its own folder alone', (name) => {
  const folder = `agent/${name}`;
  const entry = `${folder}/engine.ts`;
  expect(forbidden((by, file) => isIn(file, folder) && file !== entry && !isIn(by, folder))).toEqual([]);
  expect(forbidden((by, file) => file === entry && by !== 'agent/engines.ts')).toEqual([]);
});

/** Where it is asked what a migration moves, with the reason. Everywhere else the kind itself does what differs. */
const ASKED: Readonly<Record<string, string>> = {
  'rehearsal/runbook/markdown.ts': 'People read whether it is a cache or a database.',
  'rehearsal/testbed/migration.ts': 'The configuration has one of two shapes; readers of a database have a record.',
};

/** A file that is longer has more than one reason to change. */
const MAX_LINES = 300;

const LONGER: Readonly<Record<string, string>> = {
  'agent/redis/replication/replication.ts':
    'What one pass of the copy shares with the tail: where both stand, and what stops them.',
};

test('files of the library and the agent are short', () => {
  const lines = (file: string) => readFileSync(file, 'utf8').split('\n').length - 1;
  const long = globSync('{agent,lib}/**/*.ts').filter((file) => lines(file) > MAX_LINES);
  expect(long).toEqual(Object.keys(LONGER));
});

test('hardly anybody asks what a migration moves', () => {
  const question = /\b(kind|serves|family) (===|!==) '(cache|database|mysql|postgres)'/;
  const outside = globSync('{agent,batch,bin,contract,lib,rehearsal}/**/*.ts').filter(
    (file) => !isIn(file, 'lib/aurora'),
  );
  expect(outside.filter((file) => question.test(readFileSync(file, 'utf8'))).sort()).toEqual(Object.keys(ASKED).sort());
});
