import type { JsonObject } from '../assembly';
import { allStates } from './migration';

/** Has the agent look at a steady lag for a second: on AWS half a minute, in which nothing else happens. */
export function lookBriefly(definition: JsonObject): void {
  for (const { Arguments: given } of allStates(definition).values()) {
    const { args } = (given ?? {}) as { args?: Record<string, unknown> };
    if (args !== undefined && 'steadySeconds' in args) args.steadySeconds = 1;
  }
}
