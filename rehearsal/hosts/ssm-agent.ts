import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandOrder, CommandOutcome } from '../aws/ssm/command-invocations';
import { parentDeathGuard } from '../engines/parent-death';
import { pathOf } from './programs-on-path';

/** Characters that the agent keeps of either stream. */
const MOST_OUTPUT = 24_000;
/** What it reports for a script that it killed. @see https://github.com/aws/amazon-ssm-agent (appconfig.CommandStoppedPreemptivelyExitCode) */
const KILLED = 137;

/** The SSM agent of a host: runs the scripts of commands, as it does on Linux. */
export class SsmAgent {
  private readonly running = new Set<ChildProcess>();

  constructor(private readonly root: string) {}

  /**
   * The script is written to a file and run by `sh -c <file>`: its own first line decides which shell reads it. It sees
   * nothing of this process's environment.
   */
  async run({ commandId, script }: CommandOrder, signal: AbortSignal): Promise<CommandOutcome> {
    const folder = join(this.root, 'orchestration', commandId);
    const file = join(folder, '_script.sh');
    await mkdir(folder, { recursive: true });
    await writeFile(file, script.text, { mode: 0o700 });
    const guard = await parentDeathGuard();
    const [program = '', ...args] = [...(guard === undefined ? [] : [guard.file, ...guard.args]), 'sh', '-c', file];
    const child = spawn(program, args, {
      cwd: script.workingDirectory === '' ? this.root : script.workingDirectory,
      env: { PATH: pathOf(this.root), HOME: this.root, ROOT: this.root, LC_ALL: 'C', ...script.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what the script has started is killed with it.
      detached: true,
    });
    this.running.add(child);
    try {
      return await outcomeOf(child, script.timeoutSeconds, signal);
    } finally {
      this.running.delete(child);
    }
  }

  stop(): void {
    for (const child of this.running) killGroup(child);
  }
}

async function outcomeOf(child: ChildProcess, timeoutSeconds: number, signal: AbortSignal): Promise<CommandOutcome> {
  const stdout = collected(child.stdout);
  const stderr = collected(child.stderr);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, timeoutSeconds * 1000);
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
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

function collected(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(0, MOST_OUTPUT);
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
