import { aws_rds as rds, Token } from 'aws-cdk-lib';
import { sharedSecurityGroup } from '../../cutover/validations/sides';
import { ValidationError } from '../../validation-error';
import { assertOwnPassword } from '../cluster/own-password-check';
import type { IDatabase } from '../database/database';
import { assertDistinct } from './conversion-check';
import { STRIPED_FROM_GIB } from './converting-replica-choice';
import type { ConvertingReplicaProps } from './converting-replica-props';

/** What RDS would refuse hours later, and what would make it the narrow place of the chain. */
export function assertConvertingReplica(props: ConvertingReplicaProps): void {
  const { replaces, source = replaces, conversions } = props;
  assertMysql('replaces', replaces);
  assertMysql('source', source);
  assertDepth(replaces, source);
  assertOwnPassword(replaces);
  assertSameVersion(replaces, source);
  if (conversions.length === 0) {
    throw new ValidationError(
      'conversions: got none; a replica that converts nothing only costs. State some, or give the cluster no source.',
    );
  }
  assertDistinct(conversions.map(({ _configuration: configuration }) => configuration));
  assertStorage(props);
  assertBackups(props);
  assertParameters(props);
  assertMaxLag(props);
  assertGroups(props);
}

function assertMysql(name: string, { engine, instanceIdentifier, node }: IDatabase): void {
  if (instanceIdentifier !== undefined && engine.name === 'mysql') return;
  throw new ValidationError(
    `${name}: got ${node.path} with ${engine}; accepted is an instance of RDS for MySQL. Of an Aurora cluster there is nothing to convert.`,
  );
}

/** @see docs/aws-facts.md#rds-replica-chain */
function assertDepth(replaces: IDatabase, source: IDatabase): void {
  const deep = [replaces, source].find((each) => 'conversions' in each);
  if (deep === undefined) return;
  throw new ValidationError(
    `source: got ${deep.node.path}, which is a converting replica itself; accepted are the instance in replaces and a read replica of it, for RDS makes no chain of more than four. State all conversions on one.`,
  );
}

function assertSameVersion(replaces: IDatabase, source: IDatabase): void {
  if (source.engine.isSameMajorAs(replaces.engine)) return;
  throw new ValidationError(
    `source: got ${source.engine} beside ${replaces.engine} in replaces; accepted is a replica of the same major version.`,
  );
}

const TYPES: readonly rds.StorageType[] = [rds.StorageType.GP3, rds.StorageType.IO1, rds.StorageType.IO2];

/** @see docs/aws-facts.md#rds-gp3-striped */
function assertStorage({
  allocatedStorage,
  storageType = rds.StorageType.GP3,
  iops,
  storageThroughput,
}: ConvertingReplicaProps): void {
  const gib = allocatedStorage.isUnresolved() ? undefined : allocatedStorage.toGibibytes();
  if (gib === undefined) {
    throw new ValidationError(
      'allocatedStorage: got a token; accepted is a plain size, because the storage is provisioned by it.',
    );
  }
  if (!TYPES.includes(storageType)) {
    throw new ValidationError(
      `storageType: got ${storageType}; accepted are gp3, io1 and io2. Magnetic storage and gp2 would be what green waits for.`,
    );
  }
  const isGp3 = storageType === rds.StorageType.GP3;
  const least = isGp3 ? 20 : 100;
  if (gib < least || gib > 65_536) {
    throw new ValidationError(
      `allocatedStorage: got ${gib} GiB; accepted are ${least} to 65536 GiB with ${storageType}.`,
    );
  }
  if (isGp3 && gib < STRIPED_FROM_GIB && (iops !== undefined || storageThroughput !== undefined)) {
    throw new ValidationError(
      `iops and storageThroughput: got ${iops ?? storageThroughput} with ${gib} GiB; RDS provisions gp3 from ${STRIPED_FROM_GIB} GiB on. Leave them out, take ${STRIPED_FROM_GIB} GiB, or io1.`,
    );
  }
  if (!isGp3 && storageThroughput !== undefined) {
    throw new ValidationError(
      `storageThroughput: got ${storageThroughput} with ${storageType}; only gp3 has one. Leave it out.`,
    );
  }
  assertIops(gib, storageType, iops);
  const most = Math.min(4_000, Math.floor((iops ?? 24_000) / 4));
  if (storageThroughput !== undefined && !within(storageThroughput, 500, most)) {
    throw new ValidationError(
      `storageThroughput: got ${storageThroughput} MiB/s; accepted are 500 to ${most}, a quarter of iops.`,
    );
  }
}

function assertIops(gib: number, storageType: rds.StorageType, iops: number | undefined): void {
  if (iops === undefined) {
    if (storageType === rds.StorageType.GP3) return;
    throw new ValidationError(`iops: got none with ${storageType}; accepted are 1000 at least. State iops.`);
  }
  const isGp3 = storageType === rds.StorageType.GP3;
  const perGib = storageType === rds.StorageType.IO2 ? 1_000 : isGp3 ? 500 : 50;
  const [least, most] = [isGp3 ? 12_000 : 1_000, Math.min(isGp3 ? 64_000 : 256_000, perGib * gib)];
  if (within(iops, least, most)) return;
  throw new ValidationError(
    `iops: got ${iops}; accepted are whole numbers from ${least} to ${most} with ${gib} GiB of ${storageType}.`,
  );
}

function within(value: number, least: number, most: number): boolean {
  return Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most);
}

/** @see docs/aws-facts.md#rds-replica-log */
function assertBackups({ backupRetention }: ConvertingReplicaProps): void {
  if (backupRetention === undefined || backupRetention.isUnresolved()) return;
  const days = backupRetention.toDays({ integral: false });
  if (Number.isInteger(days) && days >= 1 && days <= 35) return;
  throw new ValidationError(
    `Got backupRetention of ${days} days. Accepted are whole days from 1 to 35: without backups RDS lets nothing replicate from it.`,
  );
}

const OURS = { read_only: '0', binlog_format: 'ROW' } as const;

function assertParameters({ parameters = {} }: ConvertingReplicaProps): void {
  for (const [name, value] of Object.entries(OURS)) {
    const got = parameters[name];
    if (got === undefined || Token.isUnresolved(got) || got.toUpperCase() === value) continue;
    throw new ValidationError(
      `Got ${name} '${got}'. Accepted is ${value}: tables are converted here, and green replays its rows.`,
    );
  }
}

function assertMaxLag({ maxLag }: ConvertingReplicaProps): void {
  if (
    maxLag === undefined ||
    maxLag.isUnresolved() ||
    (maxLag.toSeconds() >= 60 && maxLag.toDays({ integral: false }) <= 7)
  )
    return;
  throw new ValidationError(
    `maxLag: got ${maxLag.toHumanString()}; accepted are a minute to 7 days, for which blue must keep its binary log.`,
  );
}

function assertGroups({ replaces, source = replaces, securityGroups }: ConvertingReplicaProps): void {
  if (securityGroups === undefined) return;
  if (securityGroups.length === 0) {
    throw new ValidationError('securityGroups: got none; the migration must be let in. Leave it out, or state one.');
  }
  const own = { endpointAddress: '', endpointPort: 0, securityGroups };
  const shared = sharedSecurityGroup(own, replaces) ?? sharedSecurityGroup(own, source);
  if (shared === undefined) return;
  throw new ValidationError(
    `securityGroups: got ${shared.node.path}, which blue has too; fencing blue off would close this one. Give it a group of its own.`,
  );
}
