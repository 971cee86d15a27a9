import { ValidationError } from '../../validation-error';
import { AuroraReplicaCluster } from '../cluster/cluster';
import type { AuroraMigrationProps } from '../migration/aurora-migration-props';
import type { ConvertingReplica } from './converting-replica';

/** The converting replica of a migration: the stated one, or the one that green replicates from. */
export function convertingBetween({
  converting,
  green,
}: Pick<AuroraMigrationProps, 'converting' | 'green'>): ConvertingReplica | undefined {
  return converting ?? (green instanceof AuroraReplicaCluster ? green.source : undefined);
}

/** The three belong together, and only a promoted replica has one. */
export function checkConverting({ converting, green, blue, strategy, prepareTimeout }: AuroraMigrationProps): void {
  const between = convertingBetween({ converting, green });
  if (between === undefined) {
    if (prepareTimeout === undefined) return;
    throw new ValidationError(
      'prepareTimeout: got one without a converting replica; there is nothing to prepare. Leave it out.',
    );
  }
  if (strategy._name !== 'promoteReplica') {
    throw new ValidationError(
      `converting: got ${between.node.path} with ${strategy}; accepted is AuroraStrategy.promoteReplica(), where RDS replicates from blue to green. Leave it out.`,
    );
  }
  if (between.replaces !== blue) {
    throw new ValidationError(
      `converting: got ${between.node.path}, which converts what ${between.replaces.node.path} has, beside blue: ${blue.node.path}; accepted is a converting replica of blue. State the same in both.`,
    );
  }
  if (green instanceof AuroraReplicaCluster && green.source !== between) {
    throw new ValidationError(
      `converting: got ${between.node.path}, and ${green.source?.node.path ?? 'blue itself'} as the source of green; accepted is one. Leave converting out.`,
    );
  }
  if (
    prepareTimeout !== undefined &&
    !prepareTimeout.isUnresolved() &&
    prepareTimeout.toHours({ integral: false }) <= 240
  )
    return;
  if (prepareTimeout === undefined) return;
  throw new ValidationError(
    `prepareTimeout: got ${prepareTimeout.toString()}; accepted is a plain duration up to 10 days. What is not done by then goes on with the next one.`,
  );
}
