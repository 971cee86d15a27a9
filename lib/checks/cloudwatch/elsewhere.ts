import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ValidationError } from '../../validation-error';

/** Where something is, as far as that is said. */
export interface Whereabouts {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** @throws Error where it is of another account or Region than the state machine, which asks its own */
export function refuseElsewhere(scope: Construct, what: string, found: Whereabouts): void {
  const { account, region } = Stack.of(scope);
  refuse(what, 'account', found.account, account);
  refuse(what, 'Region', found.region, region);
}

function refuse(what: string, which: string, found: string | undefined, own: string): void {
  if (found === undefined || found === own || Token.isUnresolved(found) || Token.isUnresolved(own)) return;
  throw new ValidationError(
    `${what}: got one of the ${which} ${found}; accepted is the migration's own, ${own}. Use Check.stateMachine for it.`,
  );
}
