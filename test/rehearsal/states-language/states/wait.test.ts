import { VirtualClock } from '../../../../rehearsal/states-language';
import { machine, run, start } from '../harness';

const EPOCH = Date.parse('2026-01-01T00:00:00.000Z');

async function waited(fields: object, input = {}): Promise<number> {
  const { result } = await run(machine({ Pause: { Type: 'Wait', ...fields, End: true } }), { input });
  expect(result.status).toBe('SUCCEEDED');
  return (result.stopDate.getTime() - result.startDate.getTime()) / 1000;
}

test.each([
  ['Seconds', { Seconds: 10 }, 10],
  ['Seconds of 0', { Seconds: 0 }, 0],
  ['Seconds by expression', { Seconds: '{% $states.input.s * 2 %}' }, 14],
  ['a Timestamp', { Timestamp: '2026-01-01T00:01:00Z' }, 60],
  ['a Timestamp with an offset', { Timestamp: '2026-01-01T02:01:00+02:00' }, 60],
  ['a Timestamp by expression', { Timestamp: '{% $states.input.until %}' }, 90.5],
  ['a Timestamp that is past', { Timestamp: '2016-03-14T01:59:00Z' }, 0],
])('waits for %s', async (_, fields, seconds) => {
  expect(await waited(fields, { s: 7, until: '2026-01-01T00:01:30.500Z' })).toBe(seconds);
});

test.each([
  ['Seconds', '{% $states.input.no %}', 'returned nothing (undefined).'],
  [
    'Seconds',
    '{% -1 %}',
    "returned an unexpected result type. Expected 'non-negative integer', but was 'number' for value: -1",
  ],
  [
    'Seconds',
    '{% 1.5 %}',
    "returned an unexpected result type. Expected 'non-negative integer', but was 'number' for value: 1.5",
  ],
  [
    'Timestamp',
    '{% "tomorrow" %}',
    `returned an unexpected result type. Expected 'timestamp', but was 'string' for value: "tomorrow"`,
  ],
])('%s of %s fails the state', async (field, expression, why) => {
  const { result } = await run(machine({ Pause: { Type: 'Wait', [field]: expression, End: true } }));
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  expect(result.cause).toMatch(`specified for the field '${field}' ${why}`);
});

test('Output and Assign are evaluated after the wait', async () => {
  const definition = machine({
    Pause: { Type: 'Wait', Seconds: 30, Assign: { at: '{% $millis() %}' }, Next: 'Tell' },
    Tell: { Type: 'Pass', Output: '{% $at %}', End: true },
  });
  expect((await run(definition)).result.output).toBe(EPOCH + 30_000);
});

test('the clock learns which state waits, and may make a long wait short', async () => {
  const pauses: string[] = [];
  class Watching extends VirtualClock {
    override sleep(...[seconds, pause]: Parameters<VirtualClock['sleep']>) {
      pauses.push(`${pause.state} ${pause.reason} ${seconds}`);
      return super.sleep(seconds, pause);
    }
  }
  await start(machine({ Watch: { Type: 'Wait', Seconds: 86_400, End: true } }), { clock: new Watching() }).result;
  expect(pauses).toEqual(['Watch wait 86400']);
});
