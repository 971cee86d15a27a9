import { type FoundJob, type FoundProblem, findJobs } from './found-jobs';
import { type Collected, readRecords } from './records';

/** What runs by itself on a host, and what it stands on. Of secrets there are lines and no values. */
export interface BatchInventory extends Omit<Collected, 'files' | 'runs'> {
  readonly instance: string;
  readonly jobs: readonly FoundJob[];
  readonly problems: readonly FoundProblem[];
  /** Files of /etc/cron.d that cron leaves out because of their names. */
  readonly ignored: readonly string[];
}

export function batchInventory(instance: string, printed: string, now: Date): BatchInventory {
  const { files: _, runs: __, ...collected } = readRecords(printed);
  return { instance, ...collected, ...findJobs(readRecords(printed), now) };
}
