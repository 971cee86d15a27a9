import { readFileSync } from 'node:fs';

/** A process, told from a later one that was given its number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In ticks since the machine was started. */
  readonly startTime: number;
  readonly boot: string;
}

/** @see proc_sys_kernel_random(5), boot_id */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

export function thisProcess(): ProcessIdentity {
  return identityIn(readFileSync('/proc/self/stat', 'utf8'));
}

/** @param stat a line of /proc/PID/stat, whose program may have spaces and brackets in its name; see proc_pid_stat(5) */
export function identityIn(stat: string): ProcessIdentity {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(stat, 10), startTime: Number(fields[19]), boot: bootId() };
}

export function isAlive({ pid, startTime, boot }: ProcessIdentity): boolean {
  if (boot !== bootId()) return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state] = stat.slice(stat.lastIndexOf(')') + 2);
    return identityIn(stat).startTime === startTime && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

/** Sends a signal to all of a job's process group. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
