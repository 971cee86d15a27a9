import type { Dialect } from './dialect';
import { CronSyntaxError } from './syntax-error';
import type { Word } from './words';

/** What a place in the line may hold. */
export interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** Instead of numbers, from `low` on. Case does not matter. */
  readonly names?: readonly string[];
}

/** What other schedulers read where cron does not. */
const OF_OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^\?/, '`?` is Quartz; write `*`'],
  [/^#/, '`#`, the nth weekday, is Quartz; run the command every week and let it look at the date'],
  [/^\d*L/i, '`L`, the last day, is Quartz; run the command on days 28-31 and let it look whether tomorrow is the 1st'],
  [/^\d*W/i, '`W`, the nearest weekday, is Quartz; run the command every day and let it look at the date'],
  [/^H/i, '`H` is Jenkins; write a number'],
  [/^~/, '`~` draws a number whenever cron starts, and only cronie from 1.6.0 on reads it; write a number'],
  [/^[+.]|^-\d/, 'numbers have no sign and no point'],
];

/** The values of `*`, `7`, `mon`, `1-5`, `mon-fri`, and of the ranges among them with a step: `*\/15`, `8-18/2`. */
export function parseRange(range: Word, field: Field, dialect: Dialect): number[] {
  const refuse = (why: string, at: number, cronTakesIt = false) =>
    new CronSyntaxError(`${field.name} \`${range.text}\`: ${why}`, range.column + at, cronTakesIt);
  const { star, from, to, slash, step, rest } = partsOf(range.text);
  const restAt = range.text.length - rest.length;
  const strange = () => hintOf(rest) ?? accepted(field);

  if (!star && from === '') throw refuse(hintOf(range.text) ?? accepted(field), 0, rest.startsWith('~'));
  const low = star ? field.low : numberOf(from, field);
  const high = star ? field.high : to === undefined ? low : numberOf(to, field);
  if (low === undefined) throw refuse(hintOf(from) ?? accepted(field), 0);
  if (high === undefined) {
    // But for 1.5.5 to 1.5.7, cronie looks at the values alone: 0-60/7 has no 60.
    const taken = slash && /^\d+$/.test(to ?? '');
    throw refuse(hintOf(to ?? '') ?? accepted(field), from.length + 1, taken);
  }
  if (slash) {
    if (!star && to === undefined) throw refuse(`a step needs a range: ${from}-${field.high}/${step}`, from.length);
    if (!/^\d+$/.test(step) || Number(step) === 0) throw refuse('a step is a number from 1 on', restAt - step.length);
    // get_range in entry.c of 1.5.5 to 1.5.7; earlier and later cronie and Debian's cron take the first value of the range.
    if (dialect === 'cronie' && Number(step) > field.high) {
      throw refuse(`a step is at most ${field.high}; write ${low}`, restAt - step.length, true);
    }
  }
  if (rest !== '') {
    throw refuse(
      strange(),
      restAt,
      skipsTheRest(dialect, star && !slash) || (rest.startsWith('~') && to === undefined),
    );
  }
  // Debian's cron and cronie from 1.6.0 on take it, and never run the line.
  if (low > high) throw refuse(`begins after its end; write ${backwards(from, low, to ?? '', field)}`, 0, true);
  return valuesOf(low, high, slash ? Number(step) : 1);
}

function partsOf(text: string) {
  const [, star, from = '', to, slash, step = '', rest = ''] =
    /^(?:(\*)|([a-z0-9]*)(?:-([a-z0-9]*))?)(?:(\/)([a-z0-9]*))?(.*)$/is.exec(text) ?? [];
  return { star: star !== undefined, from, to, slash: slash !== undefined, step, rest };
}

/** Debian's cron ends a field at a sign that it does not know, and skips the rest of the word; cronie does so after `*` alone. */
function skipsTheRest(dialect: Dialect, star: boolean): boolean {
  return dialect === 'debian' || star;
}

function numberOf(text: string, { low, high, names = [] }: Field): number | undefined {
  const name = names.indexOf(text.toLowerCase());
  if (name >= 0) return low + name;
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= low && value <= high ? value : undefined;
}

function valuesOf(low: number, high: number, step: number): number[] {
  const values: number[] = [];
  for (let value = low; value <= high; value += step) values.push(value);
  return values;
}

function hintOf(text: string): string | undefined {
  return OF_OTHERS.find(([sign]) => sign.test(text))?.[1];
}

function accepted({ low, high, names }: Field): string {
  const named = names ? ` or ${names[0]}-${names.at(-1)}` : '';
  return `accepted are ${low}-${high}${named}, lists (1,2), ranges (1-5), \`*\`, and steps of ranges (*/2, 1-5/2)`;
}

/** What somebody means who writes 22-4 or fri-sun. */
function backwards(from: string, low: number, to: string, { name, high, low: first }: Field): string {
  if (name === 'day of week' && /^(0|sun)$/i.test(to)) return `${low}-7`;
  return `${from}-${high},${first}-${to}`;
}
