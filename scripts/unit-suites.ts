import { globSync, readFileSync } from 'node:fs';
import { importsOf } from './imports';

/**
 * Prints the suites that start no server and no other program, for `npm run test:unit`. Which those are follows from what
 * each imports, so that nobody keeps a list.
 */
const STARTS_PROGRAMS = /^(rehearsal\/(engines|hosts|testbed|clients)\/|test\/(examples|package|bench)\/)/;

function main(): void {
  const suites = globSync('test/**/*.test.ts').sort();
  const unit = suites.filter((suite) => ![...reachedFrom(suite)].some(startsPrograms));
  process.stdout.write(`${unit.join('\n')}\n`);
}

function reachedFrom(suite: string): ReadonlySet<string> {
  const reached = new Set([suite]);
  for (const file of reached) for (const next of importsOf(file, 'values')) reached.add(next);
  return reached;
}

function startsPrograms(file: string): boolean {
  return STARTS_PROGRAMS.test(file) || readFileSync(file, 'utf8').includes("'node:child_process'");
}

main();
