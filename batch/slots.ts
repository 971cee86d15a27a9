import type { BatchJobDefinition } from '../contract/batch';
import { Schedule, type Slot } from '../cron/schedule';
import type { Ledger } from './ledger';
import { bootId } from './processes';

const MINUTE = 60_000;

/**
 * How far back a start by cron may be meant for. Where the clock is put forward by less, cron starts what would have been
 * left out.
 *
 * @see cron(8) of cronie, "Daylight Saving Time and other time changes"
 */
const MAX_CATCH_UP = 3 * 60 * MINUTE + 5 * MINUTE;

export function scheduleOf(job: BatchJobDefinition, timeZone: string): Schedule {
  return Schedule.parse(job.schedule, { dialect: 'cronie', timeZone, cronTimeZone: job.timeZone });
}

/**
 * A slot's name: its minute in UTC, and the minute that the wall clock would have shown, for at a change of the clock several
 * are due in one minute. Names sort by time.
 */
export function nameOf({ at, wallClock }: Slot): string {
  return `${compact(at.toISOString())}Z-${compact(wallClock).slice(-4)}`;
}

/** `20260329T0230`: what every slot from this moment on sorts behind. */
export function prefixOf(at: Date): string {
  return compact(at.toISOString());
}

const compact = (text: string) => text.slice(0, 16).replaceAll(/[-:]/g, '');

/** A run that no schedule asks for has a slot too. */
export function slotByHand(now: Date): string {
  return `${prefixOf(now)}Z-hand${now.toISOString().slice(17, 23).replace('.', '')}`;
}

/** When a slot was due. Of a start of the machine there is no such minute. */
export function dueAt(slot: string): Date | undefined {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z-/.exec(slot) ?? [];
  return year === undefined ? undefined : new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}

/**
 * Which slot a start by cron is of: the newest that nobody has. Not just this minute: a machine that was busy or asleep
 * starts late what was due, and one whose clock was put back starts again what it has started.
 */
export function slotToStart(schedule: Schedule, ledger: Ledger, now: Date): string | undefined {
  if (schedule.atBoot) {
    const slot = `boot-${bootId()}`;
    return ledger.has(slot) ? undefined : slot;
  }
  const settled = ledger.settledUntil;
  const from = Math.max(now.getTime() - MAX_CATCH_UP, settled === undefined ? 0 : Date.parse(settled));
  const due = schedule.slotsBetween(new Date(from), new Date(now.getTime() + 1)).map(nameOf);
  return due.reverse().find((slot) => !ledger.has(slot));
}
