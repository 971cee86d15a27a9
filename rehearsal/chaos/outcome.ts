import type { RehearsalResult } from '../report/result';

/** How a run of chaos can end well, from the best. */
export const OUTCOMES = [
  'done as asked',
  'moved, and not monitored to the end',
  'rolled back',
  'refused, nothing changed',
  'recovered by itself',
  'recovered after a fix',
] as const;
export type ChaosOutcome = (typeof OUTCOMES)[number];

const INTERRUPTED = ['ABORTED', 'TIMED_OUT'];

/** What became of what was asked for, from how its executions ended. */
export function outcomeOf({ executions }: Pick<RehearsalResult, 'executions'>): ChaosOutcome {
  if (executions.some(({ afterFix }) => afterFix)) return 'recovered after a fix';
  if (executions.some(({ status }) => INTERRUPTED.includes(status))) return 'recovered by itself';
  // One that another was in the way of did nothing; the other did what was asked.
  const last = executions.findLast(({ error }) => error !== 'Busy');
  if (last?.status === 'SUCCEEDED') return 'done as asked';
  if (last?.error === 'RolledBack') return 'rolled back';
  return last?.error === 'MonitoringIncomplete' ? 'moved, and not monitored to the end' : 'refused, nothing changed';
}
