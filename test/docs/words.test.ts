import { globSync } from 'node:fs';
import { PAGES, read } from './pages';

/** The guard that old hosts have: another text would be another version of it. */
const GUARD = 'batch/blue/guard.sh';

/** What is written by people: sources with their states, errors and help, tests, and pages. */
const FILES = [
  ...globSync('{agent,batch,bin,contract,cron,examples,lib,rehearsal,scripts,test}/**/*.{ts,sh}'),
  // These two say what was called otherwise before.
  ...PAGES.filter((page) => page !== 'docs/glossary.md' && page !== 'CHANGELOG.md'),
].filter((file) => file !== 'test/docs/words.test.ts' && file !== GUARD);

/** Where an old word stays, because it stands in journals or templates that are deployed already. */
const DEPLOYED: Readonly<Record<string, readonly string[]>> = {
  door: ['lib/cutover/journal/journal-version.ts', 'test/lib/cutover/journal/', 'test/lib/older-journals'],
};

/** Words of docs/glossary.md's first column, and turns of phrase that nobody says aloud. */
const OLD_WORDS: Readonly<Record<string, RegExp>> = {
  door: /\bdoors?\b/i,
  stillness: /\b(stillness|provestill|NotStill)\b/,
  caughtup: /\bcaughtup\b/,
  Stuck: /\bStuck\b/,
  MOST_: /\b(MOST|LEAST)_\w/,
  goneBack: /\bgoneBack\b|Gone back/,
  'way back': /\bNoWayBack\b|\bway-back\b/,
  'Where do we stand?': /Where do we stand/,
  'Face green': /\bFace (green|blue)\b/,
  'Turn round': /\bTurn round\b/,
  'see everybody off': /\bsee \w+ off\b/,
  Unwatched: /\b[Uu]nwatched\b/,
  howItIs: /\bhowItIs\b/,
  whoever: /\bwhoever\b/i,
  everybody: /\beverybody\b/i,
  // The journal has a field of that name.
  anew: /(?<!['"`{.])\banew\b(?![:'"},)]| [=}?])/,
  'for ever': /\bfor ever\b/i,
  befall: /\bbefall(s|en)?\b/i,
  'nobody knows': /\bnobody knows\b/i,
  'hence, thereby': /\b(hence|thereby)\b/i,
};

test.each(Object.entries(OLD_WORDS))('nothing says %j', (word, pattern) => {
  const stays = DEPLOYED[word] ?? [];
  const found = FILES.filter((file) => !stays.some((path) => file.startsWith(path))).flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});
