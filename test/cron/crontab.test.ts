import fc from 'fast-check';
import { type CrontabProps, describeProblem, readCrontab } from '../../cron/crontab';
import type { Dialect } from '../../cron/dialect';

/*
 * What cron makes of these lines was asked of cronie 1.5.7 and of Debian's cron 3.0pl1-162: load_user of each, compiled for
 * that, read 20,000 files put together of lines like these at random, and had the same users, times, commands and environments.
 */

const read = (text: string, props: Partial<CrontabProps> = {}) =>
  readCrontab(text, { file: 'tab', dialect: 'cronie', userColumn: false, ...props });

/** The entries of a file in which all lines are read. */
function entriesOf(text: string, props: Partial<CrontabProps> = {}) {
  const { entries, problems } = read(text, props);
  expect(problems).toEqual([]);
  return entries.map(({ schedule, ...entry }) => ({ ...entry, time: schedule.text }));
}

function problemsOf(text: string, props: Partial<CrontabProps> = {}): string[] {
  return read(text, props).problems.map(
    (problem) => `${problem.cronTakesIt ? 'taken ' : ''}${describeProblem(problem)}`,
  );
}

const BOTH: readonly Dialect[] = ['cronie', 'debian'];

test.each(BOTH)('%s: a file of comments, variables and lines', (dialect) => {
  const text = `# m h dom mon dow command
MAILTO=ops@example.com
PATH = /usr/local/bin:/usr/bin

  0 5 * * mon-fri /opt/app/invoice.sh --all   # in the command
\t@daily\t/opt/app/tidy.sh
 MAILTO = "" 
*/10 * * * * /opt/app/poll.sh
`;
  expect(entriesOf(text, { dialect })).toEqual([
    {
      line: 5,
      time: '0 5 * * mon-fri',
      command: '/opt/app/invoice.sh --all   # in the command',
      environment: { MAILTO: 'ops@example.com', PATH: '/usr/local/bin:/usr/bin' },
      logged: true,
    },
    {
      line: 6,
      time: '@daily',
      command: '/opt/app/tidy.sh',
      environment: { MAILTO: 'ops@example.com', PATH: '/usr/local/bin:/usr/bin' },
      logged: true,
    },
    {
      line: 8,
      time: '*/10 * * * *',
      command: '/opt/app/poll.sh',
      environment: { MAILTO: '', PATH: '/usr/local/bin:/usr/bin' },
      logged: true,
    },
  ]);
});

test.each(BOTH)('%s: whom a line runs as stands in the sixth column of system crontabs', (dialect) => {
  const text = '17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly\n@reboot www-data touch /run/x\n';
  expect(entriesOf(text, { dialect, userColumn: true })).toMatchObject([
    { user: 'root', command: 'cd / && run-parts --report /etc/cron.hourly' },
    { user: 'www-data', command: 'touch /run/x', time: '@reboot' },
  ]);
});

/** What both daemons gave to the shell and to standard input, run with lines like these. */
test.each<[string, string, string | undefined, Dialect | 'both']>([
  ['date +\\%F', 'date +%F', undefined, 'both'],
  ['mail root%Hello%there', 'mail root', 'Hello\nthere\n', 'both'],
  ['cat%a\\%b%', 'cat', 'a%b\n', 'both'],
  ['cat%', 'cat', '', 'both'],
  ['cat%\\', 'cat', '\\', 'both'],
  ['cat%a\\\\%b', 'cat', 'a\\%b\n', 'both'],
  ['cat%a\\b', 'cat', 'a\\b\n', 'both'],
  ['echo a\\b', 'echo a\\b', undefined, 'both'],
  ['echo \\\\%x', 'echo \\\\', 'x\n', 'cronie'],
  ['echo \\\\%x', 'echo \\', 'x\n', 'debian'],
  ['echo \\\\\\%x', 'echo \\\\%x', undefined, 'cronie'],
  ['echo \\\\\\%x', 'echo \\%x', undefined, 'debian'],
])('%s is the command %j with %j on standard input', (written, command, stdin, only) => {
  for (const dialect of only === 'both' ? BOTH : [only]) {
    const [entry] = entriesOf(`* * * * * ${written}\n`, { dialect });
    expect({ command: entry?.command, stdin: entry?.stdin }).toEqual({ command, stdin });
  }
});

test.each<[string, string, string]>([
  ['A=b', 'A', 'b'],
  ['A = b c  ', 'A', 'b c'],
  ['A=" b"', 'A', ' b'],
  ['A=b"c"d', 'A', 'b"c"d'],
  ['"A B" = c', 'A B', 'c'],
  ['A=1=2', 'A', '1=2'],
  ['A=a%b', 'A', 'a%b'],
  ['A=$B', 'A', '$B'],
])('%s sets %s to %j', (line, name, value) => {
  for (const dialect of BOTH) {
    expect(entriesOf(`${line}\n* * * * * x\n`, { dialect })).toMatchObject([{ environment: { [name]: value } }]);
  }
});

test('Debian takes blanks at the end of a quoted value off, and then a second pair of quotes', () => {
  const text = `A=" b "\nB='"c" '\n* * * * * x\n`;
  expect(entriesOf(text)).toMatchObject([{ environment: { A: ' b ', B: '"c" ' } }]);
  expect(entriesOf(text, { dialect: 'debian' })).toMatchObject([{ environment: { A: ' b', B: 'c' } }]);
});

test('a value is empty without quotes to cronie alone', () => {
  expect(entriesOf('MAILTO=\n* * * * * x\n')).toMatchObject([{ environment: { MAILTO: '' } }]);
  expect(problemsOf('MAILTO=\n* * * * * x\n', { dialect: 'debian' })).toEqual([
    'tab:1:8: MAILTO: a value must follow =; for none write MAILTO=""',
  ]);
});

test('what is set is in force from there on', () => {
  const text = '* * * * * a\nX=1\n* * * * * b\nX=2\n* * * * * c\n';
  expect(entriesOf(text).map(({ environment }) => environment)).toEqual([{}, { X: '1' }, { X: '2' }]);
});

test('CRON_TZ is the time zone of the lines below it to cronie, and a variable to Debian', () => {
  const text = '0 9 * * * a\nCRON_TZ=Asia/Tokyo\n0 9 * * * b\n';
  const first = (dialect: Dialect) =>
    read(text, { dialect }).entries.map(({ schedule }) =>
      schedule.nextSlots(new Date('2026-11-01T00:00Z'), 1).map(({ at }) => at.toISOString().slice(11, 16)),
    );
  expect(first('cronie')).toEqual([['09:00'], ['00:00']]);
  expect(first('debian')).toEqual([['09:00'], ['09:00']]);
});

test('a line that begins with - is not logged by cronie, and not read by Debian', () => {
  expect(entriesOf('-0 5 * * * x\n-@daily y\n')).toMatchObject([
    { time: '0 5 * * *', logged: false },
    { time: '@daily', logged: false },
  ]);
  expect(problemsOf('-0 5 * * * x\n', { dialect: 'debian' })).toEqual([
    'tab:1:1: minute `-0`: numbers have no sign and no point',
  ]);
  expect(problemsOf('- 0 5 * * x\n')).toEqual(['tab:1:2: the minute must follow `-` without a blank']);
});

test.each(BOTH)('%s: a problem is told with file, line and column, and the other lines are read', (dialect) => {
  const text = '0 5 * * * a\n0 25 * * * b\n  nonsense\n0 6 * * * c\n';
  const { entries, problems } = read(text, { dialect, file: 'deploy/crontab' });
  expect(entries.map(({ command }) => command)).toEqual(['a', 'c']);
  expect(problems.map(describeProblem)).toEqual([
    'deploy/crontab:2:3: hour `25`: accepted are 0-23, lists (1,2), ranges (1-5), `*`, and steps of ranges (*/2, 1-5/2)',
    'deploy/crontab:3:3: minute `nonsense`: accepted are 0-59, lists (1,2), ranges (1-5), `*`, and steps of ranges (*/2, 1-5/2)',
  ]);
});

test.each<[string, string, Partial<CrontabProps>, string]>([
  [
    'no newline at the end',
    '0 5 * * * a',
    {},
    'tab:1:12: the file ends without a newline, and cron leaves out the line; add one',
  ],
  [
    'no newline at the end, Debian',
    '0 5 * * * a',
    { dialect: 'debian' },
    'tab:1:12: the file ends without a newline, and cron leaves out the whole file; add one',
  ],
  ['CR LF', '0 5 * * * a\r\n', {}, 'taken tab:1:12: the line ends with CR LF, and cron leaves the CR to the shell'],
  ['an empty line with CR LF', '\r\n', {}, 'tab:1:1: the line ends with CR LF'],
  ['no command', '0 5 * * *\n', {}, 'tab:1:10: there is no command; write one after the time'],
  ['no command, Debian', '0 5 * * *\n', { dialect: 'debian' }, 'taken tab:1:10: there is no command'],
  ['no user and no command', '@daily\n', { userColumn: true }, 'tab:1:7: accepted are a user and a command'],
  ['a user and no command', '@daily root\n', { userColumn: true, dialect: 'debian' }, 'tab:1:12: there is no command'],
  ['a command for a user', '@daily /bin/x y\n', { userColumn: true }, 'taken tab:1:8: `/bin/x` is no name of a user'],
  ['six fields', '0 0 5 * * * a\n', {}, 'tab:1:11: `*` is a field too many; cron has none of seconds or years'],
  ['six fields of Quartz', '0 0 5 1 * ? a\n', {}, 'taken tab:1:11: `?` looks like a field too many'],
  ['a year', '0 5 1 1 * 2026 a\n', {}, 'taken tab:1:11: `2026` looks like a field too many'],
  [
    'an option',
    '0 5 * * * -n a\n',
    {},
    'taken tab:1:11: a command that begins with `-`, as -n does, is an option to cronie',
  ],
  ['an open quote', 'A="b\n', {}, "tab:1:3: A: nothing may follow the value's closing quote, and there must be one"],
  ['more than a quoted value', 'A="b" c\n', {}, "tab:1:3: A: nothing may follow the value's closing quote"],
  ['no name', '=b\n', {}, 'taken tab:1:1: a name must stand before ='],
  [
    'a drawn delay',
    'RANDOM_DELAY=30\n0 5 * * * a\n',
    {},
    'taken tab:2:1: below RANDOM_DELAY=30 runs start up to so many minutes late',
  ],
  ['no zone', 'CRON_TZ=\n0 5 * * * a\n', {}, 'taken tab:2:1: below an empty CRON_TZ nothing is made up for'],
  [
    'an unknown zone',
    'CRON_TZ=Mars/X\n0 5 * * * a\n',
    {},
    'taken tab:2:1: time zone Mars/X: there is none of that name',
  ],
  [
    'a long command, Debian',
    `0 5 * * * ${'a'.repeat(999)}\n`,
    { dialect: 'debian' },
    'tab:1:11: a command has at most 998 bytes; move it to a script',
  ],
])('%s is a problem', (_, text, props, problem) => {
  expect(problemsOf(text, props)).toEqual([expect.stringContaining(problem)]);
});

test('a comment at the end needs no newline', () => {
  expect(entriesOf('0 5 * * * a\n  # done')).toHaveLength(1);
});

test('every line of any file is an entry, a problem, a variable, a comment or blank', () => {
  const piece = fc.constantFrom(
    '*',
    '0',
    '5',
    ' ',
    '\t',
    '@daily',
    '#',
    '=',
    '"',
    '%',
    '\\',
    '-',
    'A',
    'root',
    '/bin/x',
    '\r',
    'é',
  );
  const line = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
  const file = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(file, fc.constantFrom(...BOTH), fc.boolean(), (text, dialect, userColumn) => {
      const { entries, problems } = read(text, { dialect, userColumn });
      const told = [...entries, ...problems].map((each) => each.line);
      expect(told).toHaveLength(new Set(told).size);
      const others = text.split('\n').filter((_, at) => !told.includes(at + 1));
      expect(others.filter((other) => !/^[ \t]*(#|$)|=/.test(other))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
