import { conditionsHold } from './conditions';
import { matchesPattern, type RequestContext, substituteVariables } from './match';
import type { PolicyStatement } from './statement';

/** One action on one resource. */
export interface PolicyRequest {
  /** e.g. `ssm:PutParameter`. */
  readonly action: string;
  /** An ARN; `*` where the API knows no resources. */
  readonly resource: string;
  readonly context: RequestContext;
}

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** Decides as IAM does for identity-based policies: an explicit Deny wins, and what nothing allows is denied. */
export function evaluate(statements: readonly PolicyStatement[], request: PolicyRequest): Decision {
  const matching = statements.filter((statement) => applies(statement, request));
  if (matching.some(({ Effect }) => Effect === 'Deny')) {
    return 'explicitDeny';
  }
  return matching.length > 0 ? 'allowed' : 'implicitDeny';
}

function applies(statement: PolicyStatement, request: PolicyRequest): boolean {
  return (
    appliesToAction(statement, request.action) &&
    appliesToResource(statement, request) &&
    conditionsHold(statement.Condition, request.context)
  );
}

function appliesToAction({ Action, NotAction }: PolicyStatement, action: string): boolean {
  const isListed = [Action ?? NotAction ?? []].flat().some((pattern) => matchesPattern(pattern, action, true));
  return NotAction === undefined ? isListed : !isListed;
}

function appliesToResource({ Resource, NotResource }: PolicyStatement, { resource, context }: PolicyRequest): boolean {
  const isListed = [Resource ?? NotResource ?? []].flat().some((pattern) => {
    const substituted = substituteVariables(pattern, context);
    return substituted !== undefined && matchesPattern(substituted, resource);
  });
  return NotResource === undefined ? isListed : !isListed;
}
