import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../../batch/atomic-file';
import { beginGate } from '../../batch/gate';
import { handover } from '../../batch/handover/handover';
import { Ledger } from '../../batch/ledger';
import { Paths } from '../../batch/paths';
import { tick } from '../../batch/tick';
import type { BatchJobDefinition } from '../../contract/batch';
import type { GreenAnswer } from '../../contract/batch-handover';
import { AwsOfHost } from './aws-of-host';
import { job, LEASE } from './host-under-test';

/** In virtual time: the program's commands, the gate, the ledger and the tick are the real ones. */
const BEGIN = Date.parse('2026-11-30T09:00:00Z');
const MINUTE = 60_000;
const at = (minutes: number) => new Date(BEGIN + minutes * MINUTE);
const slot = (minutes: number) => `${at(minutes).toISOString().slice(0, 16)}Z`;
const nameOf = (minutes: number) => {
  const minute = slot(minutes).slice(0, 16).replaceAll(/[-:]/g, '');
  return `${minute}Z-${minute.slice(-4)}`;
};
const cut = (minutes: number) => `${slot(minutes).slice(0, 16)}:30Z`;
const moment = (minutes: number) => `${at(minutes).toISOString().slice(0, 19)}Z`;

let aws: AwsOfHost;
let paths: Paths;
let minutes: number;
const before = { ...process.env };
beforeEach(async () => {
  aws = new AwsOfHost();
  await aws.start();
  aws.parameters.set(LEASE, { value: aws.instanceId, since: new Date('2020-01-01T00:00:00Z') });
  Object.assign(process.env, aws.environment, { CUTOVER_BATCH_ROOT: mkdtempSync(join(tmpdir(), 'batch-handover-')) });
  paths = new Paths();
  minutes = 10;
});
afterEach(async () => {
  rmSync(paths.root, { recursive: true });
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await aws.stop();
});

/** As a deploy leaves it. */
function deploy(more: Partial<BatchJobDefinition> = {}, gate: 'open' | 'closed' = 'closed', revision = 'one'): void {
  const folder = join(paths.revisions, revision);
  const definitions = { host: 'shop', region: 'eu-west-1', leaseParameter: LEASE, timeZone: 'UTC', gate };
  replaceFile(join(folder, 'definitions.json'), JSON.stringify({ ...definitions, jobs: [job('orders', more)] }));
  mkdirSync(paths.installed, { recursive: true });
  rmSync(paths.current, { force: true });
  symlinkSync(folder, paths.current);
  beginGate(paths, 'orders', aws.instanceId, gate);
  new Ledger(paths.ledger, 'orders').settle(at(minutes).toISOString());
}

type Words = Readonly<Record<string, string | number>>;

async function tell(command: string, more: Words = {}): Promise<GreenAnswer> {
  const words = { job: 'orders', sent: moment(minutes), deadline: moment(minutes + 1), ...more };
  const args = Object.entries(words).map(([key, value]) => `${key}=${value}`);
  const answer = await handover(paths, command, args, () => at(minutes));
  expect(JSON.stringify(answer).length).toBeLessThanOrEqual(2_000);
  return answer;
}

const ledger = () => new Ledger(paths.ledger, 'orders');

/** Ticks until nothing more is started, each run being over at once. @returns what was started */
async function ticks(): Promise<string[]> {
  const started: string[] = [];
  for (let last = -1; started.length > last; ) {
    last = started.length;
    await tick(
      paths,
      (_, name) => {
        started.push(name);
        ledger().claim(name, { state: 'succeeded', at: at(minutes).toISOString(), exitCode: 0 });
      },
      at(minutes),
    );
  }
  return started;
}

test('a gate is opened and shut by cuts, and a deploy leaves it alone', async () => {
  deploy();
  expect(await tell('look')).toMatchObject({ answer: 'ok', epoch: 0, runs: 'no', running: 0, next: slot(10) });
  const opens = { epoch: 1, cut: cut(7), runs: 'yes' };
  const opened = await tell('gate', opens);
  expect(opened).toMatchObject({ answer: 'ok', epoch: 1, runs: 'yes', cut: cut(7), placedAt: moment(10) });
  minutes = 10.5;
  expect(await tell('gate', opens)).toMatchObject({ answer: 'ok', placedAt: moment(10) });
  expect(await tell('gate', { ...opens, runs: 'no' })).toMatchObject({ answer: 'stale', epoch: 1, runs: 'yes' });
  expect(await tell('gate', { ...opens, cut: cut(8) })).toMatchObject({ answer: 'stale' });
  deploy({ command: 'echo other' }, 'closed', 'two');
  expect(await tell('look')).toMatchObject({ epoch: 1, runs: 'yes', revision: 'two' });
  expect(await tell('gate', { epoch: 2, cut: cut(12), runs: 'no' })).toMatchObject({ answer: 'ok', runs: 'no' });
  deploy({}, 'open');
  expect(await tell('look')).toMatchObject({ epoch: 2, runs: 'no' });
});

test('what would keep the job from a run is looked at before it moves, and no value is told', async () => {
  const user = userInfo().username;
  const secret = (field: string) => ({ variable: 'PASSWORD', arn: 'arn:of:secret', field });
  aws.secrets.set('arn:of:secret', '{"password":"pAssw0rd"}');
  deploy({ user, secrets: [secret('password')] });
  expect((await tell('look', { check: 'yes' })).unready).toEqual({});
  expect(await tell('look')).not.toHaveProperty('unready');
  deploy({ user: 'nobody-of-that-name', secrets: [secret('token')] }, 'closed', 'two');
  const { unready } = await tell('look', { check: 'yes' });
  expect(unready).toEqual({
    secret: expect.stringContaining("has no field 'token'"),
    user: expect.stringContaining("no user 'nobody-of-that-name'"),
  });
  expect(JSON.stringify(unready)).not.toContain('pAssw0rd');
  deploy({ user, secrets: [{ variable: 'PASSWORD', arn: 'arn:of:another' }] }, 'closed', 'three');
  expect((await tell('look', { check: 'yes' })).unready?.secret).toContain('The secret arn:of:another cannot be read');
});

test('what cannot be done is answered, and nothing is changed', async () => {
  deploy();
  const opens = { epoch: 1, cut: cut(7), runs: 'yes' };
  expect(await tell('gate', { ...opens, deadline: moment(9) })).toMatchObject({ answer: 'late' });
  expect(await tell('gate', { ...opens, sent: moment(10.2) })).toMatchObject({ answer: 'clockBehind' });
  expect(await tell('gate', { ...opens, job: 'other' })).toMatchObject({ answer: 'unknownJob', job: 'other' });
  expect(await tell('gate', { ...opens, cut: slot(7) })).toMatchObject({ answer: 'invalid', job: '' });
  expect(await tell('gate', { ...opens, colour: 'green' })).toMatchObject({ answer: 'invalid' });
  expect(await tell('open')).toMatchObject({ answer: 'invalid', command: '', job: '' });
  const settles = { epoch: 1, cut: cut(9), since: slot(1) };
  expect(await tell('settle', settles)).toMatchObject({ answer: 'unknownEpoch', epoch: 0 });
  expect(await tell('runNow', { epoch: 0, id: 'a' })).toMatchObject({ answer: 'invalid' });
  aws.parameters.set(LEASE, { value: 'i-another', since: new Date(0) });
  expect(await tell('gate', opens)).toMatchObject({ answer: 'noLease', holder: 'i-another' });
  aws.failing.set('GetParameter', 100);
  expect(await tell('gate', opens)).toMatchObject({ answer: 'failed', problem: expect.any(String) });
  aws.failing.clear();
  expect(await tell('look')).toMatchObject({ answer: 'ok', epoch: 0, runs: 'no', holder: 'i-another' });
});

test.each([
  ['each', [4, 5, 7, 9, 10], []],
  ['newest', [10], [4, 5, 7, 9]],
  ['none', [], [4, 5, 7, 9, 10]],
] as const)('what passed while the job moved here is started once: %s', async (late, started, leftOut) => {
  deploy({ late });
  await tell('gate', { epoch: 1, cut: cut(8), runs: 'yes' });
  minutes = 11;
  // Of blue's slots 3 to 8 two were started in time, and one of them late.
  const told = { epoch: 1, cut: cut(8), since: slot(3), started: [slot(3), slot(6), slot(9)].join(',') };
  const { owed } = await tell('owed', told);
  expect(owed).toMatchObject({ pending: started.length, startedCount: 0, leftOutCount: leftOut.length });
  expect(owed?.leftOut).toEqual(leftOut.map(slot));
  expect(await ticks()).toEqual(started.map(nameOf));
  expect((await tell('owed', told)).owed).toMatchObject({ pending: 0, startedCount: started.length });
  expect(await ticks()).toEqual([]);
  expect(await tell('owed', { ...told, epoch: 2 })).toMatchObject({ answer: 'unknownEpoch' });
});

test('back: what was not started is claimed, so that it can be given away', async () => {
  deploy({ late: 'each' });
  await tell('gate', { epoch: 1, cut: cut(3), runs: 'yes' });
  await tell('gate', { epoch: 2, cut: cut(12), runs: 'no' });
  for (const minute of [4, 6]) ledger().claim(nameOf(minute), { state: 'succeeded', at: moment(minute) });
  const told = { epoch: 2, cut: cut(12), since: slot(4) };
  expect(await tell('settle', told)).toMatchObject({ answer: 'early' });
  minutes = 13;
  ledger().claim(nameOf(12), { state: 'running', at: moment(12) });
  const first = await tell('settle', told);
  expect(first).toMatchObject({ answer: 'ok', running: 1, left: [5, 7, 8, 9, 10, 11].map(slot), leftCount: 6 });
  expect((await tell('settle', told)).left).toEqual(first.left);
  expect([5, 13].map((minute) => ledger().claim(nameOf(minute), { state: 'running', at: '' }))).toEqual([false, true]);
});

test('what was owed to this host and not started goes back, and a run that was asked for does not', async () => {
  deploy({ late: 'each' });
  await tell('gate', { epoch: 1, cut: cut(8), runs: 'yes' });
  await tell('owed', { epoch: 1, cut: cut(8), since: slot(7) });
  await tell('runNow', { epoch: 1, id: 'first' });
  await tell('gate', { epoch: 2, cut: cut(11), runs: 'no' });
  minutes = 12;
  expect((await tell('settle', { epoch: 2, cut: cut(11), since: slot(9) })).left).toEqual([7, 8, 9, 10, 11].map(slot));
  expect(await ticks()).toEqual([]);
});

test.each(['each', 'none'] as const)(
  'what was left and never told to the old server is this host’s again: %s',
  async (late) => {
    deploy({ late });
    await tell('gate', { epoch: 1, cut: cut(5), runs: 'yes' });
    await tell('gate', { epoch: 2, cut: cut(8), runs: 'no' });
    minutes = 9;
    expect((await tell('settle', { epoch: 2, cut: cut(8), since: slot(6) })).left).toEqual([6, 7, 8].map(slot));
    await tell('gate', { epoch: 3, cut: cut(8), runs: 'yes' });
    const told = { epoch: 3, cut: cut(8), since: slot(9) };
    const owed = [6, 7, 8, 9];
    const kept = late === 'each' ? owed : [];
    expect((await tell('owed', told)).owed).toMatchObject({ pending: kept.length, leftOutCount: 4 - kept.length });
    expect(await ticks()).toEqual(kept.map(nameOf));
    expect((await tell('owed', told)).owed).toMatchObject({ pending: 0, startedCount: kept.length });
    const state = late === 'each' ? 'succeeded' : 'missed';
    expect(owed.map((minute) => ledger().read(nameOf(minute))?.state)).toEqual(owed.map(() => state));
  },
);

test('what was left and told to the old server stays its own, when the job moves again', async () => {
  deploy({ late: 'each' });
  await tell('gate', { epoch: 1, cut: cut(5), runs: 'yes' });
  await tell('gate', { epoch: 2, cut: cut(8), runs: 'no' });
  minutes = 9;
  await tell('settle', { epoch: 2, cut: cut(8), since: slot(6) });
  await tell('gate', { epoch: 3, cut: cut(10), runs: 'yes' });
  minutes = 11;
  expect((await tell('owed', { epoch: 3, cut: cut(10), since: slot(6) })).owed).toMatchObject({ pending: 2 });
  expect(await ticks()).toEqual([9, 10].map(nameOf));
});

test('a host that was away gives back the newest slots, and tells of the others that they were missed', async () => {
  deploy();
  await tell('gate', { epoch: 1, cut: cut(3), runs: 'yes' });
  minutes = 100;
  await tell('gate', { epoch: 2, cut: cut(101), runs: 'no' });
  minutes = 102;
  const told = { epoch: 2, cut: cut(101), since: slot(4) };
  for (let time = 0; time < 2; time += 1) {
    const { left, leftCount, missedCount } = await tell('settle', told);
    expect([left?.length, leftCount, missedCount, left?.at(-1)]).toEqual([30, 30, 68, slot(101)]);
  }
  expect(ledger().read(nameOf(50))?.state).toBe('missed');
});

test('what went back once does not go back again with the next rollback', async () => {
  deploy({ late: 'each' });
  await tell('gate', { epoch: 1, cut: cut(3), runs: 'yes' });
  await tell('gate', { epoch: 2, cut: cut(11), runs: 'no' });
  minutes = 12;
  expect((await tell('settle', { epoch: 2, cut: cut(11), since: slot(9) })).left).toEqual([9, 10, 11].map(slot));
  await tell('gate', { epoch: 3, cut: cut(20), runs: 'yes' });
  await tell('gate', { epoch: 4, cut: cut(23), runs: 'no' });
  minutes = 24;
  const answer = await tell('settle', { epoch: 4, cut: cut(23), since: slot(21) });
  expect(answer).toMatchObject({ left: [21, 22, 23].map(slot), leftCount: 3, missedCount: 0 });
});

test('a run beside the schedule is started once, however often it is asked for', async () => {
  deploy({ schedule: '0 0 1 1 *' });
  await tell('gate', { epoch: 1, cut: cut(3), runs: 'no' });
  expect(await tell('runNow', { epoch: 1, id: 'first' })).toMatchObject({ answer: 'closed' });
  await tell('gate', { epoch: 2, cut: cut(3), runs: 'yes' });
  for (let time = 0; time < 3; time += 1) await tell('runNow', { epoch: 2, id: 'first' });
  expect(await ticks()).toHaveLength(1);
  const { lastRuns } = await tell('runNow', { epoch: 2, id: 'first' });
  expect(lastRuns).toEqual([
    expect.objectContaining({ slot: 'by hand', id: 'first', state: 'succeeded', exitCode: 0 }),
  ]);
});

test('what a disk from another host says of the job is not this host’s', async () => {
  deploy();
  await tell('gate', { epoch: 1, cut: cut(3), runs: 'yes' });
  aws.instanceId = 'i-00000000000000002';
  aws.parameters.set(LEASE, { value: aws.instanceId, since: new Date('2020-01-01T00:00:00Z') });
  expect(await tell('look')).toMatchObject({ epoch: 0, runs: 'no' });
});

test('slots of a host that was never told that they were its own go back too', async () => {
  deploy();
  await tell('gate', { epoch: 2, cut: cut(9), runs: 'no' });
  minutes = 11;
  expect((await tell('settle', { epoch: 2, cut: cut(9), since: slot(7) })).left).toEqual([7, 8, 9].map(slot));
});
