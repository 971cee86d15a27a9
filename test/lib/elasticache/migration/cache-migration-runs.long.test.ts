import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Size } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../../lib';
import type { Assembly } from '../../../../rehearsal/assembly';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { Cloud, type ObservedState } from '../../cloud';
import { Surroundings } from '../../migration-under-test';

const { COLD, LIVE, FENCED } = CacheConsistency;
const ASSEMBLIES = new Map<CacheConsistency, Assembly>();

function cloudAt(consistency: CacheConsistency): Promise<Cloud> {
  let assembly = ASSEMBLIES.get(consistency);
  if (assembly === undefined) {
    const surroundings = new Surroundings();
    surroundings.migrateInFull(consistency, { watch: Duration.minutes(2) });
    assembly = surroundings.deploy();
    ASSEMBLIES.set(consistency, assembly);
  }
  return Cloud.of(assembly, consistency === FENCED);
}

/** Has the agent answer one verb in another way. */
function answering(cloud: Cloud, verb: string, answer: unknown): Cloud {
  const { agent } = cloud;
  cloud.agent = (asked, args) => (asked === verb ? answer : agent(asked, args));
  return cloud;
}

const moved = { blue: 0, green: 100 };
const home = { blue: 100, green: 0 };

afterAll(removeTemporaryFolders);

describe.each([COLD, LIVE, FENCED])('at %s', (consistency) => {
  test('a cutover moves clients to green and leaves the rest as it was', async () => {
    const cloud = await cloudAt(consistency);
    const before = cloud.observe();
    expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
    expect(cloud.observe()).toEqual({
      ...before,
      weights: moved,
      ingress: { ...before.ingress, blue: consistency === COLD ? before.ingress.blue : [] },
      phase: 'settled',
    });
    expect(cloud.broken).toEqual([]);
  });

  test('going back moves them to blue, and a second cutover to green again', async () => {
    const cloud = await cloudAt(consistency);
    const before = cloud.observe();
    await cloud.run('cutover');
    expect(await cloud.run('rollback')).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'rolledBackOnRequest', serving: 'blue' },
    });
    expect(cloud.observe()).toMatchObject({ weights: home, ingress: { blue: before.ingress.blue } });
    expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
    expect(cloud.observe()).toMatchObject({ weights: moved, ingress: { green: before.ingress.green } });
    expect(cloud.broken).toEqual([]);
  });

  test('an alarm in the watch sends them back by itself', async () => {
    const cloud = await cloudAt(consistency);
    const before = cloud.observe();
    const entered = (state: string) => {
      if (state === 'Journal: Watch begins') cloud.cloudwatch.setAlarmState('LoginErrors', 'ALARM', 'by the test');
    };
    expect(await cloud.run('cutover', { entered })).toMatchObject({
      error: 'RolledBack',
      cause: 'Watch: Alarm: In ALARM: LoginErrors -- Clients are on blue, and what was stopped is back.',
    });
    expect(cloud.observe()).toMatchObject({ weights: home, ingress: { blue: before.ingress.blue }, lock: undefined });
    expect(cloud.broken).toEqual([]);
  });

  test('the journal says which way a new host replicates, for as long as it must', async () => {
    const cloud = await cloudAt(consistency);
    const copied = consistency !== COLD;
    await cloud.run('cutover');
    const back = { from: 'green', to: 'blue', overlap: false, anew: true };
    expect(cloud.following).toEqual(copied ? back : {});
    await cloud.run('rollback');
    expect(cloud.following).toEqual({});
    await cloud.run('cutover');
    await cloud.run('retire');
    expect(cloud.following).toEqual({});
    expect(cloud.broken).toEqual([]);
  });

  test('a green that a deploy has replaced meanwhile is not overwritten with the one that was prepared', async () => {
    const cloud = await cloudAt(consistency);
    const before = cloud.observe();
    let deployed: Promise<void> | undefined;
    const entered = (state: string) => {
      if (state === 'Journal: Switch begins') deployed = cloud.leadGreenElsewhere('greener.example');
    };
    expect((await cloud.run('cutover', { entered })).cause).toMatch(
      /^Switch: RecordChanged: sessions\.internal\.example leads to .* \(blue\) and greener\.example \(green\), and not to/,
    );
    await deployed;
    expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
    expect(cloud.broken).toEqual([]);
  });
});

// The same states at each.
describe.each(sampled([FENCED, LIVE, COLD], 3))('at %s', (consistency) => {
  test('a preflight changes nothing', async () => {
    const cloud = await cloudAt(consistency);
    const before = cloud.observe();
    expect(await cloud.run('preflight')).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'preflightPassed' } });
    expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
  });

  test('errors that the preflight finds end it, with each remedy', async () => {
    const cloud = await cloudAt(consistency);
    const finding = { id: 'redis.memory', severity: 'error', message: 'Green is small.', remedy: 'Take a larger one.' };
    answering(cloud, 'redis.preflight', { findings: [finding], errors: 1 });
    expect((await cloud.run('cutover')).cause).toContain('redis.memory: Green is small. Take a larger one.');
    expect(cloud.observe().weights).toEqual(home);
  });

  test('an alarm that is on beforehand ends it', async () => {
    const cloud = await cloudAt(consistency);
    cloud.cloudwatch.setAlarmState('LoginErrors', 'ALARM', 'by the test');
    expect((await cloud.run('cutover')).cause).toContain('AlarmsOn: In ALARM already: LoginErrors');
  });

  test('an alarm that is not there is an error of the preflight, and not a quiet one', async () => {
    const cloud = await cloudAt(consistency);
    const before = cloud.observe();
    cloud.cloudwatch.removeAlarm('LoginErrors');
    for (const action of ['preflight', 'cutover']) {
      expect((await cloud.run(action)).cause).toMatch(/^Preflight: AlarmsMissing: There is no alarm LoginErrors\. /);
    }
    expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
  });

  test('an alarm that is deleted in the watch sends nobody back, and nobody is told that all was quiet', async () => {
    const cloud = await cloudAt(consistency);
    const entered = (state: string) => {
      if (state === 'Journal: Watch begins') cloud.cloudwatch.removeAlarm('LoginErrors');
    };
    expect(await cloud.run('cutover', { entered })).toMatchObject({
      error: 'MonitoringIncomplete',
      cause:
        'Watch: AlarmsMissing: There is no alarm LoginErrors any more: nothing can be said of it. ' +
        '-- Clients are on green and nobody watches. Start {"action":"rollback"} to return them.',
    });
    expect(cloud.observe()).toMatchObject({ weights: moved, lock: undefined });
  });

  test('without an approval it is put back', async () => {
    const cloud = await cloudAt(consistency);
    const before = cloud.observe();
    cloud.approves = false;
    expect((await cloud.run('cutover')).cause).toMatch(
      /^Approve: NotApproved: Nobody approved or rejected it within 1 day/,
    );
    expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
  });

  test('once retired, blue is gone, and nothing brings clients back to it', async () => {
    const cloud = await cloudAt(consistency);
    expect(await cloud.run('retire')).toMatchObject({ error: 'NothingToDo' });
    await cloud.run('cutover');
    expect(await cloud.run('retire')).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'retired' } });
    expect(cloud.deletedCaches).toEqual(['sessions']);
    expect(cloud.observe()).toMatchObject({ weights: moved, lock: undefined });
  });

  test('nobody’s word is enough to delete blue: it is approved first', async () => {
    const cloud = await cloudAt(consistency);
    await cloud.run('cutover');
    const before = cloud.observe();
    cloud.approves = false;
    expect(await cloud.run('retire')).toMatchObject({
      error: 'NotApproved',
      cause: expect.stringMatching(/^Approve the retirement: Nobody approved .* cutover approve sessions --retire/),
    });
    cloud.rejects = true;
    expect(await cloud.run('retire')).toMatchObject({
      error: 'Rejected',
      cause: 'Approve the retirement: me: not tonight -- Nothing was changed.',
    });
    expect(cloud.deletedCaches).toEqual([]);
    expect(cloud.observe()).toEqual(before);
  });

  test('a rejection is not asked about again, and puts everything back', async () => {
    const cloud = await cloudAt(consistency);
    const before = cloud.observe();
    cloud.approves = false;
    cloud.rejects = true;
    expect((await cloud.run('cutover')).cause).toContain('Approve: Rejected: me: not tonight');
    const asked = cloud.calls.entries.filter(({ state }) => state === 'Wait for the approval of the cutover');
    expect(asked).toHaveLength(1);
    expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
  });

  test('blue is not retired while somebody is on it', async () => {
    const cloud = await cloudAt(consistency);
    await cloud.run('cutover');
    const groups = [{ address: '10.0.0.7', name: 'cron' }];
    answering(cloud, 'redis.clients', { connections: 1, groups });
    expect((await cloud.run('retire')).cause).toContain('1 connections: 10.0.0.7 cron');
    expect(cloud.deletedCaches).toEqual([]);
  });
});

describe('retiring blue', () => {
  async function cutOver(): Promise<Cloud> {
    const cloud = await cloudAt(FENCED);
    expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
    return cloud;
  }

  /** The states that a retire goes through. */
  async function statesOfRetire(): Promise<string[]> {
    const entered = new Set<string>();
    const cloud = await cutOver();
    await cloud.run('retire', { entered: (state) => entered.add(state) });
    const all = [...entered];
    return all.slice(all.indexOf('Set direction: retire blue'));
  }

  async function problems(cloud: Cloud): Promise<string[]> {
    const { status, cause } = await cloud.run('retire');
    const found = status === 'SUCCEEDED' ? [] : [`${status}: ${cause}`];
    if (cloud.deletedCaches.join() !== 'sessions') found.push(`deleted: ${cloud.deletedCaches}`);
    return found;
  }

  test('one that was stopped anywhere is completed by the next, and so is one that was over', async () => {
    const found: Record<string, string[]> = {};
    const some = (await statesOfRetire()).filter((_state, index) => index % 3 === 0);
    for (const state of some) {
      const cloud = await cutOver();
      await cloud.run('retire', { abortAt: state });
      // A rule starts it.
      await cloud.run('recover');
      const wrong = [...(await problems(cloud)), ...(await problems(cloud))];
      if (wrong.length > 0) found[state] = wrong;
    }
    expect(found).toEqual({});
  }, 300_000);

  test('a deletion whose answer is lost counts; one that is refused is named, and tried again', async () => {
    const wrongly = (name: string) => (state: string) =>
      state === name ? new TaskFailure('Injected', 'by the test') : undefined;
    const lost = await cutOver();
    expect(await lost.run('retire', { fail: wrongly('Delete blue, with a last snapshot') })).toMatchObject({
      status: 'SUCCEEDED',
    });
    const refused = await cutOver();
    expect((await refused.run('retire', { refuse: wrongly('Delete blue, with a last snapshot') })).cause).toMatch(
      /^Retire: Blue stays: it is available\. Injected: by the test .*\{"action":"retire"\} goes on where it stopped/,
    );
    expect(await problems(refused)).toEqual([]);
  });

  // @see docs/aws-facts.md#elasticache-memcached-snapshots
  test('where ElastiCache takes no snapshot of a node type, the command that deletes without one is said', async () => {
    const cloud = await cutOver();
    const refuse = (state: string) =>
      state === 'Delete blue, with a last snapshot'
        ? new TaskFailure('ElastiCache.SnapshotFeatureNotSupportedException', 'Not of cache.t1.micro.')
        : undefined;
    expect((await cloud.run('retire', { refuse })).cause).toContain(
      'Delete it without one: aws elasticache delete-cache-cluster --cache-cluster-id sessions ',
    );
    await cloud.administer('elasticache', 'deleteCacheCluster', { CacheClusterId: 'sessions' });
    expect(await problems(cloud)).toEqual([]);
  });

  test('an ElastiCache that does not say what is there is not taken for one that has nothing', async () => {
    const cloud = await cutOver();
    const refuse = (state: string) =>
      state === 'Retire: what is left of blue?'
        ? new TaskFailure('ElastiCache.ElastiCacheException', 'No.')
        : undefined;
    expect((await cloud.run('retire', { refuse })).cause).toMatch(/^Retire: No\./);
    expect(cloud.deletedCaches).toEqual([]);
  });
});

describe('a request', () => {
  test.each(['', 'destroy', 'back'])(`that is none is refused with what is accepted: '%s'`, async (action) => {
    const cloud = await cloudAt(FENCED);
    const before = cloud.observe();
    const { error, cause } = await cloud.run(action);
    expect(error).toBe('UnknownAction');
    expect(cause).toContain(
      'Accepted is {"action": A} with A one of preflight, cutover, rollback, recover, retire, and nothing else.',
    );
    expect(cloud.observe()).toEqual(before);
  });

  test('with anything besides its action is refused: anyone who wrote it meant something by it', async () => {
    const cloud = await cloudAt(FENCED);
    const before = cloud.observe();
    const { error, cause } = await cloud.run('cutover', { besides: { note: 'clients must recover by 02:00' } });
    expect([error, cause]).toEqual(['UnknownAction', expect.stringContaining('and nothing else')]);
    expect(cloud.observe()).toEqual(before);
  });

  test('by another state machine, which says so in the input, is taken', async () => {
    const cloud = await cloudAt(FENCED);
    const besides = { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn:aws:states:…' };
    expect(await cloud.run('preflight', { besides })).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('beside an execution that nobody can tell is over is refused, a recovery too', async () => {
    const cloud = await cloudAt(FENCED);
    await cloud.run('cutover', { abortAt: 'Journal: Fence begins' });
    const refuse = (state: string) =>
      state === 'Describe the execution of the last holder'
        ? new TaskFailure('Sfn.SfnException', 'Rate exceeded')
        : undefined;
    const { error, cause } = await cloud.run('recover', { refuse });
    expect(error).toBe('Busy');
    expect(cause).toMatch(/Nobody can tell whether execution .* is over: DescribeExecution said Sfn\.SfnException\./);
    expect(await cloud.run('recover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
  });

  test.each(['rollback', 'retire'])('to %s what never moved is refused', async (action) => {
    const cloud = await cloudAt(FENCED);
    expect(await cloud.run(action)).toMatchObject({
      error: 'NothingToDo',
      cause: `Look around: ${action} was asked for, but blue serves. -- Nothing was changed.`,
    });
    expect(cloud.observe().lock).toBeUndefined();
  });

  test('to recover where nothing was interrupted does nothing', async () => {
    const cloud = await cloudAt(FENCED);
    const before = cloud.observe();
    expect(await cloud.run('recover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
    expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
  });

  test('to cut over after an interruption is refused until it was recovered', async () => {
    const cloud = await cloudAt(FENCED);
    await cloud.run('cutover', { abortAt: 'Stop ECS service: scale down' });
    expect(await cloud.run('cutover')).toMatchObject({ error: 'Unfinished' });
    await cloud.run('recover');
    expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('while another execution runs is refused', async () => {
    const cloud = await cloudAt(FENCED);
    cloud.approves = false;
    const first = cloud.run('cutover', {
      entered: (state) => {
        if (state === 'Wait for the approval of the cutover') second = cloud.run('recover');
      },
    });
    let second: ReturnType<Cloud['run']> | undefined;
    await first;
    expect(await second).toMatchObject({ error: 'Busy' });
  });
});

describe('the alarms', () => {
  test('may be composite ones', async () => {
    const cloud = await cloudAt(FENCED);
    cloud.cloudwatch.addAlarm('LoginErrors', 'CompositeAlarm');
    const entered = (state: string) => {
      if (state === 'Journal: Watch begins') cloud.cloudwatch.setAlarmState('LoginErrors', 'ALARM', 'by the test');
    };
    expect((await cloud.run('cutover', { entered })).cause).toMatch(/^Watch: Alarm: In ALARM: LoginErrors -- /);
    expect(cloud.observe().weights).toEqual(home);
  });

  test('one that is deleted in the canary ends it, with all clients on blue', async () => {
    const cloud = await cloudAt(COLD);
    const entered = (state: string) => {
      if (state === 'Wait while green has weight 5 of 100') cloud.cloudwatch.removeAlarm('LoginErrors');
    };
    expect((await cloud.run('cutover', { entered })).cause).toMatch(
      /^Canary: AlarmsMissing: There is no alarm LoginErrors any more\. -- Clients are on blue/,
    );
    expect(cloud.observe().weights).toEqual(home);
  });

  const watchingTwo = async () => {
    const surroundings = new Surroundings();
    const alarms = ['Refusals', 'Latency'].map((name) => surroundings.alarm(name));
    surroundings.migrateInFull(COLD, { watch: Duration.minutes(2), alarms });
    return Cloud.of(surroundings.deploy(), false);
  };

  test('are watched on when one of them is deleted', async () => {
    const cloud = await watchingTwo();
    let looks = 0;
    const entered = (state: string) => {
      if (state !== 'Read the alarms') return;
      looks += 1;
      if (looks === 1) cloud.cloudwatch.removeAlarm('Latency');
      if (looks === 3) cloud.cloudwatch.setAlarmState('Refusals', 'ALARM', 'by the test');
    };
    expect((await cloud.run('cutover', { entered })).cause).toMatch(/^Watch: Alarm: In ALARM: Refusals -- /);
    expect(cloud.observe().weights).toEqual(home);
  });

  test('were not all watched to the end where one of them is gone then', async () => {
    const cloud = await watchingTwo();
    let looks = 0;
    const entered = (state: string) => {
      if (state === 'Read the alarms') looks += 1;
      if (looks === 1) cloud.cloudwatch.removeAlarm('Latency');
    };
    expect((await cloud.run('cutover', { entered })).cause).toMatch(
      /^Watch: AlarmsMissing: There is no alarm Latency any more: .* Clients are on green and nobody watches/,
    );
    expect(looks).toBeGreaterThan(5);
  });
});

describe('before the freeze', () => {
  test('one that would be too long is waited for, and then given up with nobody stopped', async () => {
    const cloud = await cloudAt(FENCED);
    const before = cloud.observe();
    answering(cloud, 'redis.status', new TaskFailure('Agent.FreezeTooLong', 'A freeze would take 90 s.'));
    expect((await cloud.run('cutover')).cause).toMatch(/^Settle: Agent\.FreezeTooLong: A freeze would take 90 s\./);
    expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
    const stops = () => cloud.calls.entries.filter(({ action }) => action === 'updateService').length;
    expect(stops()).toBe(0);
    answering(cloud, 'redis.status', { replications: [] });
    await cloud.run('cutover');
    expect(stops()).toBeGreaterThan(0);
  });

  test('nobody who goes back waits for it', async () => {
    const cloud = await cloudAt(FENCED);
    await cloud.run('cutover');
    answering(cloud, 'redis.status', new TaskFailure('Agent.FreezeTooLong', 'A freeze would take 90 s.'));
    expect(await cloud.run('rollback')).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('in the freeze', () => {
  test('a cache that is still written to is opened again', async () => {
    const cloud = await cloudAt(FENCED);
    const before = cloud.observe();
    answering(cloud, 'redis.nowrites', new TaskFailure('Agent.WritesContinue', 'Writes go on.'));
    expect((await cloud.run('cutover')).cause).toMatch(/^Fence: Agent\.WritesContinue: Writes go on\./);
    expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
  });

  test('keys that differ send clients back, and say how many', async () => {
    const cloud = await cloudAt(FENCED);
    const sample = [{ keyHash: 'ab12', database: 0, difference: 'value' }];
    answering(cloud, 'redis.verify', { keysCompared: 3, mismatches: 2, sample });
    expect((await cloud.run('cutover')).cause).toMatch(/^Replicate: Mismatch: 2 of 3 keys differ, e\.g\. .*ab12/);
  });

  test('an agent that does not answer is noticed, and clients get their cache back', async () => {
    const cloud = await cloudAt(FENCED);
    const before = cloud.observe();
    answering(cloud, 'redis.drain', new Promise(() => {}));
    expect((await cloud.run('cutover')).cause).toMatch(/^Drain: States\.Timeout/);
    expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
  });
});

describe('the journal', () => {
  test('holds thirty rules of both sides', async () => {
    const cloud = await cloudAt(FENCED);
    cloud.addUsers(14);
    expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('that cannot hold all rules is found by the preflight, with what to do about it', async () => {
    const cloud = await cloudAt(FENCED);
    cloud.addUsers(28);
    const before = cloud.observe();
    for (const action of ['preflight', 'cutover']) {
      expect((await cloud.run(action)).cause).toMatch(/^Preflight: TooManyRules: .* have 60 rules .* prefix list/);
    }
    expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
  });
});

test('keyspace events that somebody had on stay as they were', async () => {
  const cloud = await cloudAt(FENCED);
  cloud.setKeyspaceEvents('Ex');
  await cloud.run('cutover');
  expect(cloud.observe().keyspaceEvents).toBe('Ex');
});

describe('a server of one’s own', () => {
  const own = { cacheClusterId: undefined, nodeType: undefined, parameterGroupName: undefined, securityGroups: [] };

  test.each([COLD, LIVE])('can be blue, and is left to its owner at the end: %s', async (consistency) => {
    const surroundings = new Surroundings({ ...own, maxMemory: Size.gibibytes(2) });
    surroundings.migrateInFull(consistency, { watch: Duration.minutes(1) });
    const cloud = await Cloud.of(surroundings.deploy(), false);
    expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
    expect((await cloud.run('retire')).cause).toContain('Blue is a server of your own. Stop it yourself');
    expect(await cloud.run('rollback')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
  });
});

test('a cutover takes about as many state transitions as docs/costs.md says', async () => {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(FENCED, { watch: Duration.hours(24) });
  const cloud = await Cloud.of(surroundings.deploy(), true);
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  const page = readFileSync(join(__dirname, '../../../../docs/costs.md'), 'utf8');
  const [, said = ''] = /about\s([\d,]+) with a watch of 24 hours/.exec(page) ?? [];
  const ratio = cloud.transitions / Number(said.replace(',', ''));
  expect(ratio).toBeGreaterThan(0.9);
  expect(ratio).toBeLessThan(1.1);
});

describe.each([
  ['redis.evict', true],
  ['redis.verify', false],
  ['redis.reverse', false],
] as const)('at LIVE, where %s fails', (failing, overlap) => {
  /** What the agent is asked from there on, with who is named, and whether blue is open, at the time. */
  async function undone() {
    const cloud = await cloudAt(LIVE);
    const { agent } = cloud;
    const asked: { verb: string; args: object; serving: string; isOpen: boolean }[] = [];
    let failed = 0;
    cloud.agent = (verb, args) => {
      const { weights, ingress } = cloud.observe();
      const serving = weights.green > 0 ? 'green' : 'blue';
      const isLast = verb === failing && (verb !== 'redis.verify' || (args as { mode: string }).mode === 'delta');
      const isHere = isLast && serving === 'green';
      if (isHere) failed += 1;
      if (isHere && failed === 1) return new TaskFailure('Agent.Failed', 'by the test');
      if (failed > 0) asked.push({ verb, args: args as object, serving, isOpen: ingress.blue.length > 0 });
      return agent(verb, args);
    };
    expect(await cloud.run('cutover')).toMatchObject({ error: 'RolledBack' });
    return asked;
  }

  test('an undone switch is carried back from a side that the agent no longer writes to', async () => {
    const asked = (await undone()).map(({ verb, args }) => [verb, args]);
    expect(asked.slice(asked.findIndex(([verb]) => verb === 'redis.freeze'))).toMatchObject([
      ['redis.freeze', { side: 'green' }],
      ['redis.evict', { side: 'green' }],
      ['redis.unfreeze', { side: 'green' }],
      ['redis.reverse', { from: 'green', to: 'blue', overlap }],
      ['redis.nowrites', { side: 'green' }],
      ['redis.drain', { from: 'green', to: 'blue' }],
      ...(overlap
        ? []
        : [
            ['redis.stop', {}],
            ['redis.unfreeze', { side: 'blue' }],
          ]),
      ['redis.stop', {}],
    ]);
  });

  test('no copy that tells nobody’s writes apart runs while blue is open, or has its name', async () => {
    let tellsApart = true;
    let runs = true;
    for (const { verb, args, serving, isOpen } of await undone()) {
      if (runs && !tellsApart) expect([verb, serving, isOpen]).toEqual([verb, 'green', false]);
      if (verb === 'redis.reverse') tellsApart = (args as { overlap: boolean }).overlap;
      if (verb === 'redis.stop') runs = false;
    }
    expect(runs).toBe(false);
  });
});

test.each([
  'Undo Drain: wait until nothing is left to apply: agent',
  'Undo Fence: lift the pause: agent',
  'Undo Fence: are client ingress rules restored?',
  'Undo Switch: shift the DNS record back',
])(
  'at LIVE, where "%s" is refused, the side that clients are on is followed again, or blue is theirs',
  async (failing) => {
    const cloud = await cloudAt(LIVE);
    const { agent } = cloud;
    let following: object | undefined;
    cloud.agent = (verb, args) => {
      if (verb === 'redis.stop') following = undefined;
      if (verb === 'redis.reverse' || verb === 'redis.replicate') following = args as object;
      const differs = verb === 'redis.verify' && (args as { mode: string }).mode === 'delta';
      return differs ? { mismatches: 1, keysCompared: 1, sample: [] } : agent(verb, args);
    };
    let isRefused = true;
    const refuse = (state: string) =>
      isRefused && state === failing ? new TaskFailure('Injected', 'by the test') : undefined;
    const { cause } = await cloud.run('cutover', { refuse });
    const { weights, ingress } = cloud.observe();
    if (weights.green > 0) {
      expect(cause).toContain('Clients are on green');
      expect(following).toMatchObject({ from: 'green', to: 'blue', overlap: false });
      expect(ingress.blue).toEqual([]);
      expect(JSON.parse(cloud.parameter('journal') ?? '')).toMatchObject({
        phase: expect.stringMatching(/^(Verify|Drain)$/),
        following: { from: 'green', to: 'blue' },
      });
    } else {
      expect(cause).toContain('Clients are on blue');
    }

    isRefused = false;
    if (weights.green > 0) expect((await cloud.run('recover')).output).toMatchObject({ serving: 'blue' });
    expect(cloud.observe().weights).toEqual({ blue: 100, green: 0 });
    expect(following).toBeUndefined();
  },
);

test('at LIVE what an undo counts is told, also where the drain before it has told of less', async () => {
  const cloud = await cloudAt(LIVE);
  const { agent } = cloud;
  cloud.agent = (verb, args) => {
    if (verb === 'redis.verify' && (args as { mode: string }).mode === 'delta') {
      return { mismatches: 1, keysCompared: 1, sample: [] };
    }
    const answer = agent(verb, args);
    const conflicts = (args as { from?: string }).from === 'green' ? 5 : 3;
    return verb === 'redis.drain' ? { ...(answer as object), conflicts } : answer;
  };
  const { cause } = await cloud.run('cutover');
  expect(cause).toContain(' 5 keys were written on both sides while both were open');
});

test('at LIVE a cutover that is done tells so too, and says nothing where there is nothing', async () => {
  for (const conflicts of [2, 0]) {
    const cloud = await cloudAt(LIVE);
    const { agent } = cloud;
    cloud.agent = (verb, args) => {
      const answer = agent(verb, args);
      return verb === 'redis.drain' ? { ...(answer as object), conflicts } : answer;
    };
    const { output } = await cloud.run('cutover');
    const { told } = output as { told?: string };
    expect(told).toEqual(conflicts === 0 ? undefined : expect.stringMatching(/^2 keys were written on both sides/));
  }
});

test('at LIVE who is sent back is told how many keys were written on both sides', async () => {
  const cloud = await cloudAt(LIVE);
  const { agent } = cloud;
  cloud.agent = (verb, args) => {
    const answer = agent(verb, args);
    return verb === 'redis.drain' ? { ...(answer as object), conflicts: 3 } : answer;
  };
  const entered = (state: string) => {
    if (state === 'Journal: Watch begins') cloud.cloudwatch.setAlarmState('LoginErrors', 'ALARM', 'by the test');
  };
  expect((await cloud.run('cutover', { entered })).cause).toContain(
    'Clients are on blue, and what was stopped is back. 3 keys were written on both sides while both were open: of each, one write stands',
  );
});

describe.each([COLD, LIVE, FENCED])('at %s, when green is lost after the cutover', (consistency) => {
  const lost = (side: string) => (cloud: Cloud) => {
    const { agent } = cloud;
    const gone = new TaskFailure('Agent.Unreachable', `${side} does not answer.`);
    cloud.agent = (verb, args) => (JSON.stringify(args).includes(side) ? gone : agent(verb, args));
  };

  async function cutOver(): Promise<{ cloud: Cloud; before: ObservedState }> {
    const cloud = await cloudAt(consistency);
    const before = cloud.observe();
    await cloud.run('cutover');
    return { cloud, before };
  }

  test('clients return to blue, whose client ingress is restored, and are told what that means', async () => {
    const { cloud, before } = await cutOver();
    lost('green')(cloud);
    const { error, cause } = await cloud.run('rollback');
    expect({ error, cause }).toEqual({
      error: 'RolledBack',
      cause:
        'Return: Agent.Unreachable: green does not answer. What was written there and had not reached the other side is ' +
        'lost. -- Clients are on blue, and what was stopped is back.',
    });
    const { weights, ingress, lock } = cloud.observe();
    expect({ weights, lock, blue: ingress.blue }).toEqual({
      weights: home,
      lock: undefined,
      blue: before.ingress.blue,
    });
    expect(ingress.green).toEqual(consistency === COLD ? before.ingress.green : []);
    expect(cloud.broken).toEqual([]);
  });

  test('in the watch, the alarm takes them back', async () => {
    const cloud = await cloudAt(consistency);
    const before = cloud.observe();
    const entered = (state: string) => {
      if (state !== 'Journal: Watch begins') return;
      cloud.cloudwatch.setAlarmState('LoginErrors', 'ALARM', 'by the test');
      lost('green')(cloud);
    };
    expect(await cloud.run('cutover', { entered })).toMatchObject({ error: 'RolledBack' });
    expect(cloud.observe()).toMatchObject({ weights: home, ingress: { blue: before.ingress.blue }, lock: undefined });
  });

  test('and blue as well, they stay where they are', async () => {
    const { cloud } = await cutOver();
    const before = cloud.observe();
    lost('green')(cloud);
    lost('blue')(cloud);
    expect((await cloud.run('rollback')).cause).toMatch(/^Return: Agent\.Unreachable: blue does not answer\./);
    expect(cloud.observe()).toEqual(before);
  });

  test('a recovery takes up a rollback that was stopped', async () => {
    const { cloud, before } = await cutOver();
    lost('green')(cloud);
    await cloud.run('rollback', { abortAt: 'Leave the lost side' });
    expect(await cloud.run('recover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
    expect(cloud.observe()).toMatchObject({ weights: home, ingress: { blue: before.ingress.blue }, lock: undefined });
  });
});
