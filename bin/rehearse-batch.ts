import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { jobLines, slotLines } from '../rehearsal/report/batch-jobs';
import { type BatchRequest, rehearseBatch } from '../rehearsal/testbed/batch/rehearse-batch';

export interface BatchOptions {
  readonly assembly: string;
  readonly example?: string;
  readonly oldServer?: string;
  readonly jobs?: string;
  readonly action: string;
  readonly seed: string;
  readonly json?: string;
  readonly signal: AbortSignal;
  readonly onNote: (line: string) => void;
}

/** A Sunday on which the month begins, and on which clocks of New York are put back: files of the machine are newer. */
const BEGIN = new Date('2020-11-01T05:30:00Z');

/** Rehearses a migration of cron jobs, and prints where each is. @returns whether each slot was started once, or told */
export async function rehearseJobs(options: BatchOptions): Promise<boolean> {
  const { assembly, example, oldServer, action, jobs, seed, json, signal, onNote } = options;
  const folder =
    oldServer ?? (example === undefined ? undefined : resolve(__dirname, '../examples', example, 'old-server'));
  if (folder === undefined) {
    throw new Error(
      '--old-server: got none; give a folder with a copy of each crontab that the migration moves lines of.',
    );
  }
  const of = jobs === undefined ? {} : { jobs: jobs.split(',') };
  const actions = action === 'rollback' ? (['cutover', 'rollback'] as const) : [action as BatchRequest['action']];
  const rehearsed = await rehearseBatch({
    assembly,
    oldServer: folder,
    requests: actions.map((each) => ({ action: each, ...of })),
    seed,
    cron: 'cronie',
    begin: BEGIN,
    rate: 60,
    coolDownMinutes: 6,
    onNote,
    signal,
  });
  for (const line of jobLines(rehearsed.jobs)) onNote(line);
  for (const line of slotLines(rehearsed.jobs, rehearsed.minutes)) onNote(line);
  for (const line of rehearsed.broken) onNote(`BROKEN  ${line}`);
  if (json !== undefined) {
    const text = `${JSON.stringify(rehearsed, undefined, 2)}\n`;
    if (json === '-') process.stdout.write(text);
    else writeFileSync(join(json), text);
  }
  return rehearsed.broken.length === 0;
}
