import type { MapState } from '../definition/schema';
import { errorOutput, StateFailure } from '../errors';
import { conclude, evaluate, evaluateAs } from '../evaluation';
import { FanOut, type Lane, type LaneRules, type RunStates } from '../fan-out';
import { withHandlers } from '../handling';
import type { Json } from '../json';
import { ARRAY, COUNT, PERCENTAGE } from '../jsonata/kinds';
import { limitResult } from '../payload';
import type { Outcome, Visit } from '../visit';

/** What an inline Map runs at once, whatever its MaxConcurrency. */
const MAX_ITERATIONS = 40;

export function runMap(visit: Visit, state: MapState, runStates: RunStates): Promise<Outcome> {
  const giveUp = () => visit.chain.record('MapStateFailed');
  return withHandlers(visit, state, () => attempt(visit, state, runStates), giveUp);
}

async function attempt(visit: Visit, state: MapState, runStates: RunStates): Promise<Outcome> {
  const { chain } = visit;
  const items = await itemsOf(visit, state);
  const limit = await concurrencyOf(visit, state);
  const tolerated = await toleranceOf(visit, state);
  chain.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const rules = iterationRules(visit, limit, items.length, tolerated);
  const result = await new FanOut(visit, rules, runStates).run(
    items.map((item, index) => lane(visit, state, item, index)),
  );
  const lastOfIterations = chain.last;
  chain.record('MapStateSucceeded');
  limitResult(result, visit.name);
  visit.result = result;
  const conclusion = await conclude(visit, state, result, { result });
  // As with a Parallel, the exit follows the iterations.
  chain.last = lastOfIterations;
  return { ...conclusion, next: state.Next };
}

/** Without Items, the input is the array. */
async function itemsOf(visit: Visit, { Items }: MapState): Promise<readonly Json[]> {
  if (Items !== undefined) return evaluateAs(visit, Items, 'Items', ARRAY);
  if (ARRAY.accepts(visit.input)) return visit.input;
  const reason = `The Map state's input is no array, and it has no Items: ${JSON.stringify(visit.input)}`;
  throw visit.failure('States.Runtime', reason);
}

async function concurrencyOf(visit: Visit, { MaxConcurrency = 0 }: MapState): Promise<number> {
  const asked = await evaluateAs(visit, MaxConcurrency, 'MaxConcurrency', COUNT);
  return asked === 0 ? MAX_ITERATIONS : Math.min(asked, MAX_ITERATIONS);
}

function lane(visit: Visit, state: MapState, item: Json, index: number): Lane {
  const mapItem = { Index: index, Value: item };
  const context = { ...visit.context, Map: { Item: mapItem } };
  const { ItemSelector: selector, ItemProcessor: block } = state;
  const input = async () => (selector === undefined ? item : evaluate(visit, selector, 'ItemSelector', { context }));
  return { block, mapItem, input };
}

/** Absent: no failure is tolerated, and the first one is the Map's own. */
interface Tolerance {
  readonly count?: number;
  readonly percentage?: number;
}

async function toleranceOf(visit: Visit, state: MapState): Promise<Tolerance> {
  const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = state;
  return {
    count: count === undefined ? undefined : await evaluateAs(visit, count, 'ToleratedFailureCount', COUNT),
    percentage:
      percentage === undefined
        ? undefined
        : await evaluateAs(visit, percentage, 'ToleratedFailurePercentage', PERCENTAGE),
  };
}

function iterationRules(visit: Visit, limit: number, total: number, tolerance: Tolerance): LaneRules {
  const details = (index: number) => ({ name: visit.name, index });
  let failures = 0;
  return {
    limit,
    started: (chain, index) => {
      chain.record('MapIterationStarted', { mapIterationStartedEventDetails: details(index) });
    },
    succeeded: (chain, index) => {
      chain.record('MapIterationSucceeded', { mapIterationSucceededEventDetails: details(index) });
    },
    failed: (failure, chain, index) => {
      chain.note('MapIterationFailed', { mapIterationFailedEventDetails: details(index) });
      failures += 1;
      return judge(failure, failures, total, tolerance);
    },
    stopped: (index, failure) => {
      const aborted = { mapIterationAbortedEventDetails: details(index) };
      visit.chain.run.history.record('MapIterationAborted', failure, aborted);
    },
  };
}

/** The specification leaves open what a tolerated failure is in the result; here it is the failure's error output. */
function judge(failure: StateFailure, failures: number, total: number, { count, percentage }: Tolerance) {
  if (count === undefined && percentage === undefined) return failure;
  const tooMany = count !== undefined && failures > count;
  const tooLarge = percentage !== undefined && (failures / total) * 100 > percentage;
  if (!tooMany && !tooLarge) return errorOutput(failure);
  const reason = 'The specified tolerated failure threshold was exceeded';
  return new StateFailure('States.ExceedToleratedFailureThreshold', reason);
}
