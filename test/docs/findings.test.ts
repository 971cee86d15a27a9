import { readdirSync } from 'node:fs';
import { DELIBERATE_OF_JOBS } from '../../lib/batch/migration/job-endings';
import { RECOVERY_NEEDED } from '../../lib/cutover/machine/recovery-needed';
import { DELIBERATE } from '../../lib/cutover/recovery/recover-rule';
import { PROJECT, read } from './pages';

const sourcesOf = (folder: string) =>
  readdirSync(`${PROJECT}/${folder}`, { recursive: true })
    .map((file) => `${folder}/${file}`)
    .filter((file) => file.endsWith('.ts'))
    .map(read);

const SOURCES = ['agent', 'lib'].flatMap(sourcesOf);

const matchesIn = (texts: readonly string[], pattern: RegExp) =>
  texts.flatMap((text) => [...text.matchAll(pattern)].map(([, first]) => String(first)));

/** The names in the first column of a page's tables. */
const rowsOf = (page: string) =>
  [...read(page).matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => String(name)),
  );

/** Text in the sources that looks like a finding's id, and is none: verbs, and a table of MySQL's. */
const VERBS = matchesIn(sourcesOf('contract'), /^ {2}'(\w+\.\w+)': \{ args/gm);
const PARTS = new Set([
  ...matchesIn(sourcesOf('contract'), /^ {2}(\w+): \{/gm).flatMap((verb) => [`mysql.${verb}`, `postgres.${verb}`]),
  ...VERBS,
  'mysql.user',
  'rds.amazonaws.com',
]);

/** Ids as the page writes them: SIDE for blue and green, PARAMETER for one of a server. */
const FOUND = new Set([
  ...matchesIn(
    SOURCES,
    /[`']((?:batch|clients|memcached|mysql|postgres|rds|redis)\.[a-z][a-z-]*(?:\.(?:[a-z]+|\$\{[^}]+\}))?)(?:[`']|: \$)/g,
  )
    .map((id) => id.replace(/\$\{.*\}$/, 'SIDE'))
    .filter((id) => !PARTS.has(id)),
  ...matchesIn(SOURCES, /`((?:mysql|postgres)\.\$\{\w+\.replaceAll\([^`]*)`/g).map((id) =>
    id.replace(/\$\{\w+\.replaceAll\([^)]*\)\}/, 'PARAMETER').replace(/\$\{.*\}/, 'SIDE'),
  ),
]);

test('every finding, and no other, has its row', () => {
  expect(FOUND.size).toBeGreaterThan(100);
  expect(rowsOf('docs/findings.md').sort()).toEqual([...FOUND].sort());
});

/** What an execution, a phase or the agent can fail with. */
const ERRORS = new Set([
  ...DELIBERATE,
  ...DELIBERATE_OF_JOBS,
  RECOVERY_NEEDED,
  ...matchesIn(SOURCES, /\berror: '([A-Z][A-Za-z.]+)'/g),
  ...matchesIn(SOURCES, /this\.refuse\(\s*'[^']+',\s*'(\w+)'/g),
  ...matchesIn(SOURCES, /'error': '(\w+)'/g),
  ...matchesIn(SOURCES, /final: \['(\w+)'\]/g),
  ...matchesIn([read('contract/common.ts')], /\| '(Agent\.\w+)'/g),
]);

test('every error, and no other, has its row', () => {
  expect(ERRORS.size).toBeGreaterThan(80);
  const rows = rowsOf('docs/operations.md').filter((name) => /^(Agent\.)?[A-Z]\w+$/.test(name));
  expect(rows.sort()).toEqual([...ERRORS].sort());
});

test('every way in which an execution ends, and no other, has its row', () => {
  const outcomes = matchesIn(matchesIn(SOURCES, /const OUTCOMES = \{([^}]*)\}/g), /'([^']+)'/g);
  const ofErrands = matchesIn(SOURCES, /\bending: '([^']+)'/g);
  const [, table = ''] = /## How an execution ends\n(.*?)\n## /s.exec(read('docs/operations.md')) ?? [];
  const rows = matchesIn([table], /^\| ([A-Z][\w, ]*?) +\| (?:succeeded|failed)/gm);
  expect(rows.sort()).toEqual([...outcomes, ...ofErrands, RECOVERY_NEEDED].sort());
});
