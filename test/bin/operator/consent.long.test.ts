import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone } from '../../rehearsal/aws/test-environment';
import { buildProgram, deployed, type InAccount, inAccount, run, runAtTerminal } from './deployed-migration';
import { account, type Night, night } from './night';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const there = deployed();
let program: string;
let well: Night;
beforeAll(async () => {
  program = await buildProgram();
  well = await night();
});

interface Changed {
  readonly args: readonly string[];
  /** What is said before the question. */
  readonly said: readonly RegExp[];
  /** What is in the account, and what is done to it. */
  readonly into: (done: unknown[]) => InAccount;
}

/** A cutover that waits for an answer, or for anything else, at the state that its history ends with. */
function running(at: string, done: unknown[], more: Readonly<Record<string, string>> = {}): InAccount {
  const entered = well.events.findIndex(({ stateEnteredEventDetails: entry }) => entry?.name === at);
  const { runner, parameters } = account([{ ...well, status: 'RUNNING', serving: 'blue' }], () => entered + 1);
  return {
    by: anyone,
    runner: {
      ...runner,
      stop: async (_arn, error, cause) => {
        done.push({ error, cause });
      },
    },
    parameters: { ...parameters, ...more },
    waits: { token: 'TOKEN', answered: (answer) => done.push(answer) },
  };
}

const EXECUTION = JSON.parse(account([{} as Night]).parameters.lock).execution;
const asks = (action: string) => ({ approval: JSON.stringify({ token: 'TOKEN', execution: EXECUTION, action }) });
const LOOK = JSON.stringify({ token: 'TOKEN', execution: EXECUTION, check: 'a look' });

/** An account in which the last execution has ended. */
function settled(done: unknown[]): InAccount {
  const { runner, parameters } = account([well]);
  return { runner: { ...runner, start: ({ input }) => done.push(JSON.parse(input)) }, parameters };
}

const started = (action: string, means: RegExp): Changed => ({
  args: ['start', 'sessions', action, '--no-watch'],
  said: [/Active side +green/, means],
  into: settled,
});

const CHANGES: Readonly<Record<string, Changed>> = {
  cutover: started('cutover', /cutover moves the clients to green\./),
  rollback: started('rollback', /rollback moves the clients back to blue\./),
  recover: started('recover', /recover puts back what an interrupted execution left/),
  retire: started('retire', /retire deletes blue after a last snapshot\. After it there is no rollback\./),
  approve: {
    args: ['approve', 'sessions'],
    said: [/Active side +blue/, /approve cutover lets it go on: workloads stop, .* move to green\./],
    into: (done) => running('Approve', done, asks('cutover')),
  },
  'approve --retire': {
    args: ['approve', 'sessions', '--retire'],
    said: [/approve retire deletes blue .* no rollback\./],
    into: (done) => running('Approve', done, asks('retire')),
  },
  reject: {
    args: ['reject', 'sessions', '--reason', 'the payroll runs'],
    said: [/reject cutover ends it, and has put back what it changed\./],
    into: (done) => running('Approve', done, asks('cutover')),
  },
  'confirm --no': {
    args: ['confirm', 'sessions', 'a look', '--no', 'the basket is empty'],
    said: [/Reason +the basket is empty/, /confirm a look --no reports .* moves the clients back/],
    into: (done) => running('Watch', done, { confirmation: LOOK }),
  },
  abort: {
    args: ['abort', 'sessions', '--reason', 'logins fail'],
    said: [/Phase +Drain/, /abort stops cutover\. A recovery .* \(.*Undo Fence.*\): clients end on blue\./],
    into: (done) => running('Drain', done),
  },
};

describe.each(Object.entries(CHANGES))('%s', (_name, { args, said, into }) => {
  const once = async (type: (environment: Readonly<Record<string, string>>) => Promise<{ code: number }>) => {
    const done: unknown[] = [];
    const ran = await inAccount(there, (environment) => type({ ...environment, USER: 'kim' }), into(done));
    return { ...ran, done };
  };

  test('changes nothing in a script that does not say --yes', async () => {
    const { code, done, ...ran } = await once((environment) => run(program, args, environment));
    expect([code, done]).toEqual([1, []]);
    expect(ran).toMatchObject({ out: '', problem: expect.stringMatching(/^cutover: .* say --yes in a script\./) });
  });

  test('says where and what, and changes nothing where something else is typed', async () => {
    const { code, done, ...ran } = await once((environment) => runAtTerminal(program, args, environment, 'y'));
    const { screen } = ran as unknown as { readonly screen: string };
    expect([code, done]).toEqual([1, []]);
    expect(screen).toMatch(/Account +111122223333, eu-west-1\nMigration +sessions\n/);
    for (const each of said) expect(screen.replaceAll('\n', ' ')).toMatch(each);
    expect(screen).toMatch(/cutover: the name typed was 'y', and not 'sessions'\. Nothing was changed\./);
  });

  test('is done once the name is typed, and with --yes', async () => {
    const typed = await once((environment) => runAtTerminal(program, args, environment, 'sessions'));
    expect([typed.code, typed.done]).toEqual([0, [expect.anything()]]);
    const told = await once((environment) => run(program, [...args, '--yes'], environment));
    expect([told.code, told.done]).toEqual([0, typed.done]);
  });
});

test('an abort says what is past putting back, and finds nothing to stop where nothing runs', async () => {
  const { screen } = (await inAccount(
    there,
    (environment) => runAtTerminal(program, ['abort', 'sessions', '--reason', 'x'], environment, 'no'),
    running('Watch', []),
  )) as { readonly screen: string };
  expect(screen.replaceAll('\n', ' ')).toMatch(/Clients have moved for good: a recovery .* moves nobody\./);
  const idle = await inAccount(
    there,
    (environment) => run(program, ['abort', 'sessions', '--reason', 'x', '--yes'], environment),
    settled([]),
  );
  expect([idle.code, idle.problem]).toEqual([
    1,
    expect.stringMatching(/there is nothing to abort\. See: cutover status/),
  ]);
});
