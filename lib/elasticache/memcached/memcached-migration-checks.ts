import type { IConstruct } from 'constructs';
import { warn } from '../../cutover/annotations';
import { ValidationError } from '../../validation-error';
import type { CacheMigrationProps } from '../migration/cache-migration-props';
import { CacheConsistency } from '../migration/consistency';
import { assertEnoughMemory, checkSurroundings } from '../migration/sides-check';
import type { IMemcachedCluster } from './memcached';
import { checkMemcachedReplacement } from './memcached-replacement';
import { clusterMemory, neededForPeak } from './memcached-sizing';

/** Between two clusters of Memcached. */
export type MemcachedMigrationProps = Omit<CacheMigrationProps, 'blue' | 'green'> & {
  readonly blue: IMemcachedCluster;
  readonly green: IMemcachedCluster;
};

/** What can be known to be wrong at synth is refused where it was typed; `assertSides` has been asked. */
export function checkMemcachedMigration(migration: IConstruct, props: MemcachedMigrationProps): void {
  const { blue, green, consistency, peakMemory, maxFreeze } = props;
  if (consistency !== CacheConsistency.COLD) {
    throw new ValidationError(
      `consistency: got ${consistency} for Memcached; accepted is COLD, because Memcached lists no keys and tells nobody of changes: nothing can be copied. Use CacheConsistency.COLD.`,
    );
  }
  if (maxFreeze !== undefined) {
    throw new ValidationError(
      'maxFreeze: got it for Memcached; nothing is copied, so nobody waits for a copy. Leave it out.',
    );
  }
  checkMemcachedReplacement(green, blue);
  assertEnoughMemory({
    offered: clusterMemory(green),
    needed: peakMemory === undefined ? clusterMemory(blue) : neededForPeak(green.engine, peakMemory, green.numNodes),
    why:
      peakMemory === undefined
        ? "blue's memory, over all nodes"
        : 'peakMemory, and 100 MB of each node for connections',
    instead:
      'Choose larger nodes or more of them, let MemcachedCluster choose with replaces: blue, or state peakMemory if blue is not full.',
  });
  checkSurroundings(migration, 'memcached', props);
  warnOfChoices(migration, props);
}

function warnOfChoices(migration: IConstruct, { blue, green, record, workloads = [] }: MemcachedMigrationProps): void {
  if (workloads.length === 0) {
    warn(
      migration,
      'cdk-cutover:MemcachedConnectionsStay',
      'No workloads are listed, and Memcached cannot close a client’s connection: one that is kept open stays on the old side after the switch. List what keeps connections open, or see that clients renew them.',
    );
  }
  if (blue.numNodes !== 1 || green.numNodes !== 1) {
    warn(
      migration,
      'cdk-cutover:MemcachedAutoDiscovery',
      `blue has ${blue.numNodes} and green ${green.numNodes} nodes: ${record.recordName} leads to one of them, and only clients with auto discovery learn the others from it. These ask the nodes that they know for new ones, and follow no record before they start again: list them as workloads.`,
    );
  }
  if (blue.numNodes !== green.numNodes) {
    warn(
      migration,
      'cdk-cutover:MemcachedHashRing',
      `blue has ${blue.numNodes} nodes and green ${green.numNodes}: clients spread keys otherwise. Nothing is lost by it, for green begins empty; look at the load of each node.`,
    );
  }
}
