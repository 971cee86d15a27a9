import type { Catcher, Retrier } from './definition/schema';
import { errorOutput, isFatal, matches, StateFailure } from './errors';
import { conclude } from './evaluation';
import { Retries } from './retry';
import type { Outcome, Visit } from './visit';

interface Handlers {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

/**
 * Runs a state under its Retry and Catch: retriers first, and where none has an attempt left, the first catcher that
 * matches. A failure in evaluating the state's own Output or Assign is one of the state's, and is handled alike.
 *
 * @param giveUp Records that the state has failed for good, whether it is caught or not.
 */
export async function withHandlers(
  visit: Visit,
  { Retry = [], Catch = [] }: Handlers,
  attempt: () => Promise<Outcome>,
  giveUp: () => void = () => {},
): Promise<Outcome> {
  const retries = new Retries(Retry, visit.chain.run.random);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StateFailure) || isFatal(error)) throw error;
      const delaySeconds = retries.delayAfter(error);
      if (delaySeconds === undefined) return await catchFailure(visit, Catch, error, giveUp);
      await visit.waitToRetry(error, delaySeconds);
    }
  }
}

async function catchFailure(
  visit: Visit,
  catchers: readonly Catcher[],
  failure: StateFailure,
  giveUp: () => void,
): Promise<Outcome> {
  const beforeGivingUp = visit.chain.last;
  giveUp();
  const index = catchers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure));
  const catcher = catchers[index];
  if (catcher === undefined) throw failure;
  const gaveUp = visit.chain.last;
  visit.chain.last = beforeGivingUp;
  const output = errorOutput(failure);
  const conclusion = await conclude(visit, catcher, output, { errorOutput: output }, `Catch[${index}]/`).catch(
    (error) => {
      // A catcher that cannot be evaluated fails the state once more, and this time nothing catches it.
      if (error instanceof StateFailure && !isFatal(error)) giveUp();
      throw error;
    },
  );
  visit.chain.last = gaveUp;
  return { ...conclusion, next: catcher.Next, caught: failure };
}
