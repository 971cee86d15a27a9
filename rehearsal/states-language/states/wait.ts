import type { WaitState } from '../definition/schema';
import { conclude, evaluateAs } from '../evaluation';
import { TIMESTAMP, WAIT_SECONDS } from '../jsonata/kinds';
import type { Outcome, Visit } from '../visit';

/** A timestamp that is past does not wait at all. */
export async function runWait(visit: Visit, state: WaitState): Promise<Outcome> {
  await visit.chain.sleep(await secondsOf(visit, state), 'wait', visit.name);
  return { ...(await conclude(visit, state, visit.input)), next: state.Next };
}

async function secondsOf(visit: Visit, { Seconds, Timestamp }: WaitState): Promise<number> {
  if (Timestamp === undefined) return evaluateAs(visit, Seconds ?? 0, 'Seconds', WAIT_SECONDS);
  const until = Date.parse(await evaluateAs(visit, Timestamp, 'Timestamp', TIMESTAMP));
  return Math.max(0, until - visit.chain.run.clock.now()) / 1000;
}
