import type { Size } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { warn } from '../../cutover/annotations';
import { checkOptions } from '../../cutover/migration/checks';
import { checkClientIngress } from '../../cutover/validations/client-ingress';
import { checkGroupsMayChange } from '../../cutover/validations/immutable-groups';
import { checkSharedGroups } from '../../cutover/validations/shared-groups';
import { assertSamePort, isSameSide, sharedSecurityGroup } from '../../cutover/validations/sides';
import { assertStated } from '../../cutover/validations/stated';
import { checkZone } from '../../cutover/validations/zone';
import { bakesOf, checkWeightSteps } from '../../cutover/weights/canary';
import { ValidationError } from '../../validation-error';
import { TransitEncryption } from '../cache/transit-encryption';
import type { CacheMigrationProps } from './cache-migration-props';
import { CacheConsistency } from './consistency';

export function assertCachesStated(props: CacheMigrationProps): void {
  assertStated('CacheMigrationProps', props, {
    vpc: 'the VPC that reaches both caches',
    blue: 'the cache that clients are on, e.g. by Cache.fromAttributes',
    green: 'the cache that they are moved to, e.g. a ReplicationGroup',
    record: 'the record that clients resolve, { zone, recordName }',
    consistency: 'what clients can stand: CacheConsistency.COLD, LIVE or FENCED',
  });
}

/** What must be true of the sides of any caches, whatever they speak. */
export function assertSides(props: CacheMigrationProps): void {
  assertTwoCaches(props);
  assertWeights(props);
  assertOwnIngress(props);
}

function assertTwoCaches({ blue, green }: CacheMigrationProps): void {
  if (!isSameSide(blue, green)) return;
  throw new ValidationError(
    `blue and green: got the same cache (${blue.node.path}) for both; accepted are two. Make green with new ReplicationGroup(…, { replaces: blue }).`,
  );
}

function assertWeights({ consistency, weights }: CacheMigrationProps): void {
  if (weights === undefined) return;
  if (consistency !== CacheConsistency.COLD) {
    throw new ValidationError(
      `weights: got ${weights.length} steps at ${consistency}; accepted at COLD only, because a client that alternates between blue and green would lose writes. Leave weights out, or use CacheConsistency.COLD.`,
    );
  }
  if (weights.length === 0)
    throw new ValidationError('weights: got no steps; leave weights out to move all clients at once.');
  checkWeightSteps(weights);
}

function assertOwnIngress({ blue, green }: CacheMigrationProps): void {
  const shared = sharedSecurityGroup(blue, green);
  if (shared === undefined) return;
  throw new ValidationError(
    `blue and green: got the security group ${shared.node.path} on both; each needs its own, because revoking client ingress of one would revoke it of the other. Leave securityGroups of green out.`,
  );
}

/** Bytes that one side has, and must have. */
export interface MemoryOfSides {
  readonly offered: Size | undefined;
  readonly needed: Size | undefined;
  /** What the need comes from. */
  readonly why: string;
  readonly instead: string;
}

export function assertEnoughMemory({ offered, needed, why, instead }: MemoryOfSides): void {
  if (needed === undefined || offered === undefined || needed.isUnresolved() || offered.isUnresolved()) return;
  if (offered.toBytes() >= needed.toBytes()) return;
  throw new ValidationError(
    `green: got ${gib(offered)} GiB for data; needed are ${gib(needed)} GiB (${why}). ${instead}`,
  );
}

function gib(size: Size): string {
  return (size.toBytes() / 2 ** 30).toFixed(2);
}

/** What is around the two sides: options, times, the zone, and who may enter. */
export function checkSurroundings(
  migration: IConstruct,
  kind: Parameters<typeof checkOptions>[1],
  props: CacheMigrationProps,
): void {
  const { catchUpTimeout, blue, green, record } = props;
  checkOptions(migration, kind, props, { ...bakesOf('weights', props.weights), catchUpTimeout });
  checkZone(migration, { name: 'record', ...record, vpc: props.vpc });
  checkGroupsMayChange({ blue, green });
  assertSamePort(blue, green);
  checkSharedGroups(migration, [blue, green], { revokes: props.consistency !== CacheConsistency.COLD });
  checkClientIngress(migration, { ...props, leftBehind: props.clientsLeftBehind ?? [] });
  if (green.transitEncryption !== TransitEncryption.REQUIRED) return;
  warn(
    migration,
    'cdk-cutover:TlsWithPrivateName',
    `ElastiCache's certificates name *.cache.amazonaws.com: a client that verifies names fails on ${record.recordName}, unless it is told the server name. See to it before the cutover.`,
  );
}
