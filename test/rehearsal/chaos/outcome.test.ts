import { outcomeOf } from '../../../rehearsal/chaos/outcome';
import type { ExecutionEnd } from '../../../rehearsal/report/result';

const succeeded = (action: string, afterMending = false): ExecutionEnd => ({
  action,
  status: 'SUCCEEDED',
  afterMending,
});
const failed = (action: string, error: string): ExecutionEnd => ({
  action,
  status: 'FAILED',
  error,
  afterMending: false,
});
const aborted: ExecutionEnd = { action: 'cutover', status: 'ABORTED', afterMending: false };

test.each([
  ['done as asked', [succeeded('cutover')]],
  ['done as asked', [succeeded('cutover'), failed('cutover', 'Busy')]],
  ['done as asked', [succeeded('cutover'), succeeded('rollback')]],
  ['rolled back', [failed('cutover', 'RolledBack')]],
  ['moved, and unwatched', [failed('cutover', 'Unwatched')]],
  ['refused, nothing changed', [failed('cutover', 'RolledBack'), failed('rollback', 'NothingToDo')]],
  ['recovered by itself', [aborted, succeeded('recover')]],
  ['recovered when mended', [failed('cutover', 'Stuck'), succeeded('recover', true)]],
  ['recovered when mended', [aborted, failed('recover', 'Stuck'), succeeded('recover', true)]],
] as const)('%s: %j', (outcome, executions) => {
  expect(outcomeOf({ executions })).toBe(outcome);
});
