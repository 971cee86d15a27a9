import { decisiveFigures, isDamage } from '../../../rehearsal/report/comparison';
import { renderJson } from '../../../rehearsal/report/json';
import type { RehearsalResult } from '../../../rehearsal/report/result';
import { count } from '../../../rehearsal/report/units';
import { A_LOOK, LOGIN } from './samples/checks';
import { fencedCutover } from './samples/fenced-cutover';
import { rolledBack } from './samples/rolled-back';
import { withByHand } from './samples/with-by-hand';

test('the JSON holds the whole result, but for what only the page draws by', () => {
  for (const { result } of [withByHand, rolledBack, fencedCutover]) {
    const phases = result.cutover.phases.map(({ of, ...run }) => run);
    expect(JSON.parse(renderJson(result))).toEqual({ ...result, cutover: { ...result.cutover, phases } });
  }
});

test('fields are in the documented order, whatever the order they were put together in', () => {
  const parsed = JSON.parse(renderJson(reversed(withByHand.result) as RehearsalResult));
  expect(Object.keys(parsed)).toEqual([
    'ok',
    'outcome',
    'serving',
    'clients',
    'data',
    'cutover',
    'assumed',
    'groups',
    'executions',
    'faults',
    'checks',
    'invariants',
    'byHand',
  ]);
  const clients = [
    'operations',
    'failed',
    'longestWriteGapMs',
    'lostWrites',
    'conflicts',
    'lockViolations',
    'sessionsLost',
  ];
  expect(Object.keys(parsed.clients)).toEqual(clients);
  expect(Object.keys(parsed.byHand.clients)).toEqual(clients);
  expect(Object.keys(parsed.data)).toEqual(['keys', 'mismatches']);
  const cutover = ['freezeMs', 'freezeWorkMs', 'freezeDnsMs', 'transitions', 'phases'];
  expect(Object.keys(parsed.cutover)).toEqual(cutover);
  expect(Object.keys(parsed.cutover.phases[0])).toEqual(['name', 'startedMs', 'durationMs', 'outcome']);
  expect(Object.keys(parsed.invariants)).toEqual(['checked', 'violations']);
});

test('a check is told in full, with who answered it', () => {
  const checks = [LOGIN, A_LOOK];
  const { result } = fencedCutover;
  expect(JSON.parse(renderJson({ ...result, checks })).checks).toEqual(checks);
});

test('what does not end is no number, and no null that compares as 0', () => {
  const { result } = fencedCutover;
  const endless = {
    ...result,
    clients: { ...result.clients, longestWriteGapMs: Number.POSITIVE_INFINITY },
    cutover: { ...result.cutover, freezeMs: Number.POSITIVE_INFINITY },
  };
  expect(JSON.parse(renderJson(endless))).toMatchObject({
    clients: { longestWriteGapMs: 'without end' },
    cutover: { freezeMs: 'without end' },
  });
  expect(decisiveFigures(endless).filter((figure) => isDamage(figure, figure.ours ?? 0))).toMatchObject([
    { name: 'Freeze of the switch' },
    { name: 'Longest write gap' },
  ]);
});

test('two results that are equal are the same text', () => {
  expect(renderJson(reversed(rolledBack.result) as RehearsalResult)).toBe(renderJson(rolledBack.result));
});

test('what is absent is left out, and only the result is written', () => {
  const withMore: RehearsalResult & { readonly series: number[] } = { ...withByHand.result, series: [1] };
  const parsed = JSON.parse(renderJson(withMore));
  expect(parsed).not.toHaveProperty('reason');
  expect(parsed).not.toHaveProperty('series');
});

test('where nothing was compared there is no difference of 0', () => {
  const { data: _, ...uncompared } = fencedCutover.result;
  expect(JSON.parse(renderJson(uncompared))).not.toHaveProperty('data');
  expect(decisiveFigures(uncompared).filter(({ name }) => /^Keys/.test(name))).toEqual([
    { name: 'Keys compared in the end', inWords: count, damage: false },
  ]);
});

/** The same with the fields of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reversed(field)]),
  );
}
