import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const ACTIVITY = 'arn:aws:states:eu-west-1:111122223333:activity:agent';
const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:cutover';

function testbed() {
  const { clock, environment } = testEnvironment();
  const sfn = new Sfn({
    environment,
    activityArns: [ACTIVITY],
    runner: { stateMachineArns: [], executions: () => [], start: () => {}, stop: () => Promise.resolve() },
  });
  const ended = new AbortController();
  const seen: string[] = [];
  return {
    ...callerOf(environment, sfn),
    clock,
    sfn,
    seen,
    endTask: () => ended.abort(),
    /** Puts a task of the activity before the workers; resolves with its answer. */
    schedule: (token: string, input = '{}') => {
      const answer = sfn.tokens.wait({
        token,
        resourceArn: ACTIVITY,
        signal: ended.signal,
        heartbeat: () => seen.push(`heartbeat ${token}`),
      });
      const started = (worker?: string) => seen.push(`started ${token} by ${worker}`);
      sfn.activities.schedule(ACTIVITY, { token, input, signal: ended.signal, started });
      return answer;
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a worker that waits gets the task as soon as it is scheduled', async () => {
  const { call, schedule, seen, sfn } = testbed();
  const polled = call('getActivityTask', { activityArn: ACTIVITY, workerName: 'host' });
  await settled();
  expect(sfn.activities.workers(ACTIVITY)).toBe(1);
  schedule('t1', '{"verb":"redis.status"}');
  expect(await polled).toEqual({ taskToken: 't1', input: '{"verb":"redis.status"}' });
  expect(seen).toEqual(['started t1 by host']);
  expect(sfn.activities.workers(ACTIVITY)).toBe(0);
});

test('tasks wait for workers, first come first served, each for one worker', async () => {
  const { call, schedule } = testbed();
  schedule('t1');
  schedule('t2');
  const poll = async () =>
    ((await call('getActivityTask', { activityArn: ACTIVITY })) as { taskToken?: string }).taskToken;
  expect([await poll(), await poll()]).toEqual(['t1', 't2']);
});

test('a poll ends empty-handed after 60 seconds', async () => {
  const { call, clock } = testbed();
  const polled = call('getActivityTask', { activityArn: ACTIVITY });
  await settled();
  await clock.pass(60_000);
  expect(await polled).toEqual({});
});

test('a worker that has gone gets no task', async () => {
  const { call, schedule } = testbed();
  const gone = new AbortController();
  const left = call('getActivityTask', { activityArn: ACTIVITY }, { signal: gone.signal });
  await settled();
  gone.abort();
  expect(await left).toEqual({});
  schedule('t1');
  expect(await call('getActivityTask', { activityArn: ACTIVITY })).toMatchObject({ taskToken: 't1' });
});

test('a task that nobody waits for any more is given to no worker', async () => {
  const { call, schedule, endTask, clock } = testbed();
  schedule('t1');
  endTask();
  const polled = call('getActivityTask', { activityArn: ACTIVITY });
  await settled();
  await clock.pass(60_000);
  expect(await polled).toEqual({});
});

test('success, failure and heartbeats reach the task', async () => {
  const { call, schedule, seen } = testbed();
  const first = schedule('t1');
  await call('sendTaskHeartbeat', { taskToken: 't1' });
  await call('sendTaskSuccess', { taskToken: 't1', output: '{"keys":3}' });
  expect(await first).toEqual({ kind: 'success', output: { keys: 3 } });
  const second = schedule('t2');
  await call('sendTaskFailure', { taskToken: 't2', error: 'Agent.WritesContinue', cause: 'writes go on' });
  expect(await second).toEqual({ kind: 'failure', error: 'Agent.WritesContinue', cause: 'writes go on' });
  expect(seen).toEqual(['heartbeat t1']);
});

test('an answered task and one that timed out are gone', async () => {
  const { call, schedule, refusal, endTask } = testbed();
  schedule('t1');
  await call('sendTaskSuccess', { taskToken: 't1', output: '{}' });
  const gone = { error: 'Sfn.TaskTimedOutException', cause: "Task Timed Out: 'Provided task does not exist anymore'" };
  expect(await refusal('sendTaskSuccess', { taskToken: 't1', output: '{}' })).toEqual(gone);
  schedule('t2');
  endTask();
  expect(await refusal('sendTaskHeartbeat', { taskToken: 't2' })).toEqual(gone);
  expect(await refusal('sendTaskFailure', { taskToken: 't2' })).toEqual(gone);
});

test('a token that was never given out is invalid', async () => {
  expect((await testbed().refusal('sendTaskSuccess', { taskToken: 'x', output: '{}' })).error).toBe(
    'Sfn.InvalidTokenException',
  );
});

test('an output that is no JSON, or too long, is refused, and the task waits on', async () => {
  const { call, schedule, refusal } = testbed();
  const answer = schedule('t1');
  expect((await refusal('sendTaskSuccess', { taskToken: 't1', output: '{' })).error).toBe('Sfn.InvalidOutputException');
  const long = JSON.stringify('x'.repeat(262_144));
  expect((await refusal('sendTaskSuccess', { taskToken: 't1', output: long })).error).toBe('Sfn.ValidationException');
  await call('sendTaskSuccess', { taskToken: 't1', output: 'null' });
  expect(await answer).toEqual({ kind: 'success', output: null });
});

test('an unknown activity is refused', async () => {
  expect(await testbed().refusal('getActivityTask', { activityArn: `${ACTIVITY}x` })).toEqual({
    error: 'Sfn.ActivityDoesNotExistException',
    cause: `Activity Does Not Exist: '${ACTIVITY}x'`,
  });
});

test('answering takes the permission on what the token belongs to', async () => {
  const { refusal, schedule, call, sfn } = testbed();
  const principal = allowing({ Effect: 'Allow', Action: 'states:SendTask*', Resource: MACHINE });
  schedule('t1');
  expect((await refusal('sendTaskSuccess', { taskToken: 't1', output: '{}' }, { principal })).cause).toContain(
    `states:SendTaskSuccess on resource: ${ACTIVITY}`,
  );
  sfn.tokens.wait({ token: 't2', resourceArn: MACHINE, signal: new AbortController().signal, heartbeat: () => {} });
  await call('sendTaskSuccess', { taskToken: 't2', output: '{}' }, { principal });
});
