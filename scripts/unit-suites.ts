import { globSync, readFileSync } from 'node:fs';
import { importsOf } from './imports';

/**
 * Prints the suites that start no server and no other program, for `npm run test:unit`. Which those are follows from what
 * each imports, so that nobody keeps a list.
 */
const STARTS_PROGRAMS = /^(rehearsal\/(engines|hosts|testbed|clients)\/|test\/(examples|package|bench)\/)/;

/** Of files that suites share there are thousands of ways to each: every file is read once. */
const answers = new Map<string, boolean>();

function main(): void {
  const suites = globSync('test/**/*.test.ts').sort();
  process.stdout.write(`${suites.filter((suite) => !startsPrograms(suite)).join('\n')}\n`);
}

/** Itself, or by what it imports. Imports go round in no circle: `npm run lint` refuses one. */
function startsPrograms(file: string): boolean {
  const known = answers.get(file);
  if (known !== undefined) return known;
  const answer =
    STARTS_PROGRAMS.test(file) ||
    readFileSync(file, 'utf8').includes("'node:child_process'") ||
    importsOf(file, 'values').some(startsPrograms);
  answers.set(file, answer);
  return answer;
}

main();
