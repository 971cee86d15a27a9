import type { StateMachine as Deployed } from '../../rehearsal/assembly';
import { parseDefinition, type StateMachine } from '../../rehearsal/states-language';

const PARSED = new Map<string, StateMachine>();

/** Hundreds of executions run one definition. */
export function parsedOnce({ definition }: Deployed): StateMachine {
  const text = JSON.stringify(definition);
  const parsed = PARSED.get(text) ?? parseDefinition(text);
  PARSED.set(text, parsed);
  return parsed;
}
