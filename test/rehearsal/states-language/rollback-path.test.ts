import type { Json, TaskRequest } from '../../../rehearsal/states-language';
import { ACTIVITY, type Answer, block, expectAslValidator, failure, machine, never, run, start, task } from './harness';

/**
 * A migration in the shape this interpreter is for: each phase a Parallel of one branch, as a try block; its result
 * kept in a variable; a Catch that leads to the rollback path, which undoes phase by phase and fails with what began it.
 */
const sdk = (action: string) => `arn:aws:states:::aws-sdk:${action}`;
const activity = (verb: string, fields: object = {}) =>
  task({ Resource: ACTIVITY, Arguments: { verb }, HeartbeatSeconds: 30, TimeoutSeconds: 600, ...fields });
const then = (Next: string, state: object) => {
  const { End: _, ...fields } = state as Record<string, unknown>;
  return { ...fields, Next };
};
const phase = (states: Record<string, object>, back: string, fields: object) => ({
  Type: 'Parallel',
  Branches: [block(states)],
  Catch: [{ ErrorEquals: ['States.ALL'], Assign: { failure: '{% $states.errorOutput %}' }, Next: back }],
  ...fields,
});
const hard = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 1, MaxAttempts: 5 }];

const migration = machine(
  {
    Start: {
      Type: 'Pass',
      Assign: { from: 'blue', to: 'green', workloads: '{% $states.input.workloads %}', stopped: [] },
      Next: 'Replicate',
    },
    Replicate: phase(
      { Copy: activity('redis.replicate', { Output: { keys: '{% $states.result.keys %}' } }) },
      'Undo Replicate',
      {
        Assign: { copied: '{% $states.result[0].keys %}' },
        Next: 'Quiesce',
      },
    ),
    Quiesce: phase(
      {
        'Note what runs': {
          Type: 'Map',
          Items: '{% $workloads %}',
          ItemProcessor: block({
            'Look it up': then(
              'Scale it to zero',
              task({
                Resource: sdk('ecs:describeServices'),
                Arguments: { Services: ['{% $states.input %}'] },
                Assign: { desired: '{% $states.result.Services[0].DesiredCount %}', service: '{% $states.input %}' },
              }),
            ),
            'Scale it to zero': task({
              Resource: sdk('ecs:updateService'),
              Arguments: { Service: '{% $service %}', DesiredCount: 0 },
              Output: { service: '{% $service %}', desired: '{% $desired %}' },
            }),
          }),
          Retry: [{ ErrorEquals: ['Ecs.ThrottlingException'], MaxAttempts: 2 }],
          End: true,
        },
      },
      'Undo Quiesce',
      { Assign: { stopped: '{% $states.result[0] %}' }, Next: 'Fence' },
    ),
    Fence: phase(
      {
        Revoke: then('Prove', task({ Resource: sdk('ec2:revokeSecurityGroupIngress') })),
        Prove: activity('redis.nowrites'),
      },
      'Undo Fence',
      { Assign: { offset: '{% $states.result[0].replicationOffset %}' }, Next: 'Switch' },
    ),
    Switch: phase(
      {
        Change: then(
          'Settle',
          task({ Resource: sdk('route53:changeResourceRecordSets'), Arguments: { To: '{% $to %}' } }),
        ),
        Settle: { Type: 'Wait', Seconds: 60, Output: { settled: true }, End: true },
      },
      'Undo Switch',
      { Next: 'Resume' },
    ),
    Resume: then('Done', {
      Type: 'Map',
      Items: '{% $stopped %}',
      ItemProcessor: block({
        'Scale it back': task({
          Resource: sdk('ecs:updateService'),
          Arguments: { Service: '{% $states.input.service %}', DesiredCount: '{% $states.input.desired %}' },
        }),
      }),
    }),
    Done: { Type: 'Succeed', Output: { serving: '{% $to %}', copied: '{% $copied %}', offset: '{% $offset %}' } },
    'Undo Switch': then(
      'Undo Fence',
      task({ Resource: sdk('route53:changeResourceRecordSets'), Arguments: { To: '{% $from %}' }, Retry: hard }),
    ),
    'Undo Fence': then('Undo Quiesce', task({ Resource: sdk('ec2:authorizeSecurityGroupIngress'), Retry: hard })),
    'Undo Quiesce': then('Undo Replicate', {
      Type: 'Map',
      Items: '{% $stopped %}',
      ItemProcessor: block({
        'Put it back': task({
          Resource: sdk('ecs:updateService'),
          Arguments: { Service: '{% $states.input.service %}', DesiredCount: '{% $states.input.desired %}' },
          Retry: hard,
        }),
      }),
    }),
    'Undo Replicate': then('Cutover rolled back', activity('redis.stop', { Retry: hard })),
    'Cutover rolled back': { Type: 'Fail', Error: '{% $failure.Error %}', Cause: '{% $failure.Cause %}' },
  },
  { TimeoutSeconds: 86_400 },
);

/** A world in which everything works, but for what a test says. */
async function migrate(troubles: { readonly [state: string]: readonly Answer[] } = {}) {
  const done: string[] = [];
  const works = (result: Json) => (request: TaskRequest) => {
    request.started('host');
    const { Service, DesiredCount, To } = request.arguments as { Service?: string; DesiredCount?: number; To?: string };
    const what = Service === undefined ? (To ?? '') : `${Service}=${DesiredCount}`;
    done.push(`${request.stateName}${what === '' ? '' : ` ${what}`}`);
    return result;
  };
  const tasks: { [state: string]: readonly Answer[] } = {
    Copy: [works({ keys: 200_000 })],
    'Look it up': [
      (request) => ({ Services: [{ DesiredCount: JSON.stringify(request.arguments).includes('watcher') ? 2 : 5 }] }),
    ],
    'Scale it to zero': [works({})],
    Revoke: [works({})],
    Prove: [works({ replicationOffset: 4711, seconds: 3 })],
    Change: [works({})],
    'Scale it back': [works({})],
    'Undo Switch': [works({})],
    'Undo Fence': [works({})],
    'Put it back': [works({})],
    'Undo Replicate': [works({ stopped: 1 })],
  };
  for (const [state, answers] of Object.entries(troubles)) {
    tasks[state] = [...answers, ...(tasks[state] ?? [])];
  }
  return { ...(await run(migration, { input: { workloads: ['watcher', 'api'] }, tasks })), done };
}

test('asl-validator takes the machine, too', () => {
  expectAslValidator(migration);
});

test('the phases run to their end, with what each phase kept', async () => {
  const { result, done } = await migrate();
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green', copied: 200_000, offset: 4711 } });
  expect(done).toEqual([
    'Copy',
    'Scale it to zero watcher=0',
    'Scale it to zero api=0',
    'Revoke',
    'Prove',
    'Change green',
    'Scale it back watcher=2',
    'Scale it back api=5',
  ]);
});

const putBack = ['Put it back watcher=2', 'Put it back api=5'];

test.each<[string, { readonly [state: string]: readonly Answer[] }, string, readonly string[]]>([
  [
    'in Replicate',
    { Copy: [failure('Agent.TargetNotEmpty', 'green holds keys')] },
    'Agent.TargetNotEmpty',
    ['Undo Replicate'],
  ],
  [
    'in Fence',
    { Revoke: [failure('Ec2.Ec2Exception', 'denied')] },
    'Ec2.Ec2Exception',
    ['Undo Fence', ...putBack, 'Undo Replicate'],
  ],
  [
    'in Switch',
    { Change: [failure('Route53.ThrottlingException', 'slow down')] },
    'Route53.ThrottlingException',
    ['Undo Switch blue', 'Undo Fence', ...putBack, 'Undo Replicate'],
  ],
  [
    'by a host that dies while it proves',
    {
      Prove: [
        ({ started }) => {
          started('host');
          return never();
        },
      ],
    },
    'States.Timeout',
    ['Undo Fence', ...putBack, 'Undo Replicate'],
  ],
  [
    'and undos are tried until they hold',
    { Revoke: [failure('Ec2.Ec2Exception', 'denied')], 'Undo Fence': [failure('X'), failure('Y'), failure('Z')] },
    'Ec2.Ec2Exception',
    ['Undo Fence', ...putBack, 'Undo Replicate'],
  ],
])('a failure %s unwinds what was done, and is the execution’s own', async (_, troubles, error, undone) => {
  const { result, done } = await migrate(troubles);
  expect(result).toMatchObject({ status: 'FAILED', error });
  expect(done.slice(-undone.length)).toEqual(undone);
  expect(done).not.toContain('Scale it back watcher=2');
});

test('what a phase kept is lost with the phase: a failure halfway through Quiesce has no list to put back', async () => {
  const { result, done } = await migrate({
    'Scale it to zero': [{}, failure('Ecs.EcsException', 'no')],
  });
  expect(result).toMatchObject({ status: 'FAILED', error: 'Ecs.EcsException' });
  expect(done).toEqual(['Copy', 'Undo Replicate']);
});

test('a throttled Map is retried as a whole', async () => {
  const { result, done } = await migrate({ 'Look it up': [failure('Ecs.ThrottlingException', 'Rate exceeded')] });
  expect(result.status).toBe('SUCCEEDED');
  expect(done.filter((line) => line.startsWith('Scale it to zero'))).toContain('Scale it to zero watcher=0');
});

test('stopped in the midst of a phase, it takes neither path', async () => {
  const visited: string[] = [];
  const execution = start(migration, {
    input: { workloads: [] },
    tasks: {
      Copy: [{ keys: 1 }],
      Revoke: [
        () => {
          void execution.stop('Operator');
          return never();
        },
      ],
    },
    listener: { stateEntered: ({ name }) => visited.push(name) },
  });
  expect(await execution.result).toMatchObject({ status: 'ABORTED', error: 'Operator' });
  expect(visited.at(-1)).toBe('Revoke');
});
