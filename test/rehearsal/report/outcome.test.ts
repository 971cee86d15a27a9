import { verdict, whereClientsAre } from '../../../rehearsal/report/outcome';
import type { RehearsalResult } from '../../../rehearsal/report/result';
import { fencedCutover } from './samples/fenced-cutover';

const ended = (outcome: RehearsalResult['outcome'], serving: RehearsalResult['serving']) =>
  whereClientsAre({ ...fencedCutover.result, outcome, serving });

test.each([
  ['cutover', 'green', 'Clients are on green.'],
  ['cutover', 'blue', 'Clients are on blue.'],
  ['rolledBack', 'blue', 'Clients are back on blue.'],
  ['failed', 'green', 'The execution failed. Clients are on green.'],
  ['failed', 'both', 'The execution failed. The record sends clients to both sides, or to none.'],
  ['cutover', 'both', 'The record sends clients to both sides, or to none.'],
] as const)('%s, with the record serving %s: %s', (outcome, serving, words) => {
  expect(ended(outcome, serving)).toBe(words);
});

test('whether all is well is told apart from where clients are', () => {
  expect(verdict({ ...fencedCutover.result, outcome: 'rolledBack', ok: true })).toBe('All invariants hold.');
  expect(verdict({ ...fencedCutover.result, ok: false })).toBe('Not fit for production.');
});
