import type { BatchManifest, BatchManifestJob } from '../../../contract/batch-migration';

/** A job as its runbook has it. */
export interface RunbookJob
  extends Pick<BatchManifestJob, 'name' | 'owner' | 'purpose' | 'schedule' | 'user' | 'file' | 'after' | 'provedBy'> {
  /** A job that nobody needs is paused, and its line is taken off. */
  readonly decision: BatchManifestJob['decision'];
  /** Jobs of a round move before those of the next. From 1. */
  readonly round: number;
}

/** What people need to move cron jobs. */
export interface BatchRunbook {
  readonly migration: string;
  /** The new host. */
  readonly host: string;
  /** Round by round. */
  readonly jobs: readonly RunbookJob[];
  /** What is done with each job, in order. */
  readonly steps: readonly JobStep[];
}

export interface JobStep {
  readonly step: string;
  /** What it does. */
  readonly does: string;
  /** What becomes of the job where it fails. */
  readonly onFailure: string;
}

/** @see docs/batch-handover.md */
const STEPS: readonly JobStep[] = [
  {
    step: 'Preflight',
    does: 'Both hosts are asked whether the job can move: its line, its user, its secrets, its files, and whether their clocks agree.',
    onFailure: 'Nothing was changed. The findings say what to correct.',
  },
  {
    step: 'Guard',
    does: "A moment is written down, called the cut, and a guard is put before the job's line on the old server: cron there starts no slot after the cut.",
    onFailure: 'The line is what it was, and the job stays on the old server.',
  },
  {
    step: 'Last run',
    does: 'If the job is running on the old server, the end of that run is waited for.',
    onFailure: 'The line is what it was, and the job stays on the old server.',
  },
  {
    step: 'Enable',
    does: 'The new host is told that slots after the cut are its own, and starts them.',
    onFailure:
      'A recovery starts by itself every five minutes, until both hosts have answered. Neither starts what the other may have started.',
  },
  {
    step: 'Owed slots',
    does: 'Slots that passed meanwhile are made up for, as the job says: each of them, the newest, or none.',
    onFailure: 'A recovery starts by itself. Slots that nobody has started are named in the output of the execution.',
  },
  {
    step: 'Proof',
    does: 'A schedule looks at the runs on the new host, until as many as the job asks for have met its criterion.',
    onFailure: 'A run that fails sends the job back to the old server by itself.',
  },
  {
    step: 'Retire',
    does: 'Once the job is proved, or has been paused for a cycle: its line on the old server is made a comment.',
    onFailure: 'The line stays, and the guard before it.',
  },
];

export function batchRunbook({ migration, green, jobs }: BatchManifest): BatchRunbook {
  const rounds = roundsOf(jobs);
  return {
    migration,
    host: green.hostName,
    jobs: jobs
      .map(({ name, decision, owner, purpose, schedule, user, file, after, provedBy }) => ({
        ...{ name, decision, user, file, after, provedBy, round: rounds.get(name) ?? 1 },
        ...(owner !== undefined && { owner }),
        ...(purpose !== undefined && { purpose }),
        ...(schedule !== undefined && { schedule }),
      }))
      .toSorted((one, other) => one.round - other.round),
    steps: STEPS,
  };
}

/** A job that is after others moves in the round behind the last of them. Synthesis refuses circles. */
export function roundsOf(jobs: readonly Pick<BatchManifestJob, 'name' | 'after'>[]): ReadonlyMap<string, number> {
  const rounds = new Map<string, number>();
  const roundOf = (name: string): number => {
    const known = rounds.get(name);
    if (known !== undefined) return known;
    const before = jobs.find((job) => job.name === name)?.after ?? [];
    const round = 1 + Math.max(0, ...before.map(roundOf));
    rounds.set(name, round);
    return round;
  };
  for (const { name } of jobs) roundOf(name);
  return rounds;
}

/** When, what, and the command for it. */
export function batchCommands({ migration }: BatchRunbook): [string, string, string][] {
  return [
    ['days before', 'see whether all jobs can move; changes nothing', `cutover start ${migration} preflight`],
    ['the night', 'move some jobs; without --jobs, all', `cutover start ${migration} cutover --jobs JOB,JOB`],
    ['any time', 'follow the execution', `cutover watch ${migration}`],
    ['any time', 'see where each job is', `cutover status ${migration}`],
    [
      'if need be',
      'have a job back on the old server; without --jobs, all',
      `cutover start ${migration} rollback --jobs JOB`,
    ],
    [
      'if an execution died',
      'finish what it left; starts by itself within minutes',
      `cutover start ${migration} recover`,
    ],
    ['days after', 'take the line of a proved job off the old server', `cutover start ${migration} retire --jobs JOB`],
  ];
}
