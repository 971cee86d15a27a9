import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Chain } from './chain';

/** States whose end by a failure elsewhere is an event of its own; the others never last long enough. */
const ABORTED: ReadonlyMap<string, HistoryEventType> = new Map([
  ['Task', 'TaskStateAborted'],
  ['Wait', 'WaitStateAborted'],
  ['Parallel', 'ParallelStateAborted'],
  ['Map', 'MapStateAborted'],
]);

/** Records that a sibling's failure, event number `failure`, ended what the chain was doing, innermost first. */
export function recordStop({ current, run }: Chain, failure: number): void {
  if (!current?.open) return;
  for (const inner of current.inner) recordStop(inner, failure);
  const type = ABORTED.get(current.type);
  if (type !== undefined) run.history.record(type, failure);
  current.leave({ kind: 'stopped' });
}

/** Tells the listener alone: when an execution is stopped or times out, history names no state. */
export function announceStop({ current }: Chain): void {
  if (!current?.open) return;
  for (const inner of current.inner) announceStop(inner);
  current.leave({ kind: 'stopped' });
}
