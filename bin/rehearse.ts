import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { loadAssembly } from '../rehearsal/assembly';
import { renderHtml } from '../rehearsal/report/html';
import { renderJson } from '../rehearsal/report/json';
import type { RehearsalRecord } from '../rehearsal/report/result';
import { Terminal } from '../rehearsal/report/terminal';
import { batchMigrationOf } from '../rehearsal/testbed/batch/batch-migration-of';
import { CHECK_BEHAVIOURS } from '../rehearsal/testbed/checks/check-behaviours';
import type { Connection } from '../rehearsal/testbed/connections';
import type { RehearsedAction } from '../rehearsal/testbed/faults/injected-fault';
import { FAULT_KINDS } from '../rehearsal/testbed/faults/kinds';
import { rehearse } from '../rehearsal/testbed/rehearse';
import type { TraceEntry } from '../rehearsal/testbed/trace';
import { commandLine } from './command-line';
import { refuseIgnored } from './ignored-options';
import { collect, wholeNumber } from './options';
import { rehearseJobs } from './rehearse-batch';
import { synthesizeExample } from './synthesize-example';

interface Options {
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
  readonly trace?: string;
  readonly json?: string;
  readonly html: string;
  readonly oldServer?: string;
  readonly jobs?: string;
}

/** Options that say something of a rehearsal of cron jobs. */
const OF_JOBS = ['example', 'app', 'context', 'action', 'seed', 'json', 'jobs', 'oldServer'];

export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description(
      'performs a whole migration on this machine: the synthesized state machine, real engines, clients, faults',
    )
    .argument('[migration]', 'its name, where the app holds several')
    .addOption(new Option('--example <name>', 'an example of this package (default: shared-cache)').conflicts('app'))
    .option(
      '-c, --context <key=value>',
      'context to synthesize the example with, e.g. converting=true; may be given again',
      collect,
      [],
    )
    .option(
      '--app <folder>',
      'your own cloud assembly, as made by: cdk synth -o <folder>; its agent is executed: use an assembly that you trust',
    )
    .addOption(
      new Option(
        '--action <action>',
        'what to start; rollback cuts over first; with a converting replica, prepare comes before either',
      )
        .choices(['preflight', 'prepare', 'cutover', 'rollback'])
        .default('cutover'),
    )
    .option('--seed <text>', 'makes a run repeatable', '1')
    .option('--keys <number>', 'keys to fill blue with, where it is a cache', wholeNumber, 200_000)
    .option('--rows <number>', 'rows to fill blue with, where it is a database', wholeNumber, 100_000)
    .option(
      '--load <number>',
      'turns a second of all clients together; a turn is one to three commands, or a transaction',
      wholeNumber,
      1_000,
    )
    .option('--dataset <file>', 'an RDB file with your own data, instead of generated keys')
    .option(
      '--fault <state:kind[@action]>',
      `a fault, of kind ${FAULT_KINDS.join(', ')}; with @cutover, @rollback or @recover only in such an execution; may be given again`,
      collect,
      [],
    )
    .option(
      '--check <name:behaviour>',
      `how what a check asks behaves: ${CHECK_BEHAVIOURS.join(', ')}; may be given again`,
      collect,
      [],
    )
    .option('--hurry', 'cut waits and TTLs to a second', false)
    .option('--stale-reads', 'have AWS answer some reads with the state of a moment before, as AWS may', false)
    .option(
      '--limit <seconds>',
      'stop executions that together take longer, and report that they did not end',
      wholeNumber,
    )
    .option(
      '--by-hand',
      'also rehearse the switch by hand, to compare: copy, change the record, close old connections',
      false,
    )
    .addOption(
      new Option('--keep', 'leave the servers running at the end, and print how to connect to them; Ctrl-C stops them')
        .default(false)
        .conflicts('byHand'),
    )
    .option('--trace <file>', 'write every AWS call, every state and the log of the agent, one JSON object a line')
    .option('--json <file>', 'write the result as JSON; - for standard output')
    .option('--html <file>', 'write the report', join('.cache', 'rehearsal.html'))
    .option('--jobs <names>', 'of cron jobs that move: which, with commas between (default: all)')
    .option('--old-server <folder>', 'of cron jobs that move: a folder with a copy of each crontab of the old server')
    .addHelpText(
      'after',
      `
Exit codes: 0 every invariant held; 1 one did not, or the rehearsal could not be performed.

Examples:
  cutover rehearse
  cutover rehearse --example pure-cache --seed 7
  cutover rehearse --fault Drain:kill-agent --fault "Take the lock:throttle"
  cutover rehearse --action rollback --fault Fence:abort@rollback
  cutover rehearse --check login:red-on-green
  cutover rehearse --fault Drain:denied --keep --trace trace.jsonl
  cutover rehearse --example mysql-to-aurora --rows 1000000 --fault Canary:crash-green
  cutover rehearse --example mysql-to-aurora -c converting=true --action rollback
  cutover rehearse --example aurora-managed --fault Switch:leftover-replication
  cutover rehearse --example aurora-postgres --fault Switch:ddl-on-blue
  cutover rehearse --example batch-host --jobs mails,index-changes --action rollback
  cdk synth -o cdk.out && cutover rehearse --app cdk.out --by-hand --json result.json`,
    )
    .action(perform);
}

async function perform(migration: string | undefined, options: Options, command: Command): Promise<void> {
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
  let told = false;
  /** Once: when the rehearsal is kept, before its end. */
  const tell = (performed: RehearsalRecord) => {
    if (told) return;
    told = true;
    const record = { ...performed, command: commandLine(command) };
    write(options.html, renderHtml(record));
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
    onLive: (view) => {
      if (!told) terminal.update(view);
    },
    onNote: (line) => terminal.note(line),
    signal: ending.signal,
  });
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
function contextOf({ app, context }: Options): Record<string, string> {
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
