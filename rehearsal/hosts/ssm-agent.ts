import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../aws/clock';
import type { CommandOrder, CommandOutcome } from '../aws/ssm/command-invocations';
import { parentDeathGuard } from '../engines/parent-death';
import { pathOf } from './programs-on-path';

/** Characters that the agent keeps of either stream. */
const MAX_OUTPUT = 24_000;
/** What it reports for a script that it killed. @see https://github.com/aws/amazon-ssm-agent (appconfig.CommandStoppedPreemptivelyExitCode) */
const KILLED = 137;

/** Commands that the agent runs at once; others wait for it. @see docs/aws-facts.md#ssm-command-workers */
const WORKERS = 5;

/** The host that an agent runs on. */
export interface AgentPlace {
  /** Where scripts are kept, on this machine, and as the host sees it. */
  readonly folder: string;
  readonly seenAs: string;
  /** Where they start. */
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What leads a program into the host: its words stand before the program's. @throws where the host is down */
  readonly entrance: () => readonly string[];
  /** By which time-outs go. */
  readonly clock: Clock;
}

/** A host that is a folder of this machine. */
export function placeIn(root: string): AgentPlace {
  const folder = join(root, 'orchestration');
  const environment = { PATH: pathOf(root), HOME: root, ROOT: root, LC_ALL: 'C' };
  return { folder, seenAs: folder, workingDirectory: root, environment, entrance: () => [], clock: systemClock };
}

/** The SSM agent of a host: runs the scripts of commands, as it does on Linux. */
export class SsmAgent {
  private readonly running = new Set<ChildProcess>();
  private readonly waiting: (() => void)[] = [];
  private working = 0;

  constructor(private readonly place: AgentPlace) {}

  /**
   * The script is written to a file and run by `sh -c <file>`: its own first line decides which shell reads it. It sees
   * nothing of this process's environment.
   */
  async run(order: CommandOrder, signal: AbortSignal): Promise<CommandOutcome> {
    if (this.working >= WORKERS) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.working += 1;
    try {
      return await this.runScript(order, signal);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.working -= 1;
      else next();
    }
  }

  private async runScript({ commandId, script }: CommandOrder, signal: AbortSignal): Promise<CommandOutcome> {
    if (signal.aborted) return { exitCode: KILLED, stdout: '', stderr: '' };
    const { folder, seenAs, workingDirectory, environment, entrance, clock } = this.place;
    await mkdir(join(folder, commandId), { recursive: true });
    await writeFile(join(folder, commandId, '_script.sh'), script.text, { mode: 0o700 });
    const guard = await parentDeathGuard();
    const directory = script.workingDirectory === '' ? workingDirectory : script.workingDirectory;
    const start = ['sh', '-c', 'cd "$1" && exec sh -c "$2"', 'sh', directory, join(seenAs, commandId, '_script.sh')];
    const [program = '', ...args] = [
      ...(guard === undefined ? [] : [guard.file, ...guard.args]),
      ...entrance(),
      ...start,
    ];
    const child = spawn(program, args, {
      cwd: '/',
      env: { ...environment, ...script.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what the script has started is killed with it.
      detached: true,
    });
    this.running.add(child);
    try {
      return await outcomeOf(child, script.timeoutSeconds, signal, clock);
    } finally {
      this.running.delete(child);
    }
  }

  stop(): void {
    for (const child of this.running) killGroup(child);
  }
}

async function outcomeOf(
  child: ChildProcess,
  timeoutSeconds: number,
  signal: AbortSignal,
  clock: Clock,
): Promise<CommandOutcome> {
  const stdout = collected(child.stdout);
  const stderr = collected(child.stderr);
  const ended = new AbortController();
  let timedOut = false;
  void clock.sleep(timeoutSeconds * 1000, ended.signal).then(() => {
    if (ended.signal.aborted) return;
    timedOut = true;
    killGroup(child);
  });
  const cancel = () => killGroup(child);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    // `close`, not `exit`: only then has all of its output been read.
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('close', resolve);
      child.once('error', reject);
    });
    const outcome = { exitCode: code ?? KILLED, stdout: stdout(), stderr: stderr() };
    return timedOut ? { ...outcome, timedOut } : outcome;
  } finally {
    ended.abort();
    signal.removeEventListener('abort', cancel);
  }
}

function collected(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(0, MAX_OUTPUT);
  });
  return () => text;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
