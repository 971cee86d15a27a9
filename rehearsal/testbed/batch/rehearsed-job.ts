import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dialect } from '../../../cron/dialect';
import { Schedule } from '../../../cron/schedule';
import type { BatchExecutions } from './batch-executions';
import type { BatchTestbed } from './batch-testbed';
import type { Journals } from './journals';
import type { OldJob } from './old-server';
import { isIn, pausesOf } from './pauses';
import { countSlots, type SlotCount } from './slot-count';
import { type LedgerEntry, type ToldSlot, toldByExecutions, toldByLedger } from './told-slots';

/** Where a job is. */
export interface JobPlace {
  readonly side: 'blue' | 'green' | 'none';
  readonly state: string;
  readonly cause?: string;
}

/** Where a job is in the end, and what became of its slots. */
export interface RehearsedJob extends SlotCount, JobPlace {
  /** Why its slots were not counted. */
  readonly uncounted?: string;
}

export interface Surroundings {
  readonly testbed: BatchTestbed;
  readonly executions: BatchExecutions;
  readonly journals: Journals;
  readonly counted: { readonly from: Date; readonly to: Date };
  /** The old server's. */
  readonly cron: Dialect;
}

export function placeOf(journals: Journals, job: string): JobPlace {
  const { side = 'blue', state = 'undecided', cause } = journals.now().get(job) ?? {};
  return { side, state, ...(cause !== undefined && cause !== '' && { cause }) };
}

export function rehearsedJob(job: OldJob, around: Surroundings): RehearsedJob {
  const { testbed, executions, journals, counted } = around;
  const isCounted = (at: Date) => at >= counted.from && at < counted.to;
  const effects = testbed.outside.effects.filter(({ what, slot, at }) => what === job.name && isCounted(slot ?? at));
  const count = countSlots({
    job: job.name,
    slots: job.isCounted ? slotsOf(job, around) : [],
    effects,
    leftOut: [...toldOnGreen(testbed, job.name), ...toldByExecutions(job.name, executions.views())],
  });
  return {
    ...count,
    ...placeOf(journals, job.name),
    ...(!job.isCounted && { uncounted: 'Its command starts a program that the rehearsal needs itself.' }),
  };
}

/** Every slot that is somebody's. */
function slotsOf(job: OldJob, { testbed, journals, counted, cron: dialect }: Surroundings): Date[] {
  const { timeZone } = testbed.facts.definitions;
  const { CRON_TZ: cronTimeZone } = job.entry.environment;
  const zones = { timeZone, ...(cronTimeZone !== undefined && { cronTimeZone }) };
  const schedule = Schedule.parse(job.entry.schedule.text, { dialect, ...zones });
  const pauses = pausesOf(journals.historyOf(job.name));
  const slots = schedule.slotsBetween(counted.from, counted.to).map(({ at }) => at);
  return slots.filter((slot) => !isIn(pauses, slot));
}

function toldOnGreen({ hosts }: BatchTestbed, job: string): ToldSlot[] {
  const folder = hosts.host('green').path(join('var/lib/cutover-batch/ledger', job));
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return toldByLedger(
    files.map((file) => {
      const record = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<LedgerEntry, 'slot'>;
      return { ...record, slot: file.replace(/\.json$/, '') };
    }),
  );
}

/** Slots that were lost, and starts beyond one a slot, a sentence each. */
export function brokenBy(jobs: readonly RehearsedJob[]): string[] {
  const time = (at: Date) => at.toISOString().slice(11, 16);
  return jobs.flatMap(({ job, lost, doubled }) => [
    ...(lost.length === 0 ? [] : [`${job}: nothing was started for ${lost.map(time).join(', ')}.`]),
    ...doubled.map(
      ({ at, host, slot }) =>
        `${job}: started once more, at ${time(at)} on ${host}${slot === undefined ? '' : ` for ${time(slot)}`}.`,
    ),
  ]);
}
