import type { JsonObject } from '../../../rehearsal/assembly';
import { estimate } from '../../../rehearsal/runbook/estimate';

const machine = (StartAt: string, States: Record<string, JsonObject>): JsonObject => ({ StartAt, States });
const task = (Next?: string): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:ssm:getParameters',
  ...(Next === undefined ? { End: true } : { Next }),
});
const end: JsonObject = { Type: 'Succeed' };
const fail: JsonObject = { Type: 'Fail' };
const pass = (Next: string, Assign: JsonObject = {}): JsonObject => ({ Type: 'Pass', Assign, Next });
const of = (definition: JsonObject) => estimate(definition, 'cutover');

test('a chain takes a transition a state, and the events that history has of each', async () => {
  const definition = machine('a', { a: pass('b'), b: task('c'), c: end });
  expect(await of(definition)).toEqual({ transitions: 3, events: 2 + 2 + 5 + 2, polls: [] });
});

test('what is known decides a Choice', async () => {
  const long = { long: pass('longer'), longer: pass('end') };
  const choice = { Type: 'Choice', Choices: [{ Condition: `{% $goal = 'rollback' %}`, Next: 'long' }], Default: 'end' };
  const way = (goal: string) => machine('a', { a: pass('b', { goal }), b: choice, ...long, end });
  expect((await of(way('cutover'))).transitions).toBe(3);
  expect((await of(way('rollback'))).transitions).toBe(5);
});

test('what only AWS can answer takes the longest way that does not fail', async () => {
  const definition = machine('a', {
    a: { ...task('b'), Assign: { there: '{% $states.result.Parameters %}' } },
    b: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $count($there) = 0 %}', Next: 'long' },
        { Condition: '{% $count($there) = 1 %}', Next: 'short' },
      ],
      Default: 'wrong',
    },
    long: pass('short'),
    short: end,
    wrong: pass('worse'),
    worse: pass('worst'),
    worst: fail,
  });
  expect((await of(definition)).transitions).toBe(4);
});

test('a Map is gone through for each item, each the way that it says', async () => {
  const items = { Type: 'Map', Items: '{% $list[stage = 1] %}', End: true };
  const processor = machine('which', {
    which: {
      Type: 'Choice',
      Choices: [{ Condition: `{% $states.input.kind = 'big' %}`, Next: 'more' }],
      Default: 'end',
    },
    more: task('end'),
    end,
  });
  const list = [
    { kind: 'big', stage: 1 },
    { kind: 'small', stage: 1 },
    { kind: 'big', stage: 2 },
    { kind: 'big', stage: 1 },
  ];
  const definition = machine('a', { a: pass('each', { list }), each: { ...items, ItemProcessor: processor } });
  expect(await of(definition)).toMatchObject({ transitions: 2 + 3 + 2 + 3, events: 2 + 2 + (4 + 2 * 3) + 9 + 4 + 9 });
});

test('a loop counts once, and is told apart', async () => {
  const definition = machine('ask', {
    ask: { ...task('yet'), Assign: { moving: '{% $states.result.Moving %}' } },
    yet: { Type: 'Choice', Choices: [{ Condition: '{% $moving %}', Next: 'wait' }], Default: 'end' },
    wait: { Type: 'Wait', Seconds: 20, Next: 'ask' },
    end,
  });
  expect(await of(definition)).toEqual({
    transitions: 3,
    events: 2 + 5 + 2 + 2,
    polls: [{ state: 'yet', transitions: 3, events: 9, seconds: 20 }],
  });
});
