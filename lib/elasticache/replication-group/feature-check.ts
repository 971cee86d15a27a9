import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import { assertPort } from '../cache/endpoint-check';
import { TransitEncryption } from '../cache/transit-encryption';
import type { CacheEngine } from '../engine/engine';
import { compareVersions } from '../engine/engine-version';
import type { ReplicationGroupProps } from './replication-group-props';

const TIME = '([01]\\d|2[0-3]):[0-5]\\d';
const DAY = '(mon|tue|wed|thu|fri|sat|sun)';

/** What ElastiCache would refuse at deployment, by itself or together with something else in the props. */
export function assertFeatures(props: ReplicationGroupProps): void {
  assertPort(props.port);
  assertWhole('numShards', props.numShards, 1, 500);
  assertWhole('numReplicas', props.numReplicas, 0, 5);
  assertEncryption(props);
  assertAuthentication(props);
  assertLogs(props);
  assertSnapshotRetention(props);
  assertWindow('snapshotWindow', props.snapshotWindow, `^${TIME}-${TIME}$`, '05:00-09:00');
  assertWindow(
    'preferredMaintenanceWindow',
    props.preferredMaintenanceWindow,
    `^${DAY}:${TIME}-${DAY}:${TIME}$`,
    'sun:23:00-mon:01:30',
  );
}

function isBefore(engine: CacheEngine, redisVersion: string): boolean {
  return engine.name === 'redis' && compareVersions(engine.version, redisVersion) < 0;
}

function assertWhole(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ValidationError(`Got ${name} ${value}. Accepted are whole numbers from ${least} to ${most}.`);
}

function assertEncryption({ engine, transitEncryption, atRestEncryption, encryptionKey }: ReplicationGroupProps): void {
  if (transitEncryption === TransitEncryption.PREFERRED && isBefore(engine, '7.0')) {
    throw new ValidationError(
      `Got transitEncryption PREFERRED for ${engine}, which cannot accept plaintext and TLS on one port. Accepted are ` +
        'Redis 7.0 and later, and Valkey; otherwise state NONE or REQUIRED.',
    );
  }
  if (atRestEncryption === false && encryptionKey !== undefined) {
    throw new ValidationError('Got encryptionKey with atRestEncryption false. Leave one of them out.');
  }
}

function assertAuthentication({ engine, authentication, transitEncryption }: ReplicationGroupProps): void {
  if (authentication === undefined) return;
  if ((transitEncryption ?? TransitEncryption.NONE) === TransitEncryption.NONE) {
    throw new ValidationError(
      'Got authentication without encryption in transit, which ElastiCache refuses. State transitEncryption: ' +
        'TransitEncryption.REQUIRED, or PREFERRED.',
    );
  }
  if (authentication._userGroupIds.length > 0 && isBefore(engine, '6.0')) {
    throw new ValidationError(
      `Got a user group for ${engine}. Accepted are Redis 6.0 and later, and Valkey; otherwise take ` +
        'CacheAuthentication.authToken(secret).',
    );
  }
}

function assertLogs({ engine, slowLogGroup, engineLogGroup }: ReplicationGroupProps): void {
  if (slowLogGroup !== undefined && isBefore(engine, '6.0')) {
    throw new ValidationError(
      `Got slowLogGroup for ${engine}. Accepted are Redis 6.0 and later, and Valkey: leave it out.`,
    );
  }
  if (engineLogGroup !== undefined && isBefore(engine, '6.2')) {
    throw new ValidationError(
      `Got engineLogGroup for ${engine}. Accepted are Redis 6.2 and later, and Valkey: leave it out.`,
    );
  }
}

function assertSnapshotRetention({ snapshotRetention }: ReplicationGroupProps): void {
  if (snapshotRetention === undefined || snapshotRetention.isUnresolved()) return;
  const days = snapshotRetention.toDays({ integral: false });
  if (Number.isInteger(days) && days >= 1 && days <= 35) return;
  throw new ValidationError(
    `Got snapshotRetention of ${snapshotRetention.toHumanString()}. Accepted are whole days from 1 to 35; leave it out ` +
      'for no backups.',
  );
}

function assertWindow(name: string, value: string | undefined, pattern: string, example: string): void {
  if (value === undefined || Token.isUnresolved(value) || new RegExp(pattern).test(value)) return;
  throw new ValidationError(`Got ${name} '${value}'. Accepted is a time range in UTC, such as '${example}'.`);
}
