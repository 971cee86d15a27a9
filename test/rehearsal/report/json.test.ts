import { isDecisive } from '../../../rehearsal/clients/figure';
import { decisiveFigures, isDamage } from '../../../rehearsal/report/comparison';
import { renderJson } from '../../../rehearsal/report/json';
import type { RehearsalResult } from '../../../rehearsal/report/result';
import { comparedFigures } from '../../../rehearsal/testbed/compared-figures';
import { valuesOf } from '../figure-values';
import { A_LOOK, LOGIN } from './samples/checks';
import { fencedCutover } from './samples/fenced-cutover';
import { withValues } from './samples/record';
import { rolledBack } from './samples/rolled-back';
import { withByHand } from './samples/with-by-hand';

test.each([withByHand, rolledBack, fencedCutover])('the JSON holds the whole result', ({ result }) => {
  const { clients, data, cutover, byHand, ...rest } = result;
  const { writeOutage, ...course } = cutover;
  // Which phase a run is of is for the page alone, which draws by it.
  const phases = course.phases.map(({ of, ...run }) => run);
  expect(JSON.parse(renderJson(result))).toEqual({
    ...rest,
    clients: valuesOf(clients.filter(isDecisive)),
    data: valuesOf(data),
    cutover: { ...valuesOf(writeOutage), ...course, phases },
    ...(byHand && { byHand: { clients: valuesOf(byHand.clients.filter(isDecisive)) } }),
  });
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
    'outcomes',
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
  const cutover = ['writeOutageMs', 'writeOutageWorkMs', 'writeOutageDnsMs', 'transitions', 'phases'];
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
    clients: withValues(result.clients, { longestWriteGapMs: Number.POSITIVE_INFINITY }),
    cutover: {
      ...result.cutover,
      writeOutage: withValues(result.cutover.writeOutage, { writeOutageMs: Number.POSITIVE_INFINITY }),
    },
  };
  expect(JSON.parse(renderJson(endless))).toMatchObject({
    clients: { longestWriteGapMs: 'without end' },
    cutover: { writeOutageMs: 'without end' },
  });
  expect(decisiveFigures(endless).filter((figure) => isDamage(figure, figure.value ?? 0))).toMatchObject([
    { label: 'Write outage' },
    { label: 'Longest write gap' },
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
  const uncompared = { ...fencedCutover.result, data: comparedFigures({ compares: 'keys' }, undefined) };
  expect(JSON.parse(renderJson(uncompared))).not.toHaveProperty('data');
  expect(decisiveFigures(uncompared).filter(({ label }) => /^Keys/.test(label))).toMatchObject([
    { label: 'Keys compared in the end', value: undefined },
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
