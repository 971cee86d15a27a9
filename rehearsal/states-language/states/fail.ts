import type { FailState } from '../definition/schema';
import { StateFailure } from '../errors';
import { evaluateAs } from '../evaluation';
import { TEXT } from '../jsonata/kinds';
import type { Visit } from '../visit';

/** An Error or Cause that cannot be evaluated fails the state with that instead. */
export async function runFail(visit: Visit, { Error: error, Cause: cause }: FailState): Promise<never> {
  throw new StateFailure(
    error === undefined ? undefined : await evaluateAs(visit, error, 'Error', TEXT),
    cause === undefined ? undefined : await evaluateAs(visit, cause, 'Cause', TEXT),
  );
}
