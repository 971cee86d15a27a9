import fc from 'fast-check';
import type { Dialect } from '../../cron/dialect';
import { Schedule } from '../../cron/schedule';
import { CronSyntaxError } from '../../cron/syntax-error';

/*
 * The right values of these tables were not worked out: cronie 1.5.7 and Debian's cron 3.0pl1-162 were compiled with the clock,
 * `sleep` and the start of commands replaced, and said when they start each line.
 */

interface When {
  readonly zone?: string;
  readonly cronTz?: string;
  readonly dialect?: Dialect;
}

/** From one moment on and before another: when each run starts, and where that differs, which minute of the wall clock it is of. */
function runs(
  line: string,
  from: string,
  to: string,
  { zone = 'UTC', cronTz, dialect = 'cronie' }: When = {},
): string[] {
  const schedule = Schedule.parse(line, { dialect, timeZone: zone, ...(cronTz && { cronTimeZone: cronTz }) });
  return schedule
    .slotsBetween(new Date(from), new Date(to))
    .map(({ at, wallClock }) => `${at.toISOString().slice(0, 16)}Z of ${wallClock.slice(5)}`);
}

function refusal(line: string, dialect: Dialect = 'cronie'): CronSyntaxError {
  try {
    Schedule.parse(line, { dialect });
  } catch (error) {
    if (error instanceof CronSyntaxError) return error;
    throw error;
  }
  throw new Error(`${line} is taken`);
}

const BOTH: readonly Dialect[] = ['cronie', 'debian'];

describe.each(BOTH)('where clocks are put forward, %s', (dialect) => {
  test.each([
    ['30 2 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-30T00:00Z', ['2026-03-29T01:00Z of 03-29T02:30']],
    [
      '0,30 2 * * *',
      'Europe/Berlin',
      '2026-03-29T00:00Z',
      '2026-03-30T00:00Z',
      ['2026-03-29T01:00Z of 03-29T02:00', '2026-03-29T01:00Z of 03-29T02:30'],
    ],
    ['30 2 8 3 *', 'America/New_York', '2026-03-08T00:00Z', '2026-03-09T00:00Z', ['2026-03-08T07:00Z of 03-08T02:30']],
    [
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-03T14:00Z',
      '2026-10-04T12:00Z',
      ['2026-10-03T15:30Z of 10-04T02:15'],
    ],
    ['30 1 * * *', 'Antarctica/Troll', '2026-03-29T00:00Z', '2026-03-29T12:00Z', ['2026-03-29T01:00Z of 03-29T01:30']],
    ['@daily', 'America/Santiago', '2026-09-06T00:00Z', '2026-09-07T00:00Z', ['2026-09-06T04:00Z of 09-06T00:00']],
  ])('makes up for %s in %s at the change', (line, zone, from, to, expected) => {
    expect(runs(line, from, to, { zone, dialect })).toEqual(expected);
  });

  test.each([
    ['30 * * * *', ['2026-03-29T00:30Z of 03-29T01:30', '2026-03-29T01:30Z of 03-29T03:30']],
    ['*/20 2 * * *', ['2026-03-30T00:00Z of 03-30T02:00', '2026-03-30T00:20Z of 03-30T02:20']],
    [
      '@hourly',
      ['2026-03-29T00:00Z of 03-29T01:00', '2026-03-29T01:00Z of 03-29T03:00', '2026-03-29T02:00Z of 03-29T04:00'],
    ],
  ])('goes by the clock with %s', (line, expected) => {
    const to = line === '*/20 2 * * *' ? '2026-03-30T00:30Z' : '2026-03-29T02:30Z';
    expect(runs(line, '2026-03-29T00:00Z', to, { zone: 'Europe/Berlin', dialect })).toEqual(
      expected.filter((run) => run < to),
    );
  });
});

describe.each(BOTH)('where clocks are put back, %s', (dialect) => {
  test.each([
    ['30 2 * * *', 'Europe/Berlin', ['2026-10-25T00:30Z of 10-25T02:30']],
    [
      '0,30 2-3 * * *',
      'Europe/Berlin',
      [
        '2026-10-25T00:00Z of 10-25T02:00',
        '2026-10-25T00:30Z of 10-25T02:30',
        '2026-10-25T02:00Z of 10-25T03:00',
        '2026-10-25T02:30Z of 10-25T03:30',
      ],
    ],
  ])('starts %s once', (line, zone, expected) => {
    expect(runs(line, '2026-10-25T00:00Z', '2026-10-25T12:00Z', { zone, dialect })).toEqual(expected);
  });

  test.each([
    [
      '*/30 2 * * *',
      'Europe/Berlin',
      '2026-10-25T00:00Z',
      [
        '2026-10-25T00:00Z of 10-25T02:00',
        '2026-10-25T00:30Z of 10-25T02:30',
        '2026-10-25T01:00Z of 10-25T02:00',
        '2026-10-25T01:30Z of 10-25T02:30',
      ],
    ],
    [
      '45 * * * *',
      'Australia/Lord_Howe',
      '2026-04-04T14:00Z',
      ['2026-04-04T14:45Z of 04-05T01:45', '2026-04-04T15:15Z of 04-05T01:45'],
    ],
  ])('starts %s in %s for every time that the clock shows it', (line, zone, from, expected) => {
    const to = new Date(Date.parse(from) + 2 * 3_600_000).toISOString();
    expect(runs(line, from, to, { zone, dialect })).toEqual(expected);
  });
});

test.each<[string, When, readonly string[]]>([
  // In the hour that the zone of CRON_TZ leaves out nothing runs, and in the hour that comes twice everything does so.
  ['30 2 * * *', { cronTz: 'Europe/Berlin' }, ['2026-10-25T00:30Z of 10-25T02:30', '2026-10-25T01:30Z of 10-25T02:30']],
  // 10:30 in Tokyo is in the hour that Berlin has twice.
  ['30 10 * * *', { zone: 'Europe/Berlin', cronTz: 'Asia/Tokyo' }, []],
  [
    '*/30 10 * * *',
    { zone: 'Europe/Berlin', cronTz: 'Asia/Tokyo' },
    ['2026-10-25T01:00Z of 10-25T10:00', '2026-10-25T01:30Z of 10-25T10:30'],
  ],
  [
    '30 10 * * *',
    { zone: 'Europe/Berlin', cronTz: 'Asia/Tokyo', dialect: 'debian' },
    ['2026-10-25T09:30Z of 10-25T10:30'],
  ],
])('below CRON_TZ, %s with %j runs when cron does', (line, when, expected) => {
  expect(runs(line, '2026-10-25T00:00Z', '2026-10-26T00:00Z', when)).toEqual(expected);
});

test('below CRON_TZ, what is due in the hour that is left out does not run', () => {
  expect(runs('30 2 * * *', '2026-03-29T00:00Z', '2026-03-30T00:00Z', { cronTz: 'Europe/Berlin' })).toEqual([]);
});

describe.each(BOTH)('the days of %s', (dialect) => {
  test.each([
    ['0 0 */2 * 1', 'must both match where one begins with *', ['09', '23']],
    ['0 0 1,15 * 1', 'are enough by themselves elsewhere', ['01', '02', '09', '15', '16', '23', '30']],
    ['0 0 1-7 * */7', 'must both match: the first Sunday', ['01']],
    ['0 0 * * 7', 'have Sunday as 7', ['01', '08', '15', '22', '29']],
    ['0 0 * * Sun', 'have names', ['01', '08', '15', '22', '29']],
    [
      '0 0 * NOV fri-7',
      'have names in ranges',
      ['01', '06', '07', '08', '13', '14', '15', '20', '21', '22', '27', '28', '29'],
    ],
    ['@weekly', 'begin on Sunday', ['01', '08', '15', '22', '29']],
    ['@monthly', 'begin on the first', ['01']],
    ['0 0 * jan,DEC *', 'are none in another month', []],
  ])('%s: %s', (line, _, days) => {
    expect(runs(line, '2026-11-01T00:00Z', '2026-12-01T00:00Z', { dialect })).toEqual(
      days.map((day) => `2026-11-${day}T00:00Z of 11-${day}T00:00`),
    );
  });

  test('steps count from the beginning of the range', () => {
    expect(runs('5-50/20 8-10/2 * * *', '2026-11-01T00:00Z', '2026-11-02T00:00Z', { dialect })).toEqual(
      ['08:05', '08:25', '08:45', '10:05', '10:25', '10:45'].map((time) => `2026-11-01T${time}Z of 11-01T${time}`),
    );
  });
});

test('a step that is longer than the field is what Debian takes and cronie does not', () => {
  const day = ['2026-11-01T00:00Z', '2026-11-02T00:00Z'] as const;
  expect(runs('*/100 12 * * *', ...day, { dialect: 'debian' })).toEqual(['2026-11-01T12:00Z of 11-01T12:00']);
  expect(refusal('*/100 12 * * *')).toMatchObject({
    message: 'minute `*/100`: a step is at most 59; write 0',
    column: 3,
  });
});

test('what others read and cron does not is refused, and where', () => {
  expect(
    [
      '0 0 L * *',
      '0 0 15W * *',
      '0 0 ? * *',
      '0 0 * * 5L',
      'H 0 * * *',
      '~ 0 * * *',
      '0 0 12 * * ?',
      '5/15 * * * *',
    ].map((line) => {
      const { column, message } = refusal(line);
      return `${column} ${message}`;
    }),
  ).toMatchInlineSnapshot(`
[
  "5 day of month \`L\`: \`L\`, the last day, is Quartz; run the command on days 28-31 and let it look whether tomorrow is the 1st",
  "5 day of month \`15W\`: \`W\`, the nearest weekday, is Quartz; run the command every day and let it look at the date",
  "5 day of month \`?\`: \`?\` is Quartz; write \`*\`",
  "9 day of week \`5L\`: \`L\`, the last day, is Quartz; run the command on days 28-31 and let it look whether tomorrow is the 1st",
  "1 minute \`H\`: \`H\` is Jenkins; write a number",
  "1 minute \`~\`: \`~\` draws a number whenever cron starts, and only cronie from 1.6.0 on reads it; write a number",
  "12 nothing may follow 0 0 12 * *, but there is ?; cron has no field of seconds or years",
  "2 minute \`5/15\`: a step needs a range: 5-59/15",
]
`);
});

test.each<[string, Dialect, boolean]>([
  ['0 0 * * 5#2', 'debian', true],
  ['0 0 * * 5#2', 'cronie', false],
  ['*? 0 * * *', 'debian', true],
  ['*? 0 * * *', 'cronie', true],
  ['0 22-4 * * *', 'debian', true],
  ['0 22-4 * * *', 'cronie', true],
  ['*/60 0 * * *', 'cronie', true],
  ['0-60/7 0 * * *', 'cronie', true],
  ['0-60 0 * * *', 'cronie', false],
  ['0~30 0 * * *', 'cronie', true],
  ['~ 0 * * *', 'cronie', true],
  ['0-30~ 0 * * *', 'cronie', false],
  ['61# 0 * * *', 'debian', false],
])('it is told whether cron takes what is refused: %s, %s: %s', (line, dialect, taken) => {
  expect(refusal(line, dialect).cronTakesIt).toBe(taken);
});

test.each([
  ['* * * *', 8, '4 of 5 fields are there'],
  ['', 1, '0 of 5 fields are there'],
  ['* * * * * *', 11, 'nothing may follow * * * * *, but there is *; cron has no field of seconds or years'],
  ['60 * * * *', 1, 'minute `60`: accepted are 0-59'],
  ['* 1,24 * * *', 5, 'hour `24`: accepted are 0-23'],
  ['* * 0 * *', 5, 'day of month `0`: accepted are 1-31'],
  ['* * * mon *', 7, 'month `mon`: accepted are 1-12 or jan-dec'],
  ['* * * * 8', 9, 'day of week `8`: accepted are 0-7 or sun-sat'],
  ['*/0 * * * *', 3, 'minute `*/0`: a step is a number from 1 on'],
  ['1,,2 * * * *', 3, 'minute ``: accepted are'],
  ['-5 * * * *', 1, 'minute `-5`: numbers have no sign'],
  ['@every_minute', 1, '@every_minute: accepted are @hourly,'],
  ['@Daily', 1, '@Daily: accepted are @hourly,'],
  ['@daily 5', 8, 'nothing may follow @daily'],
])('%s is refused at column %i: %s', (line, column, message) => {
  expect(refusal(line)).toMatchObject({ column, message: expect.stringContaining(message), cronTakesIt: false });
});

test.each([
  ['* * * * fri-sun', 9, 'day of week `fri-sun`: begins after its end; write 5-7'],
  ['* 22-4 * * *', 3, 'hour `22-4`: begins after its end; write 22-23,0-4'],
])('%s is refused at column %i: %s', (line, column, message) => {
  expect(refusal(line)).toMatchObject({ column, message });
});

test('who asks in the middle of an hour that comes twice is told what is still to come', () => {
  const [from, to] = ['2026-10-25T01:00Z', '2026-10-25T12:00Z'];
  expect(runs('30 2 * * *', from, to, { zone: 'Europe/Berlin' })).toEqual([]);
  expect(runs('30 2-3 * * *', from, to, { zone: 'Europe/Berlin' })).toEqual(['2026-10-25T02:30Z of 10-25T03:30']);
});

test.each([
  ['europe/berlin', 'time zone europe/berlin: cron takes it for UTC; write Europe/Berlin'],
  ['Mars/Olympus', 'time zone Mars/Olympus: there is none of that name'],
  ['+09:00', 'time zone +09:00: there is none of that name'],
])('the time zone %s is refused', (timeZone, message) => {
  expect(() => Schedule.parse('@daily', { dialect: 'cronie', timeZone })).toThrow(message);
});

test('@reboot has no slots', () => {
  const schedule = Schedule.parse('@reboot', { dialect: 'cronie' });
  expect(schedule.atBoot).toBe(true);
  expect(schedule.nextSlots(new Date('2026-11-01T00:00Z'), 1)).toEqual([]);
});

test('a rare day is found, and of one that never comes there is no slot', () => {
  const next = (line: string, from: string) =>
    Schedule.parse(line, { dialect: 'cronie' })
      .nextSlots(new Date(from), 2)
      .map(({ wallClock }) => wallClock);
  expect(next('0 0 29 2 *', '2096-03-01T00:00Z')).toEqual(['2104-02-29T00:00', '2108-02-29T00:00']);
  expect(next('0 0 29 2 */7', '2026-11-01T00:00Z')).toEqual(['2032-02-29T00:00', '2060-02-29T00:00']);
  expect(next('0 0 31 2 *', '2026-11-01T00:00Z')).toEqual([]);
});

const field = (low: number, high: number) => {
  const value = fc.integer({ min: low, max: high });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: high });
  const one = fc.oneof(
    fc.constant('*'),
    value.map(String),
    range,
    fc.tuple(fc.oneof(range, fc.constant('*')), step).map(([of, by]) => `${of}/${by}`),
  );
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((all) => all.join(','));
};
const line = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7))
  .map((fields) => fields.join(' '));
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Tokyo');
const moment = fc.date({ min: new Date('2026-01-01T00:00Z'), max: new Date('2027-01-01T00:00Z'), noInvalidDate: true });
const RUNS = { numRuns: 50 };

describe('of any line and zone', () => {
  test('the slots of a time are those of its parts', () => {
    fc.assert(
      fc.property(line, zone, moment, fc.nat(2000), fc.nat(2000), (text, timeZone, from, first, second) => {
        const schedule = Schedule.parse(text, { dialect: 'cronie', timeZone });
        const middle = new Date(from.getTime() + first * 60_000);
        const to = new Date(middle.getTime() + second * 60_000);
        expect(schedule.slotsBetween(from, to)).toEqual([
          ...schedule.slotsBetween(from, middle),
          ...schedule.slotsBetween(middle, to),
        ]);
      }),
      RUNS,
    );
  });

  test('the next slots are the first of those between, and their minutes match', () => {
    fc.assert(
      fc.property(line, zone, moment, (text, timeZone, from) => {
        const schedule = Schedule.parse(text, { dialect: 'cronie', timeZone });
        const next = schedule.nextSlots(from, 3);
        const last = next.at(-1);
        if (last) {
          const until = new Date(last.at.getTime() + 60_000);
          expect(schedule.slotsBetween(from, until).slice(0, next.length)).toEqual(next);
        }
        expect(next.every(({ at }) => schedule.matches(at))).toBe(true);
      }),
      RUNS,
    );
  });

  test('no two slots are the same, and none goes back in time', () => {
    fc.assert(
      fc.property(line, zone, moment, (text, timeZone, from) => {
        const slots = Schedule.parse(text, { dialect: 'debian', timeZone }).nextSlots(from, 200);
        const told = slots.map(({ at, wallClock }) => `${at.toISOString()} ${wallClock}`);
        expect(told).toEqual([...new Set(told)].sort());
      }),
      RUNS,
    );
  });

  test('both dialects agree on what both take', () => {
    fc.assert(
      fc.property(line, zone, moment, (text, timeZone, from) => {
        const [one, other] = BOTH.map((dialect) => Schedule.parse(text, { dialect, timeZone }).nextSlots(from, 50));
        expect(one).toEqual(other);
      }),
      RUNS,
    );
  });

  test('anything else is refused with a column that is in it, or right behind it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789*/-,~#?LWH @\t jan'), maxLength: 25 }), (text) => {
        try {
          Schedule.parse(text, { dialect: 'debian' });
        } catch (error) {
          expect(error).toBeInstanceOf(CronSyntaxError);
          expect((error as CronSyntaxError).column).toBeGreaterThan(0);
          expect((error as CronSyntaxError).column).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
