import type { Dialect } from './dialect';
import { type Field, parseRange } from './range';
import { CronSyntaxError } from './syntax-error';
import type { Word } from './words';

/** When a line runs, by the wall clock. */
export interface Fields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** Sunday is 0. */
  readonly daysOfWeek: ReadonlySet<number>;
  /**
   * Day of month and day of week must both match. Where neither field begins with `*`, one of them is enough. `*\/2` begins
   * with `*` too: cronie and Debian's cron look at the first character alone (load_entry in entry.c).
   */
  readonly bothDays: boolean;
  /** Minute or hour begins with `*`. Such a line goes by the clock where that is changed; others run once. */
  readonly wildcard: boolean;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly Field[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day of month', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12, names: MONTHS },
  // Sunday is 0 and 7.
  { name: 'day of week', low: 0, high: 7, names: WEEKDAYS },
];

/** The five fields of a line. */
export function parseFields(words: readonly Word[], dialect: Dialect): Fields {
  const sets = FIELDS.map((field, at) => {
    const word = words[at];
    if (!word) throw new CronSyntaxError(tooFew(words, field), endOf(words));
    return parseField(word, field, dialect);
  });
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = sets as [Days, Days, Days, Days, Days];
  if (daysOfWeek.delete(7)) daysOfWeek.add(0);
  const [byMinute, byHour, byDay, , byWeekday] = words.map(({ text }) => text.startsWith('*'));
  return {
    minutes,
    hours,
    daysOfMonth,
    months,
    daysOfWeek,
    bothDays: byDay === true || byWeekday === true,
    wildcard: byMinute === true || byHour === true,
  };
}

type Days = Set<number>;

/** Ranges, with commas between. */
function parseField(word: Word, field: Field, dialect: Dialect): Set<number> {
  const values = new Set<number>();
  let column = word.column;
  for (const text of word.text.split(',')) {
    for (const value of parseRange({ text, column }, field, dialect)) values.add(value);
    column += text.length + 1;
  }
  return values;
}

function tooFew(words: readonly Word[], missing: Field): string {
  return `${words.length} of 5 fields are there, and no ${missing.name}; accepted are minute, hour, day of month, month and day of week`;
}

function endOf(words: readonly Word[]): number {
  const last = words.at(-1);
  return last ? last.column + last.text.length : 1;
}
