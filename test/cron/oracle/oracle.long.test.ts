import fc from 'fast-check';
import type { Dialect } from '../../../cron/dialect';
import { Schedule } from '../../../cron/schedule';
import { CronSyntaxError } from '../../../cron/syntax-error';
import { type AskedLine, CronOracle, canCompile, startsOf } from './oracle';

/*
 * cronie's and Debian's cron's own parser, main loop and matching, compiled behind a clock that is stepped through a year in which
 * clocks are put forward and back.
 */

jest.setTimeout(3_600_000);

/** All of them: EVERY=1 npx jest oracle */
const LINES = process.env.EVERY === undefined ? 400 : 10_000;
const FROM = new Date('2026-01-01T00:00:00Z');
const TO = new Date('2027-01-01T00:00:00Z');
/** Forward and back by an hour in spring and autumn, the other way round by half an hour, with a summer that is the standard, and never. */
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Europe/Dublin', 'UTC'];
const CRON_ZONES = ['Asia/Tokyo', 'Europe/London', 'America/St_Johns'];

/** Mostly what people write, now and then what is none. */
function field(low: number, high: number, names: readonly string[]): fc.Arbitrary<string> {
  const number = fc.integer({ min: low, max: high });
  const value = names.length === 0 ? number.map(String) : fc.oneof(number.map(String), fc.constantFrom(...names));
  const range = fc.tuple(number, number).map(([one, other]) => `${Math.min(one, other)}-${Math.max(one, other)}`);
  const step = fc.integer({ min: 1, max: high });
  const one = fc.oneof(
    { weight: 6, arbitrary: value },
    { weight: 3, arbitrary: range },
    { weight: 3, arbitrary: fc.tuple(fc.oneof(range, fc.constant('*')), step).map(([of, by]) => `${of}/${by}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('*', 'L', '?', 'H', '3#1', '15W', '~', '60', '-1', '1-', '/5', '*/0', '7-5'),
    },
  );
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant('*') },
    { weight: 5, arbitrary: fc.array(one, { minLength: 1, maxLength: 3 }).map((all) => all.join(',')) },
  );
}

const MONTHS = ['jan', 'Feb', 'MAR', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'Mon', 'TUE', 'wed', 'thu', 'fri', 'sat'];
/** A minute that is `*` makes half a million starts a year. What begins with `-` is cronie's for a line that is not logged. */
const minute = fc
  .oneof(
    { weight: 19, arbitrary: fc.integer({ min: 0, max: 59 }).map(String) },
    { weight: 4, arbitrary: field(0, 59, []) },
  )
  .filter((text) => !text.startsWith('-'));
const line = fc.oneof(
  {
    weight: 30,
    arbitrary: fc
      .tuple(minute, field(0, 23, []), field(1, 31, []), field(1, 12, MONTHS), field(0, 7, DAYS))
      .map((fields) => fields.join(' ')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@often'),
  },
);

function linesFor(dialect: Dialect, zone: string, seed: number): AskedLine[] {
  const fields = fc.sample(line, { seed, numRuns: LINES / ZONES.length });
  // Neighbours have the same zone: the oracle reads its file once a minute.
  const isBelow = (at: number) => dialect === 'cronie' && at >= fields.length * 0.75;
  const ofCron = CRON_ZONES[ZONES.indexOf(zone) % CRON_ZONES.length] ?? 'UTC';
  return fields.map((each, at) => ({ fields: each, ...(isBelow(at) && { cronTimeZone: ofCron }) }));
}

/** The schedule, or why there is none. */
function read({ fields, cronTimeZone }: AskedLine, dialect: Dialect, timeZone: string): Schedule | CronSyntaxError {
  try {
    return Schedule.parse(fields, { dialect, timeZone, ...(cronTimeZone !== undefined && { cronTimeZone }) });
  } catch (error) {
    if (error instanceof CronSyntaxError) return error;
    throw error;
  }
}

const rows = (['cronie', 'debian'] as const).flatMap((dialect) => ZONES.map((zone) => [dialect, zone] as const));
const oracles = new Map<Dialect, CronOracle>();
afterAll(() => {
  for (const oracle of oracles.values()) oracle.remove();
});

(canCompile ? test : test.skip).each(rows)(
  '%s in %s starts each random line of a year when it is said to, or the line is refused',
  async (dialect, zone) => {
    const oracle = oracles.get(dialect) ?? (await CronOracle.compiled(dialect));
    oracles.set(dialect, oracle);
    const lines = linesFor(dialect, zone, ZONES.indexOf(zone) + 1);
    const starts = await oracle.starts(lines, zone, FROM, TO);
    const wrong: object[] = [];
    let compared = 0;
    for (const [at, asked] of lines.entries()) {
      const found = read(asked, dialect, zone);
      const of = starts.get(at);
      if (found instanceof CronSyntaxError) {
        if (of !== undefined && !found.cronTakesIt) wrong.push({ ...asked, cron: 'takes it', refused: found.message });
        continue;
      }
      compared += 1;
      const said = startsOf(found.slotsBetween(FROM, TO).map((slot) => slot.at));
      if (of?.count !== said.count || of.digest !== said.digest) wrong.push({ ...asked, cron: of, said });
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(lines.length / 2);
  },
);
