import { Token } from 'aws-cdk-lib';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import type { IDatabase } from '../database/database';
import { assertPort } from '../database/database-attributes-check';
import { DatabaseEngine } from '../engine/engine';
import type { AuroraReplicaClusterProps } from './cluster-props';
import { assertCustomEndpoints } from './custom-endpoints-check';
import { assertOwnPassword } from './own-password-check';

/** What RDS would refuse hours later, and what a DNS record cannot change for clients who come over. */
export function assertCluster(props: AuroraReplicaClusterProps): void {
  assertStated('AuroraReplicaClusterProps', props, {
    vpc: 'where its source is',
    engine: 'engine and version, e.g. DatabaseEngine.auroraMysql(…)',
  });
  assertAuroraMysql(props.engine);
  assertReaders(props.readers);
  assertCustomEndpoints(props.customEndpoints ?? [], instanceNames(props));
  assertPort(props.port);
  assertBackupRetention(props);
  assertParameters(props);
  assertEncryption(props);
  if (props.replaces === undefined) {
    refuseSourceAlone(props);
    return;
  }
  assertChain(props.replaces, props.source);
  const source = props.source ?? props.replaces;
  assertSource(source, props.engine);
  assertConvertible(source.engine, props.engine);
  assertOwnPassword(props.replaces);
  assertSamePort(props.port ?? 3306, props.replaces);
}

/** What is promoted to take blue's place must hold blue's data. */
function assertChain(replaces: IDatabase, source: ConvertingReplica | undefined): void {
  if (source === undefined || source.replaces === replaces) return;
  throw new ValidationError(
    `source: got ${source.node.path}, which converts what ${source.replaces.node.path} has, beside replaces: ` +
      `${replaces.node.path}. Accepted is a converting replica of the instance in replaces: state the same in both.`,
  );
}

function refuseSourceAlone({ source }: AuroraReplicaClusterProps): void {
  if (source === undefined) return;
  throw new ValidationError(
    `source: got ${source.node.path} without replaces. Accepted are both, or neither once the cluster has been promoted.`,
  );
}

/** As the cluster calls its instances, the writer first. */
export function instanceNames({ readers = 1 }: AuroraReplicaClusterProps): string[] {
  return ['Writer', ...Array.from({ length: readers }, (_, index) => `Reader${index + 1}`)];
}

function assertAuroraMysql(engine: DatabaseEngine): void {
  if (engine.name === 'aurora-mysql') return;
  throw new ValidationError(
    `Got engine ${engine}. A cluster that follows an RDS MySQL instance runs Aurora MySQL: take ` +
      "DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0').",
  );
}

/** Aurora's replica of an instance is made from a snapshot of it, and goes on from its binary log: one major version. */
function assertSource(source: IDatabase, engine: DatabaseEngine): void {
  if (source.instanceIdentifier === undefined || source.engine.name !== 'mysql') {
    throw new ValidationError(
      `Got ${source.node.path} with ${source.engine} to replicate from. Accepted is an instance of RDS MySQL: an Aurora ` +
        'cluster follows no other. For Aurora to Aurora, take AuroraStrategy.managedBlueGreen() or binlogReplica().',
    );
  }
  if (engine.isSameMajorAs(source.engine)) return;
  throw new ValidationError(
    `Got ${engine} to follow ${source.engine}. Accepted is the Aurora that is compatible with ` +
      `${source.engine.majorVersion}: Aurora MySQL 2 follows MySQL 5.7, 3 follows 8.0, 8.4 follows 8.4. Upgrade the ` +
      'instance first, or the cluster after the migration.',
  );
}

/** Aurora User Guide, "Migrating data from an RDS for MySQL DB instance … by using an Aurora read replica". */
const TOO_OLD_FOR_3_05 = ['8.0.11', '8.0.13', '8.0.15'];

function assertConvertible(source: DatabaseEngine, engine: DatabaseEngine): void {
  const first = DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.05.0');
  if (!TOO_OLD_FOR_3_05.includes(source.version) || engine.isDowngradeFrom(first)) return;
  throw new ValidationError(
    `Got ${engine} to follow ${source}, whose data Aurora MySQL 3.05 and later do not read. Upgrade the instance first, ` +
      'to 8.0.28 at least, or take an Aurora MySQL 3 below 3.05.',
  );
}

function assertSamePort(port: number, { endpointPort }: IDatabase): void {
  if (Token.isUnresolved(port) || Token.isUnresolved(endpointPort) || port === endpointPort) return;
  throw new ValidationError(
    `Got port ${port}, but the instance it replaces listens on ${endpointPort}. A DNS record carries no port, so its ` +
      `clients will come to ${endpointPort}: state port: ${endpointPort}.`,
  );
}

function assertReaders(readers: number | undefined): void {
  if (readers === undefined || (Number.isInteger(readers) && readers >= 0 && readers <= 15)) return;
  throw new ValidationError(
    `Got readers ${readers}. Accepted are whole numbers from 0 to 15: a cluster has 16 instances at most.`,
  );
}

function assertBackupRetention({ backupRetention }: AuroraReplicaClusterProps): void {
  if (backupRetention === undefined || backupRetention.isUnresolved()) return;
  const days = backupRetention.toDays({ integral: false });
  if (Number.isInteger(days) && days >= 1 && days <= 35) return;
  throw new ValidationError(`Got backupRetention of ${days} days. Accepted are whole days from 1 to 35.`);
}

function assertParameters({ parameters = {} }: AuroraReplicaClusterProps): void {
  const format = parameters.binlog_format;
  if (format === undefined || Token.isUnresolved(format) || format.toUpperCase() === 'ROW') return;
  throw new ValidationError(
    `Got binlog_format '${format}'. Accepted is ROW: the rollback replays this cluster's binary log on the old instance, ` +
      'where a statement may mean something else. Leave it out of parameters.',
  );
}

function assertEncryption({ storageEncrypted, encryptionKey }: AuroraReplicaClusterProps): void {
  if (storageEncrypted !== false || encryptionKey === undefined) return;
  throw new ValidationError('Got encryptionKey with storageEncrypted: false. Leave one of them out.');
}
