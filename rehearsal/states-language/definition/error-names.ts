import { STATES_ERRORS } from '../errors';
import type { Finding } from './finding';
import type { StateMachine } from './schema';
import { allStates } from './walk';

/** What Retry and Catch name: States.ALL stands alone and last, and no other `States.` name is made up. */
export function checkErrorNames(machine: StateMachine): Finding[] {
  return [...allStates(machine)].flatMap(({ state, location }) =>
    'Catch' in state || 'Retry' in state
      ? [
          ...checkHandlers(state.Retry ?? [], `${location}/Retry`),
          ...checkHandlers(state.Catch ?? [], `${location}/Catch`),
        ]
      : [],
  );
}

function checkHandlers(handlers: readonly { ErrorEquals: readonly string[] }[], location: string): Finding[] {
  return handlers.flatMap(({ ErrorEquals: names }, index) => {
    const messages = names
      .filter(isInvented)
      .map(
        (name) =>
          `Unknown error name '${name}'; accepted are ${STATES_ERRORS.join(', ')} and names of your own without the prefix 'States.'`,
      );
    if (names.includes('States.ALL')) {
      if (names.length > 1) messages.push('States.ALL must appear alone in ErrorEquals');
      if (index < handlers.length - 1)
        messages.push('States.ALL must be in the last entry: those after it are never tried');
    }
    return messages.map((message) => ({
      code: 'SCHEMA_VALIDATION_FAILED' as const,
      message,
      location: `${location}[${index}]/ErrorEquals`,
    }));
  });
}

function isInvented(name: string): boolean {
  return name.startsWith('States.') && !STATES_ERRORS.includes(name);
}
