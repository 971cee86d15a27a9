import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { JobsCloud } from './jobs-cloud';
import { assemblyOf, LINE, ORDERS } from './migration-of-jobs';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const assembly = assemblyOf();
const cloud = () => JobsCloud.of(assembly);

async function onGreen(): Promise<JobsCloud> {
  const one = await cloud();
  expect(await one.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'moved' } });
  return one;
}

test('a job moves to green, and each of its slots is started once', async () => {
  const one = await onGreen();
  await one.pass(10);
  expect(one.wrongStarts()).toEqual({});
  expect(one.journal()).toMatchObject({ phase: 'settled', side: 'green', state: 'moved', epoch: 1 });
  expect([one.blue.starts.length > 0, one.green.starts.length > 0]).toEqual([true, true]);
});

test('it is journaled from when on slots are whose, before anybody is told', async () => {
  const one = await cloud();
  await one.run('cutover');
  const states = one.entered;
  expect(states.indexOf('Journal: the cut from blue')).toBeLessThan(
    states.indexOf("Guard blue's line: send the command"),
  );
  expect(states.indexOf('Journal: blue is guarded')).toBeLessThan(
    states.indexOf("Open green's gate: send the command"),
  );
});

test('the guard is told with a deadline two minutes before the cut', async () => {
  const one = await cloud();
  await one.run('cutover');
  const guard = one.commands.find(({ told }) => told.command === 'guard');
  const [cut, deadline] = [String(guard?.told.cut), String(guard?.told.deadline)];
  expect(cut).toMatch(/:30Z$/);
  expect(Date.parse(cut) - Date.parse(deadline)).toBe(120_000);
});

test.each([1, 3])('cron that reads its crontab %i minutes late starts nothing twice', async (minutes) => {
  const one = await cloud();
  one.blue.readsLate = minutes;
  expect(await one.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'moved' } });
  await one.pass(5);
  expect(one.wrongStarts()).toEqual({});
});

test('cron that does not read its crontab keeps the job, and is said to', async () => {
  const one = await cloud();
  one.blue.readsLate = 10_000;
  const result = await one.run('cutover');
  expect(result).toMatchObject({ status: 'FAILED', error: 'StaysOnBlue' });
  expect(result?.cause).toMatch(/has not read its crontab since the guard was put in: restart it, .* -- It is on blue/);
  await one.pass(5);
  expect(one.wrongStarts()).toEqual({});
  expect([one.journal().side, one.blue.line, one.green.starts]).toEqual(['blue', 'plain', []]);
});

test('a job whose run on green fails goes back by itself, and what green left is made up for', async () => {
  const one = await onGreen();
  one.green.outcome = 'failed';
  await one.pass(6);
  const [result] = await one.look();
  expect(result).toMatchObject({ status: 'FAILED', error: 'SentBackToBlue' });
  expect(result?.cause).toMatch(/^orders: Its run of .* on green has failed.* -- It is on blue\.$/);
  await one.pass(5);
  expect(one.wrongStarts()).toEqual({});
  expect(one.journal()).toMatchObject({ phase: 'settled', side: 'blue', state: 'returned' });
  expect(one.blue.line).toBe('plain');
});

test('a job is proved by a run that succeeds, and is looked at no more', async () => {
  const one = await onGreen();
  await one.pass(6);
  expect(await one.look()).toMatchObject([{ output: { outcome: 'proved', state: 'proved' } }]);
  await one.pass(60);
  expect(await one.look()).toEqual([]);
});

test('a rollback returns the job, and a second cutover moves it again', async () => {
  const one = await onGreen();
  await one.pass(7);
  expect(await one.run('rollback')).toMatchObject({ output: { outcome: 'returned', side: 'blue' } });
  await one.pass(7);
  expect(await one.run('cutover')).toMatchObject({ output: { outcome: 'moved', side: 'green' } });
  await one.pass(7);
  expect(one.wrongStarts()).toEqual({});
});

test('what is proved may be retired: its line is off, and there is no rollback', async () => {
  const one = await onGreen();
  expect(await one.run('retire')).toMatchObject({ error: 'Refused' });
  await one.pass(6);
  await one.look();
  expect(await one.run('retire')).toMatchObject({ output: { outcome: 'retired', side: 'green' } });
  expect(one.blue.line).toBe('retired');
  expect(await one.run('rollback')).toMatchObject({ error: 'Refused' });
});

test('a job that nobody needs is paused for its time, and then taken off', async () => {
  const retired = { ...ORDERS, decision: 'retired' } as typeof ORDERS;
  const one = await JobsCloud.of(assemblyOf([{ ...ORDERS, name: 'other' }, retired]));
  one.green.hasJob = false;
  expect(await one.run('preflight')).toMatchObject({ status: 'SUCCEEDED' });
  expect(await one.run('cutover')).toMatchObject({ output: { outcome: 'paused', side: 'none' } });
  await one.pass(60);
  expect(one.blue.refused.length).toBeGreaterThan(50);
  expect(await one.look()).toEqual([]);
  await one.pass(7 * 24 * 60);
  expect(await one.look()).toMatchObject([{ output: { outcome: 'retired', state: 'retired' } }]);
  expect(one.blue.line).toBe('retired');
});

test('a pause can be ended', async () => {
  const retired = { ...ORDERS, decision: 'retired' } as typeof ORDERS;
  const one = await JobsCloud.of(assemblyOf([{ ...ORDERS, name: 'other' }, retired]));
  one.green.hasJob = false;
  await one.run('cutover');
  expect(await one.run('rollback')).toMatchObject({ output: { outcome: 'returned', side: 'blue' } });
  const before = one.blue.starts.length;
  await one.pass(5);
  expect(one.blue.starts.length).toBeGreaterThanOrEqual(before + 4);
});

test.each([
  ['notFound', 'batch.line-not-found'],
  ['twice', 'batch.line-twice'],
  ['shell', 'batch.shell-not-posix'],
  ['anacron', 'batch.line-of-anacron'],
])('where blue says %s, nothing is moved', async (problem, finding) => {
  const one = await cloud();
  one.blue.problem = problem;
  const result = await one.run('cutover');
  expect(result).toMatchObject({ status: 'FAILED', error: 'PreflightFailed' });
  expect(result.cause).toContain(finding);
  expect(one.commands.map(({ told }) => told.command)).toEqual(['look', 'look']);
});

test.each([
  [{ secret: "The secret s has no field 'password'." }, 'batch.secret-unreadable.green'],
  [{ user: "The host has no user 'batch'." }, 'batch.user-missing.green'],
])('where a run on green would fail for %o, nothing is moved', async (unready, finding) => {
  const one = await cloud();
  one.green.unready = unready;
  const result = await one.run('cutover');
  expect(result).toMatchObject({ status: 'FAILED', error: 'PreflightFailed' });
  expect(result.cause).toContain(`${finding}: ${Object.values(unready)[0]}`);
  expect([one.journal().side ?? 'blue', one.blue.line]).toEqual(['blue', 'plain']);
});

test('a host that Systems Manager does not reach is a finding', async () => {
  const one = await cloud();
  one.setOnline('blue', false);
  expect((await one.run('preflight')).cause).toContain('batch.host-unmanaged.blue');
});

test('a host whose lease is another one’s is a finding', async () => {
  const one = await cloud();
  one.green.holder = 'i-restored';
  expect((await one.run('cutover')).cause).toContain('batch.lease-elsewhere');
});

test('without a proof of the guard green is told nothing, and blue is told that it goes on', async () => {
  const one = await cloud();
  one.fate = (side, { command, runs }) =>
    side === 'blue' && command === 'guard' && runs === 'no' ? 'unanswered' : 'answered';
  const result = await one.run('cutover');
  expect(result).toMatchObject({ error: 'StaysOnBlue' });
  expect(one.commands.some(({ side, told }) => side === 'green' && told.command !== 'look')).toBe(false);
  await one.pass(5);
  expect(one.wrongStarts()).toEqual({});
  expect(one.journal()).toMatchObject({ phase: 'settled', side: 'blue', state: 'undecided', epoch: 2 });
});

test('a guard that comes after it was given up finds a higher epoch', async () => {
  const one = await cloud();
  one.fate = (_, { command, runs }) => (command === 'guard' && runs === 'no' ? { lateBy: 600 } : 'answered');
  expect(await one.run('cutover')).toMatchObject({ error: 'StaysOnBlue' });
  await one.pass(20);
  expect(one.wrongStarts()).toEqual({});
});

test('a last run that does not end keeps the job on blue', async () => {
  const one = await cloud();
  one.blue.running = 1;
  expect(await one.run('cutover')).toMatchObject({ error: 'StaysOnBlue' });
  await one.pass(5);
  expect(one.wrongStarts()).toEqual({});
  expect(one.eventCount).toBeLessThan(15_000);
});

test('where blue does not acknowledge, nothing runs, and it is tried until it does', async () => {
  const one = await cloud();
  let dead = true;
  one.fate = (side, { command }) => (dead && side === 'blue' && command !== 'look' ? 'lost' : 'answered');
  const result = await one.run('cutover');
  expect(result).toMatchObject({ error: 'RecoveryNeeded' });
  expect(await one.look()).toMatchObject([{ error: 'RecoveryNeeded' }]);
  dead = false;
  expect(await one.look()).toMatchObject([{ output: { outcome: 'recovered', side: 'blue' } }]);
  await one.pass(5);
  expect(one.wrongStarts()).toEqual({});
});

test('where nobody can tell whether green is enabled, nothing is handed back', async () => {
  const one = await cloud();
  let deaf = true;
  one.fate = (side, { command }) =>
    deaf && side === 'green' && one.commands.some(({ told }) => told.command === 'gate')
      ? command === 'gate'
        ? 'unanswered'
        : 'lost'
      : 'answered';
  expect(await one.run('cutover')).toMatchObject({ error: 'RecoveryNeeded' });
  deaf = false;
  expect(await one.look()).toMatchObject([{ output: { outcome: 'recovered', side: 'green' } }]);
  await one.pass(5);
  expect(one.wrongStarts()).toEqual({});
});

test('green that never took the command is not enabled later, and blue goes on', async () => {
  const one = await cloud();
  one.fate = (_, { command }) => (command === 'gate' ? 'lost' : 'answered');
  expect(await one.run('cutover')).toMatchObject({ error: 'StaysOnBlue' });
  await one.pass(5);
  expect(one.wrongStarts()).toEqual({});
});

test('without a proof that green is closed it runs on', async () => {
  const one = await onGreen();
  await one.pass(5);
  one.fate = (_, { command, runs }) => (command === 'gate' && runs === 'no' ? 'unanswered' : 'answered');
  expect(await one.run('rollback')).toMatchObject({ error: 'StaysOnGreen' });
  await one.pass(5);
  expect(one.wrongStarts()).toEqual({});
  expect(one.journal()).toMatchObject({ phase: 'settled', side: 'green', epoch: 3 });
});

test('two executions of a job do not come between each other', async () => {
  const one = await cloud();
  const [first, second] = await Promise.all([one.run('cutover'), one.run('rollback')]);
  expect(first.status).toBe('SUCCEEDED');
  expect(second).toMatchObject({ error: 'Busy' });
});

test.each([
  '{"action":"cutover"}',
  '{"action":"cut","job":"orders"}',
  '{"action":"cutover","job":"none"}',
  '{"action":"look","job":"orders","more":1}',
])('the input %s is refused', async (input) => {
  const one = await cloud();
  expect(await one.runJob(JSON.parse(input))).toMatchObject({ error: 'UnknownRequest' });
});

test('the line of a job reaches no command', async () => {
  const one = await onGreen();
  expect(JSON.stringify(one.commands)).not.toContain('/opt/shop/orders.sh');
  expect(LINE.line).toContain('/opt/shop/orders.sh');
});
