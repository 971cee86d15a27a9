import type { IConstruct } from 'constructs';
import { warn } from '../annotations';
import { onceWritten } from './once-written';
import { type Side, sharedSecurityGroup } from './sides';

const SIDES = new WeakMap<IConstruct, readonly Side[]>();

/**
 * Warns of a security group that a side of another migration has as well: clients refused on the one are refused on the
 * other, and on the side that clients have left the rules stay revoked.
 *
 * @param revokes whether this migration takes clients' rules away
 */
export function checkSharedGroups(
  migration: IConstruct,
  sides: readonly (Side | undefined)[],
  { revokes }: { readonly revokes: boolean },
): void {
  const own = sides.filter((side) => side !== undefined);
  SIDES.set(migration, own);
  if (!revokes) return;
  onceWritten(migration, () => {
    for (const other of migration.node.root.node.findAll()) {
      const shared = other === migration ? undefined : sharedOf(own, SIDES.get(other) ?? []);
      if (shared === undefined) continue;
      warn(
        migration,
        'cdk-cutover:SharedSecurityGroup',
        `blue and green: got the security group ${shared.path} on port ${shared.port}, which a side of ${other.node.path} has as well: the clients of that one are refused with those of this one, and stay refused on the side that this one leaves. Give each its own group, or remove one migration before the other is deployed.`,
      );
    }
  });
}

/** A rule for another port is left alone. One server in both migrations is no server that is shut out besides. */
function sharedOf(own: readonly Side[], others: readonly Side[]) {
  for (const side of own) {
    for (const other of others.filter((each) => each !== side && each.endpointPort === side.endpointPort)) {
      const group = sharedSecurityGroup(side, other);
      if (group !== undefined) return { path: group.node.path, port: side.endpointPort };
    }
  }
  return undefined;
}
