import { count, several } from './units';

/** Where a cron job is in the end, and what became of its slots. */
export interface JobRow {
  readonly job: string;
  readonly side: string;
  readonly state: string;
  readonly expected: number;
  readonly started: number;
  readonly late: number;
  readonly told: readonly { readonly slot: Date; readonly why: string }[];
  readonly lost: readonly Date[];
  readonly doubled: readonly unknown[];
  readonly uncounted?: string;
}

const WORDS = ['JOB', 'ON', 'STATE'] as const;
const FIGURES = ['SLOTS', 'STARTED', 'LATE', 'TOLD', 'LOST', 'DOUBLED'] as const;

/** A line a job, for the terminal. Jobs of which nothing was due and that nobody has moved are counted at the end. */
export function jobLines(jobs: readonly JobRow[]): string[] {
  const shown = jobs.filter(
    ({ expected, state, doubled }) => expected > 0 || state !== 'undecided' || doubled.length > 0,
  );
  const table = [
    { words: [...WORDS], figures: [...FIGURES] as string[], after: '' },
    ...shown.map(({ job, side, state, expected, started, late, told, lost, doubled, uncounted }) => ({
      words: [job, side === 'none' ? 'neither' : side, state],
      figures:
        uncounted === undefined ? [expected, started, late, told.length, lost.length, doubled.length].map(String) : [],
      after: uncounted === undefined ? '' : 'not counted',
    })),
  ];
  const widest = (cells: readonly string[]) => Math.max(...cells.map((cell) => cell.length));
  const ofWords = WORDS.map((_, at) => widest(table.map(({ words }) => words[at] ?? '')));
  const ofFigures = FIGURES.map((_, at) => widest(table.map(({ figures }) => figures[at] ?? '')));
  const rest = jobs.length - shown.length;
  return [
    ...table.map(({ words, figures, after }) =>
      [
        ...words.map((word, at) => word.padEnd(ofWords[at] ?? 0)),
        ...figures.map((figure, at) => figure.padStart(ofFigures[at] ?? 0)),
        after,
      ]
        .join('  ')
        .trimEnd(),
    ),
    ...(rest > 0
      ? [
          rest === 1
            ? '1 more was not moved, and nothing of it was due.'
            : `${rest} more were not moved, and nothing of them was due.`,
        ]
      : []),
  ];
}

/** What became of all slots together, and a line for each that was told instead of started. */
export function slotLines(jobs: readonly JobRow[], minutes: number): string[] {
  const sum = (figure: (job: JobRow) => number) => jobs.reduce((total, job) => total + figure(job), 0);
  const expected = sum((job) => job.expected);
  const started = sum((job) => job.started);
  const late = sum((job) => job.late);
  const lost = sum((job) => job.lost.length);
  const doubled = sum((job) => job.doubled.length);
  const told = jobs.flatMap((job) => job.told.map(({ slot, why }) => `${job.job} ${time(slot)}: ${why}`));
  const parts = [
    `${count(started)} started${late > 0 ? ` (${late} late)` : ''}`,
    ...(told.length > 0 ? [`${told.length} told and not started`] : []),
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(doubled > 0 ? [`${several(doubled, 'start')} too many`] : []),
    ...(started === expected && doubled === 0 ? ['each once'] : []),
  ];
  return [
    `${several(expected, 'slot')} of ${several(minutes, 'minute')}, counted by what the jobs' programs did: ${parts.join(', ')}.`,
    ...told.map((line) => `Told  ${line}`),
  ];
}

const time = (slot: Date) => slot.toISOString().slice(11, 16);
