import type { PassState } from '../definition/schema';
import { conclude } from '../evaluation';
import type { Outcome, Visit } from '../visit';

export async function runPass(visit: Visit, state: PassState): Promise<Outcome> {
  return { ...(await conclude(visit, state, visit.input)), next: state.Next };
}
