import type { SucceedState } from '../definition/schema';
import { conclude } from '../evaluation';
import type { Outcome, Visit } from '../visit';

export async function runSucceed(visit: Visit, state: SucceedState): Promise<Outcome> {
  return conclude(visit, state, visit.input);
}
