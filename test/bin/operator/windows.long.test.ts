import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from '../../rehearsal/assembly/written-assembly';
import { allowing, anyone } from '../../rehearsal/aws/test-environment';
import { buildProgram, deployed, type InAccount, inAccount, type Ran, run } from './deployed-migration';
import { BLUE } from './planted-clients';
import { LOG_GROUP, type Load, plantedLoad } from './planted-load';

afterAll(removeTemporaryFolders);

const there = deployed();
let program: string;
beforeAll(async () => {
  program = await buildProgram();
});

interface Where extends InAccount, Partial<Load> {
  readonly environment?: Readonly<Record<string, string>>;
}

interface Report {
  readonly noHourIsQuiet: boolean;
  readonly windows: readonly {
    readonly from: string;
    readonly hours: number;
    readonly percentOfBusy: number;
    readonly connections: number;
    readonly wouldRun: readonly string[];
  }[];
  readonly percentByHour: readonly (number | null)[];
  readonly notLookedAt: readonly { readonly what: string; readonly why: string }[];
}

/** By day much, by night some, and from Sunday 3:00 to 5:00 next to nothing. */
const withQuietSunday = (at: Date) => {
  const hour = at.getUTCHours();
  if (at.getUTCDay() === 0 && (hour === 3 || hour === 4)) return 0.02;
  return hour < 6 ? 0.3 : 1;
};

function windows(args: readonly string[], { environment: more = {}, ...where }: Where = {}): Promise<Ran> {
  const services = plantedLoad({ shareAt: withQuietSunday, address: BLUE, ...where });
  const parameters = { configuration: JSON.stringify({ blue: { host: BLUE } }), ...where.parameters };
  const work = (environment: Readonly<Record<string, string>>) =>
    run(program, ['windows', ...args], set({ ...environment, ...more }));
  return inAccount(there, work, { by: anyone, services, ...where, parameters });
}

const set = (environment: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));

async function report(where: Where = {}, args: readonly string[] = []): Promise<Ran & Report> {
  const ran = await windows(['sessions', '--json', ...args], where);
  return { ...ran, ...(JSON.parse(ran.out) as Report) };
}

test('finds the quiet window that was planted, and what would run in it', async () => {
  const found = await report({ rules: 120 }, ['--log-group', LOG_GROUP]);
  expect(found).toMatchObject({ code: 0, problem: '', noHourIsQuiet: false, notLookedAt: [] });
  expect(found.windows).toEqual([
    {
      from: 'Sun 03:00',
      hours: 2,
      percentOfBusy: 2,
      connections: 41.2,
      cpuPercent: 2.6,
      others: { LoginErrors: 0.1, [LOG_GROUP]: 0 },
      wouldRun: [
        'rule nightly-report, cron(30 3 ? * SUN *)',
        'schedule default/tokyo-import, cron(15 13 ? * SUN *) Asia/Tokyo',
      ],
    },
  ]);
  expect(found.percentByHour).toHaveLength(168);
  expect(found.percentByHour[6 * 24 + 3]).toBe(2);
  expect(found.percentByHour[12]).toBe(100);
});

test('tells the hours of a time zone', async () => {
  const found = await report({}, ['--time-zone', 'Asia/Tokyo']);
  expect(found.windows.map(({ from, hours }) => [from, hours])).toEqual([['Sun 12:00', 2]]);
});

test('one busy week makes an hour no quiet one', async () => {
  const busyOnce = Date.now() - 10 * 86_400_000;
  const shareAt = (at: Date) =>
    at.getTime() < busyOnce && at.getTime() > busyOnce - 7 * 86_400_000 ? 1 : withQuietSunday(at);
  const found = await report({ shareAt });
  expect([found.noHourIsQuiet, found.code]).toEqual([true, 3]);
});

test('where no hour is quiet it says so, names the least busy one, and what would be hit', async () => {
  const shareAt = (at: Date) => (at.getUTCDay() === 2 && at.getUTCHours() === 4 ? 0.4 : 1);
  const { code, out } = await windows(['sessions'], { shareAt });
  expect(code).toBe(3);
  expect(out).toMatch(/\nNo hour is quiet\.\n/);
  expect(out).toMatch(
    /The least busy hour\n +Tue 04:00, 1 hour: 40 % of a busy hour, 64 connections, CPU 14 %, LoginErrors 2\n/,
  );
});

test('the map fits 80 columns, and is of figures where it is piped', async () => {
  const { out } = await windows(['sessions']);
  const map = out.split('\n').filter((line) => /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) /.test(line));
  expect(map).toHaveLength(7);
  expect(Math.max(...map.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(map[6]).toMatch(/^Sun +3 +3 +3 +0 +0 +3 +9 /);
  expect(out).toMatch(/at an hour that is not known\n +rule once-a-day, rate\(1 day\)\n/);
});

test('writes a page that needs nothing else', async () => {
  const file = join(temporaryFolder(), 'windows.html');
  await windows(['sessions', '--html', file]);
  const page = readFileSync(file, 'utf8');
  expect(page).toMatch(/<td class="quiet" style="--share: 0\.02">2<\/td>/);
  expect(page).toContain('rule nightly-report, cron(30 3 ? * SUN *)');
  expect(page).not.toMatch(/<script|<link|src=|url\(|https?:/);
});

test('hours that CloudWatch has nothing of are not quiet, and told', async () => {
  const found = await report({ shareAt: (at) => (at.getUTCHours() === 3 ? undefined : withQuietSunday(at)) });
  expect(found.windows.map(({ from, hours }) => [from, hours])).toEqual([['Sun 04:00', 1]]);
  expect(found.notLookedAt.map(({ why }) => why)).toEqual([
    '7 of 168 hours of the week have no figures of three weeks or more.',
  ]);
  expect(found.code).toBe(2);
});

const without = (...denied: readonly string[]) =>
  allowing({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: denied, Resource: '*' });

test('what may not be read is a row each, and the rest is told', async () => {
  const denied = {
    'cloudwatch:DescribeAlarms': 'Alarms',
    'events:ListRules': 'Rules on a schedule',
    'scheduler:GetSchedule': 'Schedule default/tokyo-import',
    'logs:StartQuery': `Lines of ${LOG_GROUP}`,
  };
  const found = await report({ by: without(...Object.keys(denied)) }, ['--log-group', LOG_GROUP]);
  for (const [action, what] of Object.entries(denied)) {
    const row = found.notLookedAt.find((each) => each.what === what);
    expect(row?.why).toMatch(new RegExp(`not authorized to perform: ${action}`));
  }
  expect(found.windows.map(({ from }) => from)).toEqual(['Sun 03:00']);
});

test.each([
  ['cloudwatch:GetMetricData', 'Metrics'],
  ['elasticache:DescribeCacheClusters', 'Nodes of blue'],
])('without %s nothing tells how busy an hour is', async (action, what) => {
  const { code, out } = await windows(['sessions'], { by: without(action) });
  expect(code).toBe(2);
  expect(out).toMatch(/nothing tells how busy an hour is/);
  expect(out).toContain(what);
});

test.each<[string, Where, readonly string[], RegExp]>([
  [
    'has no credentials',
    { environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } },
    ['sessions'],
    /No credentials were found: .*aws sso login/,
  ],
  [
    'has an expired token',
    { environment: { AWS_ACCESS_KEY_ID: 'ASIAEXPIRED' } },
    ['sessions'],
    /AWS rejects the credentials.*Sign in again/,
  ],
  ['names no Region', { environment: { AWS_REGION: '' } }, ['sessions'], /No Region is stated\. Give --region/],
  ['names a migration that is not there', {}, ['orders'], /got 'orders', .*there are: sessions\./],
  [
    'names no time zone',
    {},
    ['sessions', '--time-zone', 'Mars'],
    /--time-zone: got 'Mars'; accepted are names such as UTC/,
  ],
])('who %s is told so in a sentence', async (_what, where, args, said) => {
  const environment = { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true', ...where.environment };
  const { code, out, problem } = await windows(args, { ...where, environment });
  expect([code, out]).toEqual([1, '']);
  expect(problem).toMatch(said);
});
