import { App, Stack } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  QueryLanguage,
  StateMachine,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Schedules } from '../../../../lib/cutover/schedule/schedules';
import { loadAssembly } from '../../../../rehearsal/assembly';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import { StateMachines } from '../../../../rehearsal/aws/integration/state-machines';
import { awsTaskHandler } from '../../../../rehearsal/aws/integration/task-handler';
import { universalTarget } from '../../../../rehearsal/aws/integration/universal-target';
import { type AssumedBy, assumeRole } from '../../../../rehearsal/aws/policy';
import { Scheduler } from '../../../../rehearsal/aws/scheduler/scheduler';
import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import { SystemClock } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders, temporaryFolder } from '../../../rehearsal/assembly/written-assembly';
import { anyone } from '../../../rehearsal/aws/test-environment';
import { ACCOUNT, REGION } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

const NAME = 'cutover-20300101T0210-x';

/** A migration's state machine whose preflight finds this, with what schedules it; waits are over at once. */
function stage({ finds, preflightTakesMs = 0 }: { finds?: string; preflightTakesMs?: number } = {}) {
  const app = new App({ outdir: temporaryFolder() });
  const stack = new Stack(app, 'Shop', { env: { account: ACCOUNT, region: REGION } });
  const well = Succeed.jsonata(stack, 'Well');
  const found = Fail.jsonata(stack, 'Found', { error: 'RolledBack', cause: finds ?? '' });
  const looks = Condition.jsonata(`{% $states.input.action = 'preflight' and ${finds !== undefined} %}`);
  const stateMachine = new StateMachine(stack, 'Migration', {
    stateMachineName: 'sessions',
    definitionBody: DefinitionBody.fromChainable(Choice.jsonata(stack, 'Looks').when(looks, found).otherwise(well)),
    queryLanguage: QueryLanguage.JSONATA,
  });
  new Schedules(stack, 'Schedules', { migrationName: 'sessions', stateMachine });
  const assembly = loadAssembly(app.synth().directory, { account: ACCOUNT, region: REGION });

  let passed = 0;
  const waits = new SystemClock((seconds, { reason }) => (reason === 'wait' ? 0 : seconds));
  const clock = {
    now: () => waits.now() + passed,
    sleep: (...pause: Parameters<SystemClock['sleep']>) => waits.sleep(...pause),
  };
  const ids = new Identifiers('schedules');
  const environment = {
    account: ACCOUNT,
    region: REGION,
    ids,
    clock: { now: clock.now, sleep: async () => undefined },
  };
  const of = (roleArn: string, session: string, by: AssumedBy) => assumeRole(assembly.role(roleArn), session, by);
  const begun: string[] = [];
  const faults: unknown[] = [];
  const machines: StateMachines = new StateMachines({
    machines: assembly.stateMachines(),
    taskHandler: (request) => handler(request),
    clock,
    onStatusChange: ({ status, input, name }) => {
      if (status === 'RUNNING') begun.push(`${name}: ${JSON.parse(input).action ?? 'looks and waits'}`);
      else if (input.includes('preflight')) passed += preflightTakesMs;
    },
    onFault: (_arn, fault) => faults.push(fault),
  });
  const sfn = new Sfn({ environment, activityArns: [], runner: machines });
  const scheduler: Scheduler = new Scheduler({
    environment,
    invoke: (...call) => universalTarget(plane, of)(...call),
  });
  const plane = new ControlPlane({ environment, services: [sfn, scheduler] });
  const handler = awsTaskHandler({ plane, sfn, assumeRole: of });

  const physical = (type: string) => String(assembly.resources(type)[0]?.physicalId);
  const group = physical('AWS::Scheduler::ScheduleGroup');
  scheduler.schedules.addGroup(group);
  const machine = assembly.stateMachines().find(({ arn }) => !arn.endsWith(':sessions'))?.arn ?? '';
  const role = assembly
    .resources('AWS::IAM::Role')
    .find((one) => JSON.stringify(one.property('AssumeRolePolicyDocument')).includes('scheduler.amazonaws.com'));
  const now = clock.now();
  const second = (at: number) => new Date(at).toISOString().slice(0, 19);
  const create = (Arn = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution') =>
    plane.call({
      service: 'scheduler',
      action: 'createSchedule',
      principal: anyone,
      arguments: {
        Name: NAME,
        GroupName: group,
        ScheduleExpression: `at(${second(now + 60_000)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn,
          RoleArn: String(role?.attribute('Arn')),
          Input: JSON.stringify({
            StateMachineArn: machine,
            Name: NAME,
            Input: JSON.stringify({ at: `${second(now + 3_600_000)}Z` }),
          }),
        },
      },
    });
  const ended = async () => {
    await machines.ended(`${machine.replace(':stateMachine:', ':execution:')}:${NAME}`);
    const [execution] = machines.executions(machine);
    return execution;
  };
  return { assembly, create, scheduler, group, begun, ended, faults, plane };
}

test('looks an hour before, waits, and starts the cutover at its time', async () => {
  const { create, scheduler, group, begun, ended, faults } = stage();
  await create();
  await scheduler.fire(NAME, group);
  expect(scheduler.invocations).toEqual([{ schedule: NAME }]);
  expect(await ended()).toMatchObject({ status: 'SUCCEEDED' });
  expect(faults).toEqual([]);
  expect(begun).toEqual([`${NAME}: looks and waits`, `${NAME}-preflight: preflight`, `${NAME}: cutover`]);
  // It is deleted once it has been called.
  expect(scheduler.schedules.all(group)).toEqual([]);
});

test('a schedule that calls twice starts one cutover', async () => {
  const { create, scheduler, group, begun, ended } = stage();
  await create();
  await scheduler.fire(NAME, group, 2);
  await ended();
  expect(scheduler.invocations).toHaveLength(2);
  expect(begun.filter((each) => each.endsWith(': cutover'))).toHaveLength(1);
  expect(begun.filter((each) => each.endsWith(': preflight'))).toHaveLength(1);
});

test('a preflight that finds something cancels the cutover, and says what it found', async () => {
  const { create, scheduler, group, begun, ended } = stage({ finds: 'redis.capacity: green is too small' });
  await create();
  await scheduler.fire(NAME, group);
  expect(await ended()).toMatchObject({
    status: 'FAILED',
    error: 'Cancelled',
    cause: expect.stringMatching(
      /^The preflight found something, and the cutover at \S+Z is not started\. redis\.capacity: green is too small Mend that/,
    ),
  });
  expect(begun.filter((each) => each.endsWith(': cutover'))).toEqual([]);
});

test('a preflight that lasts until long after the time starts no cutover that nobody expects any more', async () => {
  const { create, scheduler, group, begun, ended } = stage({ preflightTakesMs: 3 * 3_600_000 });
  await create();
  await scheduler.fire(NAME, group);
  expect(await ended()).toMatchObject({ status: 'FAILED', error: 'TooLate' });
  expect(begun.filter((each) => each.endsWith(': cutover'))).toEqual([]);
});

test('the role that schedules have can start nothing but what looks first', async () => {
  const { create, scheduler, group, begun, assembly } = stage();
  await create('arn:aws:scheduler:::aws-sdk:sfn:stopExecution');
  await scheduler.fire(NAME, group);
  expect(scheduler.invocations[0]?.error).toMatch(/./);
  expect(begun).toEqual([]);
  const statements = assembly
    .resources('AWS::IAM::Role')
    .map((each) => assembly.role(String(each.attribute('Arn'))))
    .filter(({ trust }) => JSON.stringify(trust).includes('scheduler.amazonaws.com'))
    .flatMap(({ policies }) => policies.flatMap((policy) => policy.statements));
  const [machine] = assembly.stateMachines().filter(({ arn }) => !arn.endsWith(':sessions'));
  expect(statements).toEqual([{ Effect: 'Allow', Action: 'states:StartExecution', Resource: machine?.arn }]);
});
