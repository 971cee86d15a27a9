import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '../../../agent/errors';
import { JsonLog } from '../../../agent/log';
import type { Report } from '../../../agent/verb';
import { Activity } from '../../../agent/worker/activity';
import { type WorkerProps, work } from '../../../agent/worker/worker';
import { useAws } from '../aws';

const aws = useAws();

type Execute = (input: string, report: Report) => Promise<unknown>;

describe('the activity worker', () => {
  let stop: AbortController;
  let working: Promise<void> | undefined;
  let activity: Activity | undefined;
  let lines: string[];

  beforeEach(() => {
    stop = new AbortController();
    lines = [];
  });
  afterEach(async () => {
    stop.abort();
    await working;
    await aws.withoutPolls();
    activity?.close();
  });

  const start = (execute: Execute, more: Partial<WorkerProps> = {}) => {
    activity = new Activity('arn:aws:states:eu-central-1:111122223333:activity:test', 'worker');
    const log = new JsonLog({ write: (line) => lines.push(line) });
    working = work({ activity, log, execute, heartbeatMs: 50, finishMs: 100, ...more }, stop.signal);
  };

  test('answers a task with the result of its verb', async () => {
    start(async (input) => ({ got: JSON.parse(input).verb }));
    const { output } = await aws.answerOf(aws.schedule({ verb: 'redis.status', args: {} }));
    expect(JSON.parse(output ?? '')).toEqual({ got: 'redis.status' });
  });

  test("answers a failure with the error's name and its one sentence", async () => {
    start(async () => {
      throw new AgentError('Agent.TargetReadOnly', 'green is a replica: use the primary endpoint.');
    });
    await expect(aws.answerOf(aws.schedule({}))).resolves.toMatchObject({
      error: 'Agent.TargetReadOnly',
      cause: 'green is a replica: use the primary endpoint.',
    });
  });

  test('a fault of its own is a failure too, with nothing that a server quoted back', async () => {
    start(async () => {
      throw new TypeError("ERR unknown command 'X', with args beginning with: 'session:17'");
    });
    const { error, cause } = await aws.answerOf(aws.schedule({}));
    expect(error).toBe('Agent.Failed');
    expect(cause).toContain('unknown command');
    expect(cause).not.toContain('session:17');
  });

  test('a cause longer than Step Functions takes is cut', async () => {
    start(async () => {
      throw new AgentError('Agent.Failed', 'x'.repeat(50_000));
    });
    const { cause } = await aws.answerOf(aws.schedule({}));
    expect(cause).toHaveLength(32_768);
  });

  test('a result that Step Functions would refuse is a failure that says so', async () => {
    start(async () => ({ list: 'ü'.repeat(140_000) }));
    const { error, cause } = await aws.answerOf(aws.schedule({}));
    expect(error).toBe('Agent.Failed');
    expect(cause).toMatch(/280\d{3} bytes and Step Functions takes 262144/);
  });

  test('a long verb keeps its task alive and does not hold up a short one', async () => {
    let finish: (value: unknown) => void = () => undefined;
    start((input) => (input.includes('long') ? new Promise((resolve) => (finish = resolve)) : Promise.resolve({})));
    const long = aws.schedule({ verb: 'long' });
    await until(() => aws.heartbeats.filter((token) => token === long).length > 3);
    await aws.answerOf(aws.schedule({ verb: 'short' }));
    finish({ done: true });
    await expect(aws.answerOf(long)).resolves.toMatchObject({ output: '{"done":true}' });
  });

  test('progress goes to the log', async () => {
    start(async (_input, report) => {
      report.progress({ phase: 'Copying', done: 7, total: 10 });
      await sleep(200);
      return {};
    });
    await aws.answerOf(aws.schedule({}));
    expect(lines.join()).toContain('"phase":"Copying","done":7,"total":10');
  });

  test('a task that timed out is aborted and not answered', async () => {
    let reason: unknown;
    let ended = false;
    start(async (_input, { signal }) => {
      await sleep(60_000, undefined, { signal }).catch(() => undefined);
      reason = signal.reason;
      ended = true;
      return {};
    });
    const token = aws.schedule({});
    await until(() => aws.heartbeats.includes(token));
    aws.lapse(token);
    await until(() => ended);
    expect(reason).toBeInstanceOf(AgentError);
    await until(() => lines.join().includes('task.gone-before-answer'));
    expect(aws.answers.some((answer) => answer.token === token)).toBe(false);
  });

  test('a task that lapsed on its way is not begun', async () => {
    let begun = 0;
    aws.schedule({}, { lapsesOnItsWay: true });
    start(async () => {
      begun += 1;
      return {};
    });
    await until(() => lines.join().includes('task.gone-before-start'));
    expect(begun).toBe(0);
  });

  test.each(['GetActivityTask', 'SendTaskHeartbeat', 'SendTaskSuccess'])(
    'a throttle of %s is ridden out',
    async (operation) => {
      start(async () => ({ survived: true }));
      aws.throttle(operation, 2);
      await expect(aws.answerOf(aws.schedule({}))).resolves.toMatchObject({ output: '{"survived":true}' });
    },
  );

  test('told to stop, it lets a short verb finish and takes no further task', async () => {
    let begun = false;
    start(async () => {
      begun = true;
      await sleep(50);
      return { finished: true };
    });
    const token = aws.schedule({});
    await until(() => begun);
    stop.abort();
    await working;
    expect(aws.answers.at(-1)).toEqual({ token, output: '{"finished":true}' });
    const later = aws.schedule({});
    await sleep(100);
    expect(aws.heartbeats).not.toContain(later);
    aws.lapse(later);
  });

  test('told to stop, it fails a long verb so that the state can be retried elsewhere', async () => {
    let begun = false;
    start(async (_input, { signal }) => {
      begun = true;
      await sleep(60_000, undefined, { signal });
    });
    const token = aws.schedule({});
    await until(() => begun);
    stop.abort();
    await working;
    expect(aws.answers.at(-1)).toMatchObject({ token, error: 'Agent.Stopped' });
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10);
}
