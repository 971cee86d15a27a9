import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** The children of a process, as Linux tells them; none elsewhere. */
export async function childrenOf(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return list.split(' ').filter(Boolean).map(Number);
}

/** Resolves once none of them runs any more: PostgreSQL's processes outlive the one that started them by some milliseconds. */
export async function ended(pids: readonly number[]): Promise<void> {
  for (const pid of pids) while (await runs(pid)) await sleep(5);
}

async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // A zombie has ended, and waits for its adopter.
  return stat !== undefined && !/\) [ZX] /.test(stat);
}
