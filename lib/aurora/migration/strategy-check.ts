import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import type { IDatabase } from '../database/database';
import { DatabaseEngineFamily } from '../engine/engine';
import { assertManagedClasses } from '../instance-class/instance-class-check';
import type { AuroraMigrationProps } from './aurora-migration-props';
import { ownedCluster } from './stack-owned';

const CHECKS = { managedBlueGreen: checkManaged, promoteReplica: checkPromotion, binlogReplica: checkBinlog } as const;

/** Whether the strategy fits the databases, and has what it needs. */
export function checkStrategy(props: AuroraMigrationProps): void {
  CHECKS[props.strategy._name](props);
}

function checkPromotion(props: AuroraMigrationProps): void {
  const { strategy, blue } = props;
  const green = props.green === undefined && props.converting !== undefined ? undefined : assertTwoSides(props);
  assertEngine('blue', blue, 'mysql', `${strategy} begins at an instance of RDS for MySQL`);
  if (blue.instanceIdentifier === undefined) {
    throw new ValidationError(
      `blue: got ${said(blue)}; ${strategy} promotes a replica of an instance. For a cluster use AuroraStrategy.binlogReplica or .managedBlueGreen.`,
    );
  }
  if (green !== undefined) assertEngine('green', green, 'aurora-mysql', `${strategy} ends at an Aurora MySQL cluster`);
  else refuseRecords(props);
}

function checkBinlog(props: AuroraMigrationProps): void {
  const { strategy, blue } = props;
  const green = assertTwoSides(props);
  const reason = `${strategy} goes from one Aurora MySQL cluster to another`;
  assertEngine('blue', blue, 'aurora-mysql', reason);
  assertEngine('green', green, 'aurora-mysql', reason);
  const { binlogFile: file, binlogPosition: position } = strategy._begin ?? {};
  if (file === undefined && position === undefined) return;
  const isPosition = Token.isUnresolved(position) || (Number.isInteger(position) && Number(position) >= 4);
  if (file === undefined || file === '' || !isPosition) {
    throw new ValidationError(
      `binlogReplica: got binlogFile ${file} and binlogPosition ${position}; accepted are a file's name and a whole number from 4, or neither. Leave both out, and they are read from RDS's event of the clone or restored cluster.`,
    );
  }
}

function checkManaged(props: AuroraMigrationProps): void {
  const { strategy, blue, green, record, replicationSecret } = props;
  refuse('green', green, `${strategy} has RDS make it`);
  refuse('record', record, `${strategy} has RDS give green blue's endpoints`);
  if (blue.engine.family !== DatabaseEngineFamily.MYSQL) {
    refuse(
      'replicationSecret',
      replicationSecret,
      `${strategy} has RDS replicate, and of ${blue.engine} there is no rollback`,
    );
  }
  if (!blue.engine.isAurora || blue.clusterIdentifier === undefined) {
    throw new ValidationError(`blue: got ${said(blue)}; ${strategy} takes an Aurora cluster. State clusterIdentifier.`);
  }
  if (ownedCluster(blue)?.cluster.manageMasterUserPassword === true) {
    throw new ValidationError(
      `blue: got a cluster whose master password RDS manages itself (manageMasterUserPassword); RDS Blue/Green Deployments do not support that. State credentials from a secret of your own.`,
    );
  }
  const { targetEngine, targetInstanceClass, switchoverTimeout } = strategy._managed ?? {};
  if (targetEngine !== undefined && targetEngine.name !== blue.engine.name) {
    throw new ValidationError(
      `targetEngine: got ${targetEngine.name}; accepted is blue's own engine, ${blue.engine.name}. RDS Blue/Green Deployments upgrade an engine, and change it for no other.`,
    );
  }
  if (targetEngine?.isDowngradeFrom(blue.engine) === true) {
    throw new ValidationError(
      `targetEngine: got ${targetEngine} for blue's ${blue.engine}; RDS Blue/Green Deployments take no step back. State blue's version or a later one.`,
    );
  }
  if (targetEngine !== undefined) assertManagedClasses(blue, targetEngine, targetInstanceClass);
  if (switchoverTimeout?.isUnresolved() === true) {
    throw new ValidationError(
      'switchoverTimeout: got a token; accepted is a plain duration, because the execution waits by it. State it in the code.',
    );
  }
  const seconds = switchoverTimeout?.toSeconds() ?? 30;
  if (seconds < 30 || seconds > 3600) {
    throw new ValidationError(
      `switchoverTimeout: got ${seconds} s; RDS accepts 30 to 3600 s. Leave it out for RDS's own 5 minutes.`,
    );
  }
}

/** They would be adopted, and there is nothing that they could lead to besides. */
function refuseRecords({ record, readerRecord }: AuroraMigrationProps): void {
  const reason = 'there is no green yet that it could lead to, and the converting replica can be prepared without';
  refuse('record', record, reason);
  refuse('readerRecord', readerRecord, reason);
}

function assertTwoSides({ strategy, green, record }: AuroraMigrationProps): IDatabase {
  if (green === undefined) {
    throw new ValidationError(`green: got none; ${strategy} moves clients to a database that is there. State green.`);
  }
  if (record === undefined) {
    throw new ValidationError(
      `record: got none; ${strategy} moves clients by a record that they resolve. State record.`,
    );
  }
  return green;
}

function assertEngine(side: string, database: IDatabase, engine: string, reason: string): void {
  if (database.engine.name === engine) return;
  throw new ValidationError(
    `${side}: got ${said(database)}; ${reason}. Accepted is the engine ${engine}: choose the strategy that fits, or another database.`,
  );
}

function refuse(name: string, value: object | undefined, reason: string): void {
  if (value !== undefined) throw new ValidationError(`${name}: got one; ${reason}. Leave ${name} out.`);
}

function said({ engine, clusterIdentifier }: IDatabase): string {
  return `${engine.name} ${engine.version} (${clusterIdentifier === undefined ? 'an instance' : 'a cluster'})`;
}
