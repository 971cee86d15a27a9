import { currentRevision } from './definitions';
import { Ledger } from './ledger';
import type { Paths } from './paths';
import { scheduleOf } from './slots';

const COLUMNS = ['JOB', 'SCHEDULE', 'NEXT (UTC)', 'LAST SLOT', 'IT'] as const;

/** A line a job, for who is on the host. */
export function listJobs(paths: Paths, now = new Date()): string[] {
  const { definitions } = currentRevision(paths);
  const rows = definitions.jobs.map((job) => {
    const schedule = scheduleOf(job, definitions.timeZone);
    const [next] = schedule.nextSlots(now, 1);
    const [slot, record] = new Ledger(paths.ledger, job.name).newest() ?? [];
    const due = schedule.atBoot ? 'at boot' : next === undefined ? 'never' : next.at.toISOString().slice(0, 16);
    return [job.name, schedule.text, due, slot ?? '-', record === undefined ? '-' : record.state];
  });
  const widths = COLUMNS.map((column, at) => Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [COLUMNS, ...rows].map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
