import type { ChoiceState } from '../definition/schema';
import { conclude, evaluateAs } from '../evaluation';
import { BOOLEAN } from '../jsonata/kinds';
import type { Outcome, Visit } from '../visit';

/** The first rule that holds decides, and only its own Output and Assign count; the state's own go with Default. */
export async function runChoice(visit: Visit, state: ChoiceState): Promise<Outcome> {
  for (const [index, rule] of state.Choices.entries()) {
    const field = `Choices[${index}]/`;
    if (await evaluateAs(visit, rule.Condition, `${field}Condition`, BOOLEAN)) {
      return { ...(await conclude(visit, rule, visit.input, {}, field)), next: rule.Next };
    }
  }
  // The specification names this States.NoChoiceMatched; Step Functions reports States.Runtime, which no Catch around
  // the state can take.
  if (state.Default === undefined) {
    const reason = 'Failed to transition out of the state. The state does not point to a next state.';
    throw visit.failure('States.Runtime', reason);
  }
  return { ...(await conclude(visit, state, visit.input)), next: state.Default };
}
