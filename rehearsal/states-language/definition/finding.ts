/**
 * Why a definition is refused. The codes but the last are those of ValidateStateMachineDefinition; `UNSUPPORTED` is
 * what AWS would run and this interpreter does not.
 */
export type FindingCode =
  | 'INVALID_JSON_DESCRIPTION'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'MISSING_TRANSITION_TARGET'
  | 'MISSING_END_STATE'
  | 'DUPLICATE_STATE_NAME'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION'
  | 'UNSUPPORTED';

export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  /** Where, as AWS writes it: `/States/Pick/Choices[1]/Condition`. Empty: the definition as a whole. */
  readonly location: string;
}

/** The definition cannot be run. `findings` holds every reason at once, so that one round of fixing is enough. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';

  constructor(readonly findings: readonly Finding[]) {
    super(`Invalid State Machine Definition: ${findings.map(describe).join('; ')}`);
  }
}

function describe({ code, message, location }: Finding): string {
  return `'${code}: ${message}${location === '' ? '' : ` at ${location}`}'`;
}
