import { type IResource, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ValidationError } from '../../validation-error';

/**
 * @param resources what the migration uses in its own Region, by the names of the properties
 * @throws if one is known to be in another
 */
export function checkRegions(migration: IConstruct, resources: Readonly<Record<string, IResource | undefined>>): void {
  const here = Stack.of(migration).region;
  for (const [name, resource] of Object.entries(resources)) {
    const there = resource?.env.region ?? here;
    if (there === here || Token.isUnresolved(there) || Token.isUnresolved(here)) continue;
    throw new ValidationError(
      `${name}: got ${resource?.node.path} in the Region ${there}; the migration is in ${here}, and asks for it there. State one of ${here}, e.g. a replica of it.`,
    );
  }
}
