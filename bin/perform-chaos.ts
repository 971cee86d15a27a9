import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type ChaosRun, chaos, isWell, type Subject } from '../rehearsal/chaos/chaos';
import { chaosJson, runLines, summaryLines } from '../rehearsal/chaos/report';
import type { RehearsalResult } from '../rehearsal/report/result';
import { exampleNames, synthesizeExample } from './synthesize-example';

export interface ChaosCommandOptions {
  readonly runs: number;
  readonly first: number;
  readonly seed: string;
  readonly example: string[];
  readonly app?: string;
  readonly parallel: number;
  readonly keys: number;
  readonly rows: number;
  readonly load: number;
  readonly limit: number;
  readonly keepGoing: boolean;
  readonly json?: string;
}

export async function performChaos(migration: string | undefined, options: ChaosCommandOptions): Promise<void> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());

  // With the JSON on standard output, everything for people goes beside it.
  const output = options.json === '-' ? process.stderr : process.stdout;
  const print = (lines: readonly string[]) => output.write(lines.map((line) => `${line}\n`).join(''));
  const startedAt = Date.now();
  const runs = await chaos({
    ...options,
    subjects: await subjectsOf(migration, options, (line) => print([line])),
    settings: settingsOf(options),
    rehearse: rehearseApart,
    onRun: (run: ChaosRun) => print(runLines(run, options.first + options.runs - 1)),
    signal: ending.signal,
  });
  print(summaryLines(runs, { seed: options.seed, asked: options.runs, durationMs: Date.now() - startedAt }));
  const json = chaosJson(runs, options.seed);
  if (options.json === '-') process.stdout.write(json);
  else if (options.json !== undefined) writeFileSync(options.json, json);
  if (ending.signal.aborted || !runs.every(isWell)) process.exitCode = 1;
}

async function subjectsOf(
  migration: string | undefined,
  { app, example }: ChaosCommandOptions,
  note: (line: string) => void,
): Promise<Subject[]> {
  if (app !== undefined) {
    const named = migration === undefined ? [] : [migration];
    return [
      { name: app, assembly: app, ...(migration !== undefined && { migration }), options: [...named, '--app', app] },
    ];
  }
  const subjects: Subject[] = [];
  for (const name of example.length > 0 ? example : exampleNames()) {
    subjects.push({ name, assembly: await synthesizeExample(name, {}, note), options: ['--example', name] });
  }
  if (subjects.length === 0) {
    throw new Error(
      'An installed package has no examples: give your own assembly with --app FOLDER (cdk synth -o FOLDER).',
    );
  }
  return subjects;
}

function settingsOf({ keys, rows, load, limit }: ChaosCommandOptions): string[] {
  const numbers = Object.entries({ keys, rows, load, limit }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return ['--hurry', ...numbers];
}

/** In a process of its own: several at a time would be in each other's way in one. */
async function rehearseApart(options: readonly string[], signal: AbortSignal): Promise<RehearsalResult> {
  const program = process.argv[1] ?? '';
  const given = [...process.execArgv, program, 'rehearse', ...options, '--json', '-', '--html', NO_PAGE];
  const child = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  const [printed, told] = [child.stdout, child.stderr].map(textOf);
  await once(child, 'close');
  signal.removeEventListener('abort', end);
  const json = await printed;
  if (json !== '') return JSON.parse(json ?? '') as RehearsalResult;
  throw new Error((await told)?.trim().split('\n').at(-1) ?? 'the rehearsal ended without output');
}

/** Nobody looks at the pages of so many runs. */
const NO_PAGE = '/dev/null';

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part as Buffer));
  return Buffer.concat(parts).toString();
}
