import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BatchJobDefinition } from '../contract/batch';
import { identityIn, type ProcessIdentity, signalGroup } from './processes';
import { dueAt } from './slots';
import type { SystemUser } from './system-user';

export interface JobStart {
  readonly job: BatchJobDefinition;
  readonly slot: string;
  readonly user: SystemUser;
  /** Where the command starts. */
  readonly folder: string;
  readonly logFile: string;
  /** Into which the shell writes who it is. */
  readonly processFile: string;
  readonly secrets: Readonly<Record<string, string>>;
}

export interface JobEnd {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly timedOut: boolean;
  readonly seconds: number;
}

/** How long the processes of a job have from SIGTERM to SIGKILL. */
const STOP_MS = 10_000;

/**
 * Says who it is and becomes the job: who finds the runner dead knows whether the job lives. By the shell's own means, for
 * another program would have the job's secrets in its environment.
 */
const BECOME =
  'read -r stat < /proc/$$/stat && echo "$stat" > "$CUTOVER_PROCESS_FILE" && unset stat CUTOVER_PROCESS_FILE && exec "$@"';

/** A job that runs: a process group of its own, whose output goes to the job's log without a pipe that could break. */
export class JobProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly begin: number,
    private readonly timeoutMs: number | undefined,
  ) {}

  static start(start: JobStart): JobProcess {
    const { job, user, logFile, processFile, folder } = start;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a', 0o640);
    const command = [job.environment.SHELL ?? '/bin/sh', '-c', job.command];
    const child = spawn('/bin/sh', ['-c', BECOME, 'sh', ...user.become(command)], {
      cwd: folder,
      detached: true,
      env: { ...environmentOf(start), CUTOVER_PROCESS_FILE: processFile },
      stdio: [job.standardInput === undefined ? 'ignore' : 'pipe', log, log],
    });
    closeSync(log);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(job.standardInput);
    const timeoutMs = job.timeoutSeconds === undefined ? undefined : job.timeoutSeconds * 1_000;
    return new JobProcess(child, performance.now(), timeoutMs);
  }

  /** Rejects where it could not be started. */
  async end(): Promise<JobEnd> {
    let timedOut = false;
    const timer =
      this.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            this.stop();
          }, this.timeoutMs);
    try {
      const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
        this.child.once('error', reject);
        this.child.once('exit', (...ending) => resolve(ending));
      });
      // What the shell has left behind belongs to the run: after its time it ends too.
      if (timedOut) this.kill();
      return {
        ...(code !== null && { exitCode: code }),
        ...(signal !== null && { signal }),
        timedOut,
        seconds: (performance.now() - this.begin) / 1_000,
      };
    } finally {
      clearTimeout(timer);
    }
  }

  private stop(): void {
    if (this.child.pid === undefined) return;
    signalGroup(this.child.pid, 'SIGTERM');
    setTimeout(() => this.kill(), STOP_MS).unref();
  }

  private kill(): void {
    if (this.child.pid !== undefined) signalGroup(this.child.pid, 'SIGKILL');
  }
}

/** As cron gives it, and what the app states. */
function environmentOf({ job, slot, user, secrets }: JobStart): Record<string, string> {
  const due = dueAt(slot);
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    SHELL: '/bin/sh',
    HOME: user.home,
    LOGNAME: user.name,
    USER: user.name,
    ...job.environment,
    CUTOVER_JOB: job.name,
    CUTOVER_SLOT: slot,
    ...(due !== undefined && { CUTOVER_SLOT_AT: due.toISOString().slice(0, 19).replace('T', ' ') }),
    ...secrets,
  };
}

/** Who the job of a run is, once its shell has said so. */
export function jobProcessIn(processFile: string): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(processFile, 'utf8');
    return stat.endsWith('\n') ? identityIn(stat) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
