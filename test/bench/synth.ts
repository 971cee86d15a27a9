import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const project = resolve(__dirname, '../..');
const ROUNDS = 9;

/** What one fresh process saw, in milliseconds. */
interface Round {
  readonly requireMs: number;
  readonly constructMs: number;
  /** The files of aws-cdk-lib and constructs that were loaded in the end. */
  readonly theirs: readonly string[];
}

/**
 * What the library adds to a synthesis: requiring the built package and making one CacheMigration, with every file of
 * aws-cdk-lib that either needs loaded beforehand. A process each, because nothing is loaded twice in one.
 */
export async function benchSynth(): Promise<object> {
  if (!existsSync(join(project, 'dist/lib/index.js'))) {
    throw new Error('dist/lib/index.js is missing: the package is measured as it is published. Run: npm run build');
  }
  const { theirs } = await round([]);
  const rounds: Round[] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await round(theirs));
  const totals = rounds.map(({ requireMs, constructMs }) => requireMs + constructMs);
  return {
    rounds: ROUNDS,
    requireMs: median(rounds.map(({ requireMs }) => requireMs)),
    constructMs: median(rounds.map(({ constructMs }) => constructMs)),
    totalMs: median(totals),
    slowestMs: Math.round(Math.max(...totals)),
    barMs: 300,
  };
}

async function round(preload: readonly string[]): Promise<Round> {
  const child = promisify(execFile)(process.execPath, [join(__dirname, 'synth-once.cjs')], {
    cwd: project,
    env: { ...process.env, BENCH_PRELOAD: JSON.stringify(preload) },
    maxBuffer: 2 ** 24,
  });
  const { stdout } = await child;
  return JSON.parse(stdout);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN);
}
