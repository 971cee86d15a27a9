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
export function recordStop(chain: Chain, failure: number): void {
  for (const inner of chain.current?.inner ?? []) recordStop(inner, failure);
  const type = ABORTED.get(chain.current?.type ?? '');
  if (type !== undefined) chain.run.history.record(type, failure);
  chain.current?.leave({ kind: 'stopped' });
}

/** Tells the listener alone: when an execution is stopped or times out, history names no state. */
export function announceStop(chain: Chain): void {
  for (const inner of chain.current?.inner ?? []) announceStop(inner);
  chain.current?.leave({ kind: 'stopped' });
}
