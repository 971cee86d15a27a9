/** A policy statement as IAM's JSON has it; what this does not know is refused when it is evaluated. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>;
}

export type ConditionValue = string | number | boolean | readonly (string | number | boolean)[];

const MEMBERS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/**
 * A statement out of a template.
 *
 * @throws Error naming an element that IAM does not know in an identity-based policy.
 */
export function parseStatement(statement: Readonly<Record<string, unknown>>): PolicyStatement {
  const unknown = Object.keys(statement).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) {
    throw new Error(`A policy statement has ${unknown}; in a role's policy known are ${MEMBERS.join(', ')}.`);
  }
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new Error(
      `A policy statement has the Effect ${JSON.stringify(statement.Effect)}; accepted are Allow and Deny.`,
    );
  }
  if ((statement.Action === undefined) === (statement.NotAction === undefined)) {
    throw new Error(`A policy statement needs either Action or NotAction: ${JSON.stringify(statement)}`);
  }
  if ((statement.Resource === undefined) === (statement.NotResource === undefined)) {
    throw new Error(`A policy statement needs either Resource or NotResource: ${JSON.stringify(statement)}`);
  }
  return statement as unknown as PolicyStatement;
}
