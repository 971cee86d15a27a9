import { join } from 'node:path';
import { synthesizeExample } from '../../../../bin/synthesize-example';
import { type BatchRehearsal, rehearseBatch } from '../../../../rehearsal/testbed/batch/rehearse-batch';
import { onDemand } from '../on-demand';

export const EXAMPLE = join(__dirname, '../../../../examples/batch-host');

export type More = Partial<Parameters<typeof rehearseBatch>[0]>;

/** Hosts of their own need root. */
export const rehearsal = process.getuid?.() === 0 ? onDemand : test.skip;

export async function rehearsed(more: More): Promise<BatchRehearsal> {
  return rehearseBatch({
    assembly: await synthesizeExample('batch-host', {}, () => undefined),
    oldServer: join(EXAMPLE, 'old-server'),
    requests: [{ action: 'cutover', jobs: ['index-changes', 'mails'] }],
    seed: '1',
    cron: 'cronie',
    // In Berlin it is half past six.
    begin: new Date('2020-11-01T05:30:00Z'),
    rate: 60,
    coolDownMinutes: 3,
    onNote: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });
}

export const sides = ({ jobs }: BatchRehearsal, ...names: string[]) =>
  Object.fromEntries(jobs.filter(({ job }) => names.includes(job)).map(({ job, side }) => [job, side]));

export const states = ({ jobs }: BatchRehearsal, ...names: string[]) =>
  Object.fromEntries(jobs.filter(({ job }) => names.includes(job)).map(({ job, state }) => [job, state]));
