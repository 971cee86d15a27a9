import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const NAMES = new WeakMap<IConstruct, string>();

/**
 * A name belongs to one migration or batch host of an account and Region: its parameters have it, and more.
 *
 * @param property under which users state it
 */
export function claimName(migration: IConstruct, name: string, property = 'migrationName'): void {
  NAMES.set(migration, name);
  migration.node.addValidation({ validate: () => rivalsOf(migration, name, property) });
}

function rivalsOf(migration: IConstruct, name: string, property: string): string[] {
  return migration.node.root.node
    .findAll()
    .filter((other) => other !== migration && NAMES.get(other) === name && isSamePlace(migration, other))
    .map(
      (other) =>
        `${property}: got '${name}', which ${other.node.path} has as well; each would write the other's parameters. Give each its own, or leave ${property} out.`,
    );
}

function isSamePlace(one: IConstruct, other: IConstruct): boolean {
  const [a, b] = [Stack.of(one), Stack.of(other)];
  return [
    [a.region, b.region],
    [a.account, b.account],
  ].every(([left, right]) => left === right || Token.isUnresolved(left) || Token.isUnresolved(right));
}
