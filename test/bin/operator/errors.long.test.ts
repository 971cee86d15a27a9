import type { Command } from 'commander';
import { cutoverProgram } from '../../../bin/program';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { allowing, anyone } from '../../rehearsal/aws/test-environment';
import { buildProgram, deployed, type InAccount, inAccount, run } from './deployed-migration';
import { account, type Night, night } from './night';
import { CURRENT, plugin } from './scripted-plugin';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const there = deployed({}, undefined, (migration, role) => migration.grantSchedule(role));
const PLUGIN = plugin(CURRENT).path;
let program: string;
let well: Night;
beforeAll(async () => {
  program = await buildProgram();
  well = await night();
});

interface Row {
  /** As it is called for the migration `sessions`. */
  readonly args: readonly string[];
  /** What it looks for. */
  readonly asksFor: 'a migration' | 'the account' | 'a host' | 'an assembly';
  /** What it says while another execution runs, or why that is nothing to it. */
  readonly second: RegExp | string;
}

const LOOKS = 'it looks, and says which execution has the migration';
const ANSWERS = 'it answers the execution whose token stands in the parameter, and no other can wait beside it';

/** Every command: one that is not here fails the first test. */
const COMMANDS: Readonly<Record<string, Row>> = {
  list: { args: ['list'], asksFor: 'the account', second: LOOKS },
  status: { args: ['status', 'sessions'], asksFor: 'a migration', second: LOOKS },
  manifest: { args: ['manifest', 'sessions'], asksFor: 'a migration', second: LOOKS },
  plan: { args: ['plan', 'sessions'], asksFor: 'a migration', second: LOOKS },
  start: {
    args: ['start', 'sessions', 'cutover', '--yes'],
    asksFor: 'a migration',
    second: /sessions has an execution that runs: .*: cutover watch sessions; .*: cutover abort sessions\. Nothing was/,
  },
  watch: { args: ['watch', 'sessions'], asksFor: 'a migration', second: 'it follows the one that has the migration' },
  approve: { args: ['approve', 'sessions', '--yes'], asksFor: 'a migration', second: ANSWERS },
  reject: { args: ['reject', 'sessions', '--reason', 'x', '--yes'], asksFor: 'a migration', second: ANSWERS },
  confirm: { args: ['confirm', 'sessions', 'a look'], asksFor: 'a migration', second: ANSWERS },
  abort: {
    args: ['abort', 'sessions', '--reason', 'x', '--yes'],
    asksFor: 'a migration',
    second: 'it stops the one that has the migration: the other ends as Busy by itself',
  },
  clients: { args: ['clients', 'sessions'], asksFor: 'a migration', second: LOOKS },
  windows: { args: ['windows', 'sessions'], asksFor: 'a migration', second: LOOKS },
  schedule: {
    args: ['schedule', 'sessions'],
    asksFor: 'a migration',
    second:
      'two schedules are refused: schedule.long.test.ts; beside an execution that runs then, its preflight is Busy',
  },
  connect: { args: ['connect', 'sessions', '--check'], asksFor: 'a migration', second: LOOKS },
  runbook: { args: ['runbook', 'sessions', '--deployed'], asksFor: 'a migration', second: LOOKS },
  adopt: { args: ['adopt', 'sessions'], asksFor: 'a migration', second: LOOKS },
  'inventory batch': {
    args: ['inventory', 'batch', 'i-0123456789abcdef0'],
    asksFor: 'a host',
    second: 'hosts run several commands at once',
  },
  rehearse: { args: ['rehearse', '--app', '/nowhere'], asksFor: 'an assembly', second: 'each has machines of its own' },
  chaos: { args: ['chaos', '--app', '/nowhere'], asksFor: 'an assembly', second: 'each has machines of its own' },
};

const namesOf = (command: Command, path: string[] = []): string[] =>
  command.commands.flatMap((each) =>
    each.commands.length === 0 ? [[...path, each.name()].join(' ')] : namesOf(each, [...path, each.name()]),
  );

test('every command of the program is here', () => {
  expect(Object.keys(COMMANDS).sort()).toEqual(namesOf(cutoverProgram()).sort());
});

const ASK_AWS = Object.entries(COMMANDS).filter(([, { asksFor }]) => asksFor !== 'an assembly');
const ASK_FOR_A_MIGRATION = Object.entries(COMMANDS).filter(([, { asksFor }]) => asksFor === 'a migration');

type Environment = Readonly<Record<string, string | undefined>>;

/** What it says where it cannot do what it is asked: one sentence or a few, in one line, and nothing as its result. */
async function problemOf(args: readonly string[], more: Environment = {}, where: InAccount = {}): Promise<string> {
  const ran = await inAccount(
    there,
    (environment) => run(program, args, defined({ HOME: '/nowhere', PATH: PLUGIN, ...environment, ...more })),
    { by: anyone, ...where },
  );
  expect([ran.code === 0, ran.out]).toEqual([false, '']);
  expect(ran.problem).toMatch(/^cutover: [^\n]*[^\s]\n$/);
  return ran.problem;
}

const defined = (environment: Environment) =>
  Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])));

test.each(ASK_AWS)('%s without credentials says how to sign in', async (_name, { args }) => {
  const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined };
  expect(await problemOf(args, { ...none, AWS_EC2_METADATA_DISABLED: 'true' })).toMatch(
    /No credentials were found: .*Give --profile, or sign in first: aws sso login\./,
  );
});

test.each(ASK_AWS)('%s with an expired token says how to sign in again', async (_name, { args }) => {
  expect(await problemOf(args, { AWS_ACCESS_KEY_ID: 'ASIAEXPIRED' })).toMatch(
    /AWS rejects the credentials.*Sign in again: aws sso login, or look at --profile\./,
  );
});

test.each(ASK_AWS)('%s without a Region says how to state one', async (_name, { args }) => {
  expect(await problemOf(args, { AWS_REGION: undefined })).toMatch(/No Region is stated\. Give --region, or set/);
});

test.each(ASK_FOR_A_MIGRATION)('%s in a Region where the migration is not says so', async (_name, { args }) => {
  expect(await problemOf(args, {}, { isHere: false })).toMatch(
    /got 'sessions', which is not in eu-west-1 of this account; there are none\. Look at --region and --profile/,
  );
});

const forOthers = (args: readonly string[]) => args.map((word) => (word === 'sessions' ? 'orders' : word));

test.each(ASK_FOR_A_MIGRATION)('%s of an unknown migration lists those there are', async (_name, { args }) => {
  const said = /got 'orders', which is not in eu-west-1 of this account; there are: sessions\./;
  expect(await problemOf(forOthers(args))).toMatch(said);
  // Those who may operate one migration are refused what is called otherwise, and see the names all the same.
  expect(await problemOf(forOthers(args), {}, { by: there.operators })).toMatch(said);
});

test.each(ASK_FOR_A_MIGRATION)(
  '%s of a migration that is not the caller’s says who names them',
  async (_n, { args }) => {
    const by = allowing({ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' });
    expect(await problemOf(args, {}, { by })).toMatch(
      /not authorized to perform: ssm:GetParameters.* named in the app: migration\.grantOperate\(role\); then deploy\. Whether it is there/,
    );
  },
);

const SECOND = Object.entries(COMMANDS).filter(
  (entry): entry is [string, Row & { readonly second: RegExp }] => typeof entry[1].second !== 'string',
);

test.each(SECOND)('%s beside an execution that runs says what to do', async (_name, { args, second }) => {
  const { runner, parameters } = account([{ ...well, status: 'RUNNING' }]);
  const begun: unknown[] = [];
  const start = (execution: unknown) => begun.push(execution);
  expect(await problemOf(args, {}, { runner: { ...runner, start }, parameters })).toMatch(second);
  expect(begun).toEqual([]);
});

test('an account without migrations, or with one that is not the caller’s, is told as such', async () => {
  const list = (where: InAccount) => inAccount(there, (environment) => run(program, ['list'], environment), where);
  expect(await list({ isHere: false })).toMatchObject({ code: 0, out: expect.stringContaining('Look at --region') });
  const others = { '/cdk-cutover/orders/state-machine': 'arn:…' };
  const { code, out } = await list({ parameters: others });
  expect(code).toBe(0);
  expect(out.split('\n\n')).toEqual([
    expect.stringMatching(/^migration +orders\nphase +not yours to see/),
    expect.stringMatching(/^migration +sessions\nphase +never started$/),
    '',
  ]);
});

test('without its plugin, connect says where to get it', async () => {
  expect(await problemOf(COMMANDS.connect?.args ?? [], { PATH: '/nowhere' })).toMatch(
    /plugin is not on PATH \(session-manager-plugin\)\. Install it: https:/,
  );
});

test('a host that Systems Manager does not know is told with what to look at', async () => {
  expect(await problemOf(COMMANDS['inventory batch']?.args ?? [])).toMatch(
    /The SSM agent of i-0123456789abcdef0 is not connected: .*aws ssm describe-instance-information/,
  );
});

test.each(['rehearse', 'chaos'])('%s of a folder that holds no assembly says how to make one', async (name) => {
  expect(await problemOf(COMMANDS[name]?.args ?? [])).toMatch(/No cloud assembly in \/nowhere: .* Run "cdk synth"/);
});
