import { rmSync } from 'node:fs';

/** A process and its folder, as long as they are there. */
export interface Running {
  readonly pid: number;
  readonly folder: string;
}

const running = new Set<Running>();
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Sees to it that `one` does not outlive this process, whichever way this process ends short of SIGKILL (for that,
 * servers are started under a parent-death signal).
 *
 * @returns what to call once it has been stopped and removed in order.
 */
export function endWithProcess(one: Running): () => void {
  if (running.size === 0) {
    process.on('exit', endAll);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  running.add(one);
  return () => {
    if (!running.delete(one) || running.size > 0) return;
    process.off('exit', endAll);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}

function endAll(): void {
  for (const { pid, folder } of running) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') process.stderr.write(`Process ${pid} is left: ${error}\n`);
    }
    rmSync(folder, { recursive: true, force: true });
  }
  running.clear();
}

function onSignal(signal: NodeJS.Signals): void {
  // Another listener (the command line) stops things in order and ends the process; `exit` then finds the rest.
  if (process.listeners(signal).some((listener) => listener !== onSignal)) return;
  endAll();
  process.off(signal, onSignal);
  process.kill(process.pid, signal);
}
