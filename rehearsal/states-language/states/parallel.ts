import type { ParallelState } from '../definition/schema';
import { conclude, evaluate } from '../evaluation';
import { FanOut, type RunStates } from '../fan-out';
import { withHandlers } from '../handling';
import { limitResult } from '../payload';
import type { Outcome, Visit } from '../visit';

export function runParallel(visit: Visit, state: ParallelState, runStates: RunStates): Promise<Outcome> {
  const giveUp = () => visit.chain.record('ParallelStateFailed');
  return withHandlers(visit, state, () => attempt(visit, state, runStates), giveUp);
}

async function attempt(visit: Visit, state: ParallelState, runStates: RunStates): Promise<Outcome> {
  const { chain } = visit;
  const input = state.Arguments === undefined ? visit.input : await evaluate(visit, state.Arguments, 'Arguments');
  chain.record('ParallelStateStarted');
  const lanes = state.Branches.map((block) => ({ block, input: async () => input }));
  const fanOut = new FanOut(visit, { limit: lanes.length, failed: (failure) => failure }, runStates);
  const result = await fanOut.run(lanes);
  const lastOfBranches = chain.last;
  chain.record('ParallelStateSucceeded');
  limitResult(result, visit.name);
  visit.result = result;
  const conclusion = await conclude(visit, state, result, { result });
  // In histories of Step Functions the exit follows the branches, and the success beside it leads nowhere.
  chain.last = lastOfBranches;
  return { ...conclusion, next: state.Next };
}
