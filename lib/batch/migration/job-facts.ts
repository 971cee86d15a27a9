import { createHash } from 'node:crypto';
import { Duration } from 'aws-cdk-lib';
import { Schedule } from '../../../cron/schedule';
import type { StatedJobs } from '../batch-host-interface';
import { BatchDecision, type BatchJob, BatchLate, BatchOverlap } from '../batch-job';
import type { BatchMigrationJob } from './batch-migration-job';

/** What the states know of a job, as `$job`. Times in seconds. */
export interface JobFacts {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly user: string;
  readonly userColumn: 'yes' | 'no';
  readonly decision: 'moved' | 'retired';
  readonly late: 'each' | 'newest' | 'none';
  /** Whether one run may begin while another goes on. */
  readonly overlap: 'yes' | 'no';
  /** How long the last run of the side that the job leaves is waited for. */
  readonly lastRunWithin: number;
  readonly provedBy: number;
  /** Whether one run beside the schedule proves it: it comes seldom, and does no harm done twice. */
  readonly runNow: boolean;
  /** From one look at what it did to the next. */
  readonly lookEvery: number;
  /** How long it is paused before its line is taken off, at the least. */
  readonly pause: number;
}

const DAY = 24 * 60 * 60;
/** Rarer ones are run once beside their schedule. */
const SELDOM = 6 * DAY;
/** What one look has of the runs between two: ten. */
const RUNS_BETWEEN_LOOKS = 5;
const MIN_BETWEEN_LOOKS = 5 * 60;

/** Any day that many years of schedules are like. */
const SOME_DAY = new Date('2026-01-01T00:00:00Z');

export function jobFacts(moving: BatchMigrationJob, { jobs, timeZone }: StatedJobs, pause: Duration): JobFacts {
  const job = jobs.find(({ name }) => name === moving.name) as BatchJob;
  const cycle = cycleOf(job, timeZone);
  const { timeout, overlap = BatchOverlap.SKIP, late = BatchLate.NONE, idempotent = false } = job;
  const usual = timeout === undefined ? Duration.hours(2) : timeout.plus(Duration.minutes(10));
  return {
    name: job.name,
    file: moving.file,
    sha256: hashOf(moving),
    user: job.user,
    userColumn: hasUserColumn(moving.file) ? 'yes' : 'no',
    decision: job.decision === BatchDecision.RETIRED ? 'retired' : 'moved',
    late,
    overlap: overlap === BatchOverlap.ALLOW ? 'yes' : 'no',
    lastRunWithin: (moving.lastRunWithin ?? usual).toSeconds(),
    provedBy: moving.provedBy ?? 1,
    runNow: idempotent && cycle >= SELDOM,
    lookEvery: Math.min(DAY, Math.max(MIN_BETWEEN_LOOKS, RUNS_BETWEEN_LOOKS * 60, Math.floor(cycle / 4))),
    pause: Math.max(pause.toSeconds(), cycle),
  };
}

/** Of the line as it is stated. */
export function hashOf({ line, sha256 = '' }: BatchMigrationJob): string {
  return line === undefined ? sha256 : createHash('sha256').update(line).digest('hex');
}

/** @see https://manpages.debian.org/bookworm/cron/cron.8.en.html */
export function hasUserColumn(file: string): boolean {
  return file === '/etc/crontab' || file.startsWith('/etc/cron.d/');
}

/** The longest time between two slots, in seconds. */
function cycleOf({ schedule: text, timeZone: own }: BatchJob, timeZone: string): number {
  const schedule = Schedule.parse(text, { dialect: 'cronie', timeZone, cronTimeZone: own });
  const slots = schedule.nextSlots(SOME_DAY, 40).map(({ at }) => at.getTime() / 1_000);
  return slots.slice(1).reduce((longest, at, index) => Math.max(longest, at - (slots[index] ?? at)), 0);
}
