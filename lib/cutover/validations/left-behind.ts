import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';

/** How ingress rules name where they let traffic in from. */
const SOURCE = /^(sg-[0-9a-f]+|pl-[0-9a-f]+|[0-9a-f.:]+\/\d{1,3})$/;

/** @throws if one is no source of an ingress rule: it would leave nobody behind, and the preflight would name the client */
export function checkLeftBehind(sources: readonly string[] = []): void {
  const wrong = sources.find((source) => !Token.isUnresolved(source) && !SOURCE.test(source));
  if (wrong === undefined) return;
  throw new ValidationError(
    `clientsLeftBehind: got '${wrong}'; accepted are sources as blue's ingress rules have them: the id of a security group (sg-…) or of a prefix list (pl-…), or a CIDR such as 10.0.0.0/16.`,
  );
}
