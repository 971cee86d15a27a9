import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { type ChaosRun, chaos, isWell, type Subject } from '../rehearsal/chaos/chaos';
import { chaosJson, runLines, summaryLines } from '../rehearsal/chaos/report';
import type { RehearsalResult } from '../rehearsal/report/result';
import { collect, wholeNumber } from './options';
import { exampleNames, synthesizeExample } from './synthesize-example';

interface Options {
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

export function chaosCommand(): Command {
  return new Command('chaos')
    .description('rehearses migrations with random faults, and checks every invariant after each run')
    .argument('[migration]', 'its name, where the app holds several')
    .addOption(
      new Option('--example <name>', 'an example of this package; may be given again (default: all)')
        .conflicts('app')
        .argParser(collect)
        .default([]),
    )
    .option(
      '--app <folder>',
      'your own cloud assembly, as made by: cdk synth -o <folder>; its agent is executed: use an assembly that you trust',
    )
    .option('--runs <number>', 'how many rehearsals', wholeNumber, 12)
    .option('--first <number>', 'the number of the first run, to go on with a seed', wholeNumber, 1)
    .option('--seed <text>', 'decides the actions, the faults and the load', today())
    .option('--parallel <number>', 'runs at a time', wholeNumber, 2)
    .option('--keys <number>', 'keys to fill blue with, where it is a cache', wholeNumber, 1_000)
    .option('--rows <number>', 'rows to fill blue with, where it is a database', wholeNumber, 2_000)
    .option('--load <number>', 'turns a second of all clients together', wholeNumber, 60)
    .option('--limit <seconds>', 'in which the executions of a run must have ended by themselves', wholeNumber, 400)
    .option('--keep-going', 'go on after a violation', false)
    .option('--json <file>', 'write the runs as JSON; - for standard output')
    .addHelpText(
      'after',
      `
Each run rehearses one migration with one to three faults at states that its definition enters. When an execution
needs its cause fixed first, the faults end and {"action": "recover"} is started, as an operator
would. A run depends on the seed, its number and the definition alone.

Exit codes: 0 every invariant held in every run; 1 one did not, or a run could not be performed.

Examples:
  cutover chaos
  cutover chaos --runs 100 --seed 7 --keep-going --json chaos.json
  cutover chaos --runs 50 --first 101 --seed 7
  cutover chaos --example shared-cache --example mysql-to-aurora
  cdk synth -o cdk.out && cutover chaos --app cdk.out --runs 20`,
    )
    .action(perform);
}

async function perform(migration: string | undefined, options: Options): Promise<void> {
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
  { app, example }: Options,
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

function settingsOf({ keys, rows, load, limit }: Options): string[] {
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

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
