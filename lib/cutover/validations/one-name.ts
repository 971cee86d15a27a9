import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const NAMES = new WeakMap<IConstruct, string>();

/** A name belongs to one migration of an account and Region: its parameters, activity and state machine have it. */
export function claimName(migration: IConstruct, name: string): void {
  NAMES.set(migration, name);
  migration.node.addValidation({ validate: () => rivalsOf(migration, name) });
}

function rivalsOf(migration: IConstruct, name: string): string[] {
  return migration.node.root.node
    .findAll()
    .filter((other) => other !== migration && NAMES.get(other) === name && isSamePlace(migration, other))
    .map(
      (other) =>
        `migrationName: got '${name}', which ${other.node.path} has as well; each would write the other's journal. Give each its own, or leave migrationName out.`,
    );
}

function isSamePlace(one: IConstruct, other: IConstruct): boolean {
  const [a, b] = [Stack.of(one), Stack.of(other)];
  return [
    [a.region, b.region],
    [a.account, b.account],
  ].every(([left, right]) => left === right || Token.isUnresolved(left) || Token.isUnresolved(right));
}
