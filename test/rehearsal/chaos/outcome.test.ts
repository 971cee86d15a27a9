import { outcomeOf } from '../../../rehearsal/chaos/outcome';
import type { ExecutionEnd } from '../../../rehearsal/report/result';

const succeeded = (action: string, afterFix = false): ExecutionEnd => ({
  action,
  status: 'SUCCEEDED',
  afterFix,
});
const failed = (action: string, error: string): ExecutionEnd => ({
  action,
  status: 'FAILED',
  error,
  afterFix: false,
});
const aborted: ExecutionEnd = { action: 'cutover', status: 'ABORTED', afterFix: false };

test.each([
  ['done as asked', [succeeded('cutover')]],
  ['done as asked', [succeeded('cutover'), failed('cutover', 'Busy')]],
  ['done as asked', [succeeded('cutover'), succeeded('rollback')]],
  ['rolled back', [failed('cutover', 'RolledBack')]],
  ['moved, and not monitored to the end', [failed('cutover', 'MonitoringIncomplete')]],
  ['refused, nothing changed', [failed('cutover', 'RolledBack'), failed('rollback', 'NothingToDo')]],
  ['recovered by itself', [aborted, succeeded('recover')]],
  ['recovered after a fix', [failed('cutover', 'RecoveryNeeded'), succeeded('recover', true)]],
  ['recovered after a fix', [aborted, failed('recover', 'RecoveryNeeded'), succeeded('recover', true)]],
] as const)('%s: %j', (outcome, executions) => {
  expect(outcomeOf({ executions })).toBe(outcome);
});
