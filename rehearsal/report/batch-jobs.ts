/** Where a cron job is in the end, and what became of its slots. */
export interface JobRow {
  readonly job: string;
  readonly side: string;
  readonly state: string;
  readonly expected: number;
  readonly started: number;
  readonly late: number;
  readonly told: readonly Date[];
  readonly lost: readonly Date[];
  readonly doubled: readonly unknown[];
  readonly uncounted?: string;
}

const COLUMNS = ['JOB', 'ON', 'STATE', 'SLOTS', 'STARTED', 'LATE', 'TOLD', 'LOST', 'DOUBLED'] as const;

/** A line a job, for the terminal. Jobs of which nothing was due and that nobody has moved are counted at the end. */
export function jobLines(jobs: readonly JobRow[]): string[] {
  const shown = jobs.filter(
    ({ expected, state, doubled }) => expected > 0 || state !== 'undecided' || doubled.length > 0,
  );
  const rows = shown.map(({ job, side, state, expected, started, late, told, lost, doubled, uncounted }) => {
    const on = side === 'none' ? 'neither' : side;
    if (uncounted !== undefined) return [job, on, state, 'not counted'];
    return [job, on, state, ...[expected, started, late, told.length, lost.length, doubled.length].map(String)];
  });
  const widths = COLUMNS.map((column, at) => Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  const rest = jobs.length - shown.length;
  return [
    line(COLUMNS),
    ...rows.map(line),
    ...(rest > 0 ? [`${rest} more were not moved, and nothing of them was due.`] : []),
  ];
}
