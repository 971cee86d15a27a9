import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { loadAssembly } from '../rehearsal/assembly';
import { renderHtml } from '../rehearsal/report/html';
import { pageScript } from '../rehearsal/report/html/page-script';
import { renderJson } from '../rehearsal/report/json';
import { LiveServer } from '../rehearsal/report/live/live-server';
import { verdict, whereClientsAre } from '../rehearsal/report/outcome';
import type { RehearsalRecord } from '../rehearsal/report/result';
import { Terminal } from '../rehearsal/report/terminal';
import { batchMigrationOf } from '../rehearsal/testbed/batch/batch-migration-of';
import type { Connection } from '../rehearsal/testbed/connections';
import type { RehearsedAction } from '../rehearsal/testbed/faults/injected-fault';
import { rehearse } from '../rehearsal/testbed/rehearse';
import type { TraceEntry } from '../rehearsal/testbed/trace';
import { commandLine } from './command-line';
import { refuseIgnored } from './ignored-options';
import { rehearseJobs } from './rehearse-batch';
import { synthesizeExample } from './synthesize-example';

export interface RehearseOptions {
  readonly example?: string;
  readonly app?: string;
  readonly action: RehearsedAction;
  readonly context: string[];
  readonly seed: string;
  readonly keys: number;
  readonly rows: number;
  readonly load: number;
  readonly dataset?: string;
  readonly fault: string[];
  readonly check: string[];
  readonly hurry: boolean;
  readonly staleReads: boolean;
  readonly limit?: number;
  readonly byHand: boolean;
  readonly keep: boolean;
  readonly live?: boolean;
  readonly trace?: string;
  readonly json?: string;
  readonly html: string;
  readonly oldServer?: string;
  readonly jobs?: string;
}

/** Options that say something of a rehearsal of cron jobs. */
const OF_JOBS = ['example', 'app', 'context', 'action', 'seed', 'json', 'jobs', 'oldServer'];

export async function performRehearsal(
  migration: string | undefined,
  options: RehearseOptions,
  command: Command,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort(new Error('Interrupted. Everything that was started has been stopped.'));
  // Not `once`: what was started ends with the process where nobody listens, and not in order.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);

  // With the JSON on standard output, everything for people goes beside it.
  const terminal = new Terminal(options.json === '-' ? process.stderr : process.stdout);
  const context = contextOf(options);
  const assembly =
    options.app ?? (await synthesizeExample(options.example ?? 'shared-cache', context, (line) => terminal.note(line)));
  if (batchMigrationOf(loadAssembly(assembly)) !== undefined) {
    refuseIgnored(command, OF_JOBS, 'a migration of cron jobs');
    const onNote = (line: string) => terminal.note(line);
    const isWell = await rehearseJobs({ ...options, assembly, signal: ending.signal, onNote });
    if (!isWell) process.exitCode = 1;
    return;
  }
  const live =
    options.live === true
      ? await LiveServer.start(migration ?? options.app ?? options.example ?? 'shared-cache', pageScript('live'))
      : undefined;
  if (live !== undefined) terminal.note(`Live page: ${live.url}`);
  let told = false;
  /** Once: when the rehearsal is kept, before its end. */
  const tell = (performed: RehearsalRecord) => {
    if (told) return;
    told = true;
    const record = { ...performed, command: commandLine(command) };
    write(options.html, renderHtml(record, pageScript('report')));
    if (options.json === '-') process.stdout.write(renderJson(record.result));
    else if (options.json !== undefined) write(options.json, renderJson(record.result));
    const json = options.json === '-' ? undefined : options.json;
    terminal.finish(
      record,
      [options.html, json, options.trace].filter((file) => file !== undefined),
    );
  };
  const keep = async (performed: RehearsalRecord, connections: readonly Connection[]) => {
    tell(performed);
    for (const { to, command: text } of connections) terminal.note(`Connect to ${to}: ${text}`);
    terminal.note('Servers, agent and account keep running. Ctrl-C stops them.');
    if (!ending.signal.aborted) await once(ending.signal, 'abort');
  };
  const performed = await rehearse({
    assembly,
    ...(migration !== undefined && { migration }),
    action: options.action,
    seed: options.seed,
    keys: options.keys,
    rows: options.rows,
    turnsPerSecond: options.load,
    ...(options.dataset !== undefined && { dataset: options.dataset }),
    faults: options.fault,
    checks: options.check,
    hurry: options.hurry,
    staleReads: options.staleReads,
    ...(options.limit !== undefined && { limitMs: options.limit * 1000 }),
    byHand: options.byHand,
    ...(options.keep && { keep }),
    ...(options.trace !== undefined && { onTrace: traceInto(options.trace) }),
    onLive: (view, picture) => {
      if (!told) terminal.update(view);
      live?.show(picture);
    },
    onNote: (line) => terminal.note(line),
    signal: ending.signal,
  }).catch(async (error: unknown) => {
    await live?.end('The rehearsal could not be performed: see its terminal.');
    throw error;
  });
  await live?.end(`${whereClientsAre(performed.result)} ${verdict(performed.result)}`);
  tell(performed);
  if (!performed.result.ok) process.exitCode = 1;
}

/** Line by line as things happen: what was written is there whatever ends the rehearsal. Readable by its owner alone. */
function traceInto(file: string): (entry: TraceEntry) => void {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w', 0o600);
  return (entry) => {
    writeSync(descriptor, `${JSON.stringify(entry)}\n`);
  };
}

/** @throws Error for an assembly, which is synthesized already, and for what is no key with a value */
function contextOf({ app, context }: RehearseOptions): Record<string, string> {
  const pairs = context.map((text): [string, string] => {
    const [, key, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    if (key === undefined || value === undefined) {
      throw new Error(`--context: got '${text}'; accepted is KEY=VALUE, e.g. converting=true.`);
    }
    return [key, value];
  });
  if (app !== undefined && pairs.length > 0) {
    throw new Error('--context: got it with --app, which is synthesized already: say it to cdk synth -c KEY=VALUE.');
  }
  return Object.fromEntries(pairs);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
