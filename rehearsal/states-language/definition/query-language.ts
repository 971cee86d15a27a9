import type { Finding } from './finding';
import type { StateMachine } from './schema';
import { allStates } from './walk';

/** Only JSONata is run; what neither state nor machine says is JSONPath, as on AWS. */
export function checkQueryLanguage(machine: StateMachine): Finding[] {
  const findings: Finding[] = [];
  for (const { name, state, location } of allStates(machine)) {
    if (machine.QueryLanguage === 'JSONata' && state.QueryLanguage === 'JSONPath') {
      const message = `'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine`;
      findings.push({ code: 'SCHEMA_VALIDATION_FAILED', message, location });
    } else if ((state.QueryLanguage ?? machine.QueryLanguage) !== 'JSONata') {
      const message = `State '${name}' is of QueryLanguage JSONPath (the default); only JSONata is run`;
      findings.push({ code: 'UNSUPPORTED', message, location });
    }
  }
  return findings;
}
