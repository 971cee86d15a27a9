/** Whether a schedule is due within an hour, which begins at that time of its own time zone. */
export type DueWithin = (hour: LocalHour) => boolean;

/** A full hour or a part of one, in a time zone. */
export interface LocalHour {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly daysOfMonth: number;
  readonly hour: number;
  /** The minutes of it that are meant, both included. */
  readonly minutes: readonly [from: number, to: number];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * Reads `cron(…)`, and a `rate(…)` of up to an hour. Undefined of a longer rate, which runs at an hour that the time of its
 * creation decides, of a single time, and of what this does not read.
 *
 * @see docs/aws-facts.md#eventbridge-cron
 */
export function dueWithin(expression: string): DueWithin | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour)s?\)$/.exec(expression) ?? [];
  if (unit === 'minute' ? Number(count) <= 60 : unit === 'hour' && Number(count) === 1) return () => true;
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6) return undefined;
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  const minutes = numbersOf(minute, 0, 59);
  const hours = numbersOf(hour, 0, 23);
  const months = numbersOf(named(month, MONTHS, 1), 1, 12);
  const years = numbersOf(year, 1970, 2199);
  const isDay = dayOf(dayOfMonth, named(dayOfWeek, DAYS, 1));
  if (minutes === undefined || hours === undefined || months === undefined || years === undefined) return undefined;
  if (isDay === undefined) return undefined;
  return (at) =>
    years.has(at.year) &&
    months.has(at.month) &&
    hours.has(at.hour) &&
    isDay(at) &&
    [...minutes].some((each) => each >= at.minutes[0] && each <= at.minutes[1]);
}

/** One of the two is `?`; a `*` in both is what `?` in one of them is. */
function dayOf(dayOfMonth: string, dayOfWeek: string): ((at: LocalHour) => boolean) | undefined {
  const ofMonth = dayOfMonth === '?' ? () => true : dayOfMonthIs(dayOfMonth);
  const ofWeek = dayOfWeek === '?' ? () => true : dayOfWeekIs(dayOfWeek);
  return ofMonth && ofWeek && ((at) => ofMonth(at) && ofWeek(at));
}

function dayOfMonthIs(text: string): ((at: LocalHour) => boolean) | undefined {
  if (text === 'L') return ({ day, daysOfMonth }) => day === daysOfMonth;
  const nearest = /^(\d+)W$/.exec(text)?.[1];
  if (nearest !== undefined) return (at) => at.day === nearestWorkday(Number(nearest), at);
  const days = numbersOf(text, 1, 31);
  return days && (({ day }) => days.has(day));
}

/** The workday that is nearest to a day, and in the same month. */
function nearestWorkday(day: number, { day: today, weekday: todays, daysOfMonth }: LocalHour): number {
  const weekday = (((todays + day - today) % 7) + 7) % 7;
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === daysOfMonth ? day - 2 : day + 1;
  return day;
}

function dayOfWeekIs(text: string): ((at: LocalHour) => boolean) | undefined {
  const last = /^([1-7])L$/.exec(text)?.[1];
  if (last !== undefined) {
    return ({ weekday, day, daysOfMonth }) => weekday === Number(last) - 1 && day > daysOfMonth - 7;
  }
  const [, which, nth] = /^([1-7])#([1-5])$/.exec(text) ?? [];
  if (which !== undefined) {
    return ({ weekday, day }) => weekday === Number(which) - 1 && Math.ceil(day / 7) === Number(nth);
  }
  const days = numbersOf(text === 'L' ? '7' : text, 1, 7);
  return days && (({ weekday }) => days.has(weekday + 1));
}

const named = (text: string, names: readonly string[], first: number) =>
  text
    .toUpperCase()
    .replace(/[A-Z]{3}/g, (name) => (names.includes(name) ? String(names.indexOf(name) + first) : name));

/** `*`, `5`, `1-5`, `0/15`, `1-31/2`, and several with commas between; a range may lead over the end. */
function numbersOf(text: string, least: number, most: number): ReadonlySet<number> | undefined {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const [, all, begin, end, step] = /^(?:(\*|\?)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (all === undefined && begin === undefined) return undefined;
    const from = all === undefined ? Number(begin) : least;
    const to = all !== undefined || (end === undefined && step !== undefined) ? most : Number(end ?? begin);
    if (from < least || to > most || Number(step ?? 1) < 1) return undefined;
    const length = to >= from ? to - from : to - from + (most - least + 1);
    for (let offset = 0; offset <= length; offset += Number(step ?? 1)) {
      numbers.add(least + ((from - least + offset) % (most - least + 1)));
    }
  }
  return numbers;
}
