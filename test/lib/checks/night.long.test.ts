import { Duration, type Stack } from 'aws-cdk-lib';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { type CacheConsistency, Check, CheckTime, type ICheck } from '../../../lib';
import { TaskFailure } from '../../../rehearsal/states-language';
import type { CheckBehaviour } from '../../../rehearsal/testbed/checks/check-behaviours';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { sampled } from '../../sampled';
import { Cloud } from '../cloud';
import { CONSISTENCIES } from '../cutover/rendered';
import { Surroundings } from '../migration-under-test';

jest.setTimeout(60_000);
afterAll(removeTemporaryFolders);

const { BEFORE_RESUME, AFTER_RESUME } = CheckTime;
const TIMES = Object.values(CheckTime);

/** One that needs no person, of each kind but a request over a connection, at each time; and a person at each. */
function everyCheck(stack: Stack): ICheck[] {
  const stateMachine = StateMachine.fromStateMachineName(stack, 'Looks', 'looks');
  return TIMES.flatMap((when) => [
    Check.http({ name: `page ${when}`, when, url: 'http://shop.internal.example/', owner: 'shop team' }),
    Check.stateMachine({ name: `machine ${when}`, when, stateMachine, timeout: Duration.minutes(2) }),
    Check.command({ name: `command ${when}`, when, command: 'true', instanceIds: ['i-0123456789abcdef0'] }),
    Check.confirm({ name: `person ${when}`, when, instructions: 'Log in and look at an order.' }),
  ]);
}

function migrationOf(consistency: CacheConsistency) {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(consistency, { checks: everyCheck(surroundings.stack), watch: Duration.minutes(1) });
  return surroundings.deploy();
}

const ASSEMBLIES = new Map(CONSISTENCIES.map((consistency) => [consistency, migrationOf(consistency)]));

async function night(consistency: CacheConsistency, behaviours: Readonly<Record<string, CheckBehaviour>> = {}) {
  const assembly = ASSEMBLIES.get(consistency);
  if (assembly === undefined) throw new Error(consistency);
  const cloud = await Cloud.of(assembly, consistency === 'FENCED');
  for (const [name, behaviour] of Object.entries(behaviours)) cloud.behaviours.set(name, behaviour);
  return { cloud, before: cloud.observe() };
}

interface Results {
  readonly phases: Readonly<Record<string, { readonly checks?: readonly { readonly check: string }[] }>>;
}

describe.each(CONSISTENCIES)('at %s', (consistency) => {
  test('all that is well is told in the output: who, when, how long, and by whom', async () => {
    const { cloud } = await night(consistency);
    const result = await cloud.run('cutover');
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'cutOver', serving: 'green' } });
    const { phases } = result.output as unknown as Results;
    expect(phases.Preflight?.checks?.map(({ check }) => check)).toEqual(
      TIMES.flatMap((when) => ['page', 'machine', 'command'].map((name) => `${name} ${when}`)),
    );
    for (const [phase, when] of [
      ['Check', BEFORE_RESUME],
      ['Check with clients', AFTER_RESUME],
    ] as const) {
      expect(phases[phase]?.checks).toEqual([
        {
          check: `page ${when}`,
          kind: 'HTTP request',
          owner: 'shop team',
          asked: expect.stringMatching(/^20\d\d-/),
          seconds: expect.any(Number),
          tries: 1,
          passed: true,
          detail: 'served by green',
        },
        expect.objectContaining({ check: `machine ${when}`, passed: true, detail: 'served by green' }),
        expect.objectContaining({ check: `command ${when}`, passed: true }),
        expect.objectContaining({ check: `person ${when}`, passed: true, by: 'ann', detail: 'ann confirmed it' }),
      ]);
    }
    expect(phases['Check the return']).toBeUndefined();
    expect(cloud.broken).toEqual([]);
  });

  const kinds: [string, CheckBehaviour][] = [
    ['page', 'red-on-green'],
    ['page', 'hangs-on-green'],
    ['machine', 'red-on-green'],
    ['command', 'red-on-green'],
    ['command', 'hangs-on-green'],
  ];

  test.each(sampled(kinds, 3))('a %s that is %s sends clients back before they are let in', async (name, behaviour) => {
    const check = `${name} ${BEFORE_RESUME}`;
    const { cloud, before } = await night(consistency, { [check]: behaviour });
    const entered: string[] = [];
    const result = await cloud.run('cutover', { entered: (state) => entered.push(state) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(result.cause).toMatch(
      new RegExp(`^Check: CheckFailed: ${check}( \\(shop team\\))? failed after \\d tr.* Clients are on blue`),
    );
    expect(entered).not.toContain('Resume');
    const { weights, ingress, desiredCounts, lock } = before;
    expect(cloud.observe()).toMatchObject({ weights, desiredCounts, phase: 'settled' });
    expect(cloud.observe().ingress.blue).toEqual(ingress.blue);
    expect(cloud.observe().lock).toEqual(lock);
    expect(cloud.broken).toEqual([]);
  });

  test.each(sampled(kinds, 3))('a %s that is %s once clients are in turns them round', async (name, behaviour) => {
    const check = `${name} ${AFTER_RESUME}`;
    const { cloud, before } = await night(consistency, { [check]: behaviour });
    const result = await cloud.run('cutover');
    expect(result).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(result.cause).toMatch(
      new RegExp(`^Check with clients: CheckFailed: ${check}.* Clients are on blue, and what was stopped is back`),
    );
    expect(cloud.observe()).toMatchObject({ weights: before.weights, desiredCounts: before.desiredCounts });
    expect(cloud.observe().phase).toBe('settled');
    expect(cloud.broken).toEqual([]);
  });

  test('one that is red on both ends the preflight with its name, owner and what was seen', async () => {
    const { cloud, before } = await night(consistency, { [`page ${AFTER_RESUME}`]: 'red' });
    for (const action of ['preflight', 'cutover']) {
      const result = await cloud.run(action);
      expect(result.status).toBe('FAILED');
      expect(result.cause).toMatch(
        new RegExp(`page ${AFTER_RESUME} \\(shop team\\) failed after 3 tries in [\\d.]+ s: not well on blue\\.`),
      );
      expect(result.cause).toContain('Asked of blue, before the switch');
      expect(cloud.observe()).toMatchObject({ weights: before.weights, ingress: before.ingress });
    }
  });

  test('a person who says no sends clients back, by name and with the reason', async () => {
    const { cloud } = await night(consistency);
    cloud.confirms = 'no';
    const result = await cloud.run('cutover');
    expect(result).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(result.cause).toContain(`person ${BEFORE_RESUME} failed after 1 try`);
    expect(result.cause).toContain('ann said no: pages are empty');
    expect(cloud.serving()).toBe('blue');
    expect(JSON.parse(String(cloud.parameter('confirmation'))).token).toBeUndefined();
  });

  test('nobody who answers is a no', async () => {
    const { cloud } = await night(consistency);
    cloud.confirms = undefined;
    const result = await cloud.run('cutover');
    expect(result.cause).toContain(`person ${BEFORE_RESUME} failed after 1 try`);
    expect(result.cause).toContain('nobody answered within 60 minutes');
    expect(result.cause).toContain('Clients are on blue');
    expect(cloud.serving()).toBe('blue');
  });

  test('a rollback is not held up by what is red, and says that it is', async () => {
    const { cloud } = await night(consistency);
    await cloud.run('cutover');
    cloud.behaviours.set(`page ${BEFORE_RESUME}`, 'red');
    const entered: string[] = [];
    const result = await cloud.run('rollback', { entered: (state) => entered.push(state) });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'rolledBackOnRequest', serving: 'blue' } });
    expect((result.output as unknown as Results).phases['Check the return']?.checks).toContainEqual(
      expect.objectContaining({ check: `page ${BEFORE_RESUME}`, passed: false, detail: 'not well on blue' }),
    );
    expect(entered).not.toContain('Check blue: run each check');
    expect(entered).not.toContain('Check');
  });

  test('one that cannot be asked at all is not taken for well', async () => {
    const { cloud } = await night(consistency);
    cloud.ailment = (args) =>
      (args as { check?: string }).check === `page ${BEFORE_RESUME}` && cloud.serving() === 'green'
        ? new TaskFailure('Agent.AccessDenied', 'This host has no such request')
        : undefined;
    const result = await cloud.run('cutover');
    expect(result.cause).toMatch(
      /^Check: CheckFailed: .* Agent.AccessDenied: This host has no such request\. .* on blue/,
    );
    expect(cloud.serving()).toBe('blue');
  });
});
