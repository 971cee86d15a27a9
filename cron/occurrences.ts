import type { Fields } from './fields';
import type { Zone } from './zone';

/** A run, in minutes since 1970-01-01T00:00: when cron starts it, in UTC, and the minute of the wall clock that it is of. */
export interface Occurrence {
  readonly at: number;
  readonly wall: number;
}

const DAY = 24 * 60;
/** cron takes a larger step of the clock for a new time and not for a change of the zone (cron.c, `large`). */
const LARGEST_CHANGE = 3 * 60;

/**
 * The runs of a line that goes by the clock of the host.
 *
 * cron counts the minutes of the wall clock. Where it is put forward, lines without `*` in minute and hour are made up for at the
 * change, and others not. Where it is put back, lines without `*` wait until the clock is where it was before; others run again.
 */
export function* hostOccurrences(fields: Fields, host: Zone, from: number, to: number): Generator<Occurrence> {
  for (const { offset, reached } of changes(host, from, to)) {
    const end = offset.to + offset.minutes;
    const first = fields.wildcard ? offset.from + offset.minutes : reached;
    for (const wall of wallClock(fields, first, end)) yield { at: Math.max(wall - offset.minutes, offset.from), wall };
  }
}

/**
 * The runs of a line below CRON_TZ: those at which the clock of that zone shows what the line says. cronie counts on the host's
 * wall clock all the same, and leaves out lines without `*` while that is behind where it was before.
 */
export function* cronZoneOccurrences(
  fields: Fields,
  zone: Zone,
  host: Zone,
  from: number,
  to: number,
): Generator<Occurrence> {
  const held = fields.wildcard ? [] : repeatedMinutes(host, from, to);
  for (const offset of zone.offsets(from - DAY, to)) {
    for (const wall of wallClock(fields, offset.from + offset.minutes, offset.to + offset.minutes)) {
      const at = wall - offset.minutes;
      if (!held.some((each) => at >= each.from && at < each.to)) yield { at, wall };
    }
  }
}

/** The offsets of the host, and up to where its wall clock had come before each. */
function* changes(host: Zone, from: number, to: number) {
  let reached: number | undefined;
  // What was done before the first change matters for some hours after it.
  for (const offset of host.offsets(from - DAY, to)) {
    const begin = offset.from + offset.minutes;
    if (reached === undefined || Math.abs(begin - reached) >= LARGEST_CHANGE) reached = begin;
    yield { offset, reached };
    reached = Math.max(reached, offset.to + offset.minutes);
  }
}

/** The minutes of UTC at which the host's wall clock shows what it has shown before. */
function repeatedMinutes(host: Zone, from: number, to: number) {
  return [...changes(host, from, to)]
    .map(({ offset, reached }) => ({ from: offset.from, to: reached - offset.minutes }))
    .filter((repeated) => repeated.to > repeated.from);
}

/** The minutes of the wall clock that the fields name. */
function* wallClock(fields: Fields, from: number, to: number): Generator<number> {
  for (let day = Math.floor(from / DAY); day * DAY < to; day += 1) {
    if (!isOn(fields, new Date(day * DAY * 60_000))) continue;
    for (const hour of ascending(fields.hours)) {
      for (const minute of ascending(fields.minutes)) {
        const wall = day * DAY + hour * 60 + minute;
        if (wall >= from && wall < to) yield wall;
      }
    }
  }
}

function isOn({ months, daysOfMonth, daysOfWeek, bothDays }: Fields, day: Date): boolean {
  if (!months.has(day.getUTCMonth() + 1)) return false;
  const ofMonth = daysOfMonth.has(day.getUTCDate());
  const ofWeek = daysOfWeek.has(day.getUTCDay());
  return bothDays ? ofMonth && ofWeek : ofMonth || ofWeek;
}

function ascending(values: ReadonlySet<number>): number[] {
  return [...values].sort((one, other) => one - other);
}
