import { readdirSync } from 'node:fs';
import { PROJECT, read } from './pages';

/** What every machine has, and what a test sets for itself. */
const NOT_OURS = [
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
  'AWS_SESSION_TOKEN',
  'AWS_SSM_START_SESSION_RESPONSE',
  'BENCH_PRELOAD',
  'PATH',
  'SECRET_OF_THE_MACHINE',
  'TMPDIR',
  'USER',
];

const SOURCES = ['agent', 'batch', 'bin', 'lib', 'rehearsal', 'scripts', 'test'].flatMap((folder) =>
  readdirSync(`${PROJECT}/${folder}`, { recursive: true })
    .map((file) => `${folder}/${file}`)
    .filter((file) => /\.c?[jt]s$/.test(file) && file !== 'test/docs/environment.test.ts')
    .map(read),
);

const USED = new Set(
  SOURCES.flatMap((text) => [
    ...[...text.matchAll(/process\.env\.([A-Z0-9_]+)/g)].map(([, name]) => String(name)),
    ...[...text.matchAll(/const \{([^}]*)\} = process\.env;/g)].flatMap(
      ([, names = '']) => names.match(/[A-Z0-9_]{2,}/g) ?? [],
    ),
  ]),
);

test('CONTRIBUTING has every variable of the environment that is read', () => {
  const page = read('CONTRIBUTING.md');
  const missing = [...USED].filter(
    (name) => !NOT_OURS.includes(name) && !new RegExp(`\`${name}(=[^\`]*)?\``).test(page),
  );
  expect(USED.size).toBeGreaterThan(15);
  expect(missing).toEqual([]);
});

test('a variable of the table is read, or is the shell’s', () => {
  const [, section = ''] = /## Variables of the environment\n(.*?)\n## /s.exec(read('CONTRIBUTING.md')) ?? [];
  const named = [...section.matchAll(/`([A-Z0-9_]{4,})(?:=1)?`/g)].map(([, name]) => String(name));
  const elsewhere = ['XDG_CACHE_HOME', 'NODE_OF_MACHINE'];
  expect(named.filter((name) => !USED.has(name) && !elsewhere.includes(name))).toEqual([]);
});
