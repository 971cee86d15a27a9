import { type Duration, Token } from 'aws-cdk-lib';
import { CfnHostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { IConstruct } from 'constructs';
import { warn } from '../../cutover/annotations';
import { checkOptions } from '../../cutover/migration/checks';
import { checkClientIngress } from '../../cutover/validations/client-ingress';
import { refuseOtherRegions } from '../../cutover/validations/elsewhere';
import { checkGroupsMayChange } from '../../cutover/validations/immutable-groups';
import { checkSharedGroups } from '../../cutover/validations/shared-groups';
import { assertSamePort, isSameSide, sharedSecurityGroup } from '../../cutover/validations/sides';
import { assertStated } from '../../cutover/validations/stated';
import { checkZone } from '../../cutover/validations/zone';
import { bakesOf, checkWeightSteps } from '../../cutover/weights/canary';
import { ValidationError } from '../../validation-error';
import { checkConverting, convertingBetween } from '../converting-replica/converting-between';
import type { IDatabase } from '../database/database';
import { DatabaseEngineFamily } from '../engine/engine';
import { ReaderTarget } from '../readers/reader-target';
import type { AuroraMigrationProps } from './aurora-migration-props';
import { warnIfDeletable } from './stack-owned';
import { checkStrategy } from './strategy-check';

/** A longer TTL would keep clients out for longer. */
const MAX_TTL_SECONDS = 60;

export function assertDatabasesStated(props: AuroraMigrationProps): void {
  assertStated('AuroraMigrationProps', props, {
    vpc: 'the VPC that reaches both databases',
    blue: 'the database that clients are on, e.g. by Database.fromAttributes',
    strategy: 'how clients are moved: AuroraStrategy.managedBlueGreen, promoteReplica or binlogReplica',
  });
}

/** What can be known to be wrong at synth is refused where it was typed. */
export function checkAuroraMigration(migration: IConstruct, props: AuroraMigrationProps): void {
  checkStrategy(props);
  checkConverting(props);
  if (props.green !== undefined) {
    assertTwoDatabases(props.blue, props.green);
    assertSamePort(props.blue, props.green);
    assertIngress(props.blue, props.green, convertingBetween(props));
    const { blue, green, clientsLeftBehind = [] } = props;
    checkClientIngress(migration, { blue, green, leftBehind: clientsLeftBehind });
  }
  assertRecords(props);
  assertReaders(props);
  assertSmokeQueries(props);
  const { vpc, blue, green, catchUpTimeout } = props;
  const { prepareTimeout, strategy, replicationSecret } = props;
  checkOptions(migration, 'database', props, {
    ...bakesOf('readerWeights', props.readerWeights),
    catchUpTimeout,
    prepareTimeout,
    createTimeout: strategy._managed?.createTimeout,
  });
  refuseOtherRegions(migration, { 'blue.secret': blue.secret, 'green.secret': green?.secret, replicationSecret });
  checkGroupsMayChange({ blue, green, converting: convertingBetween(props) });
  // Of a managed one RDS shuts the side that clients leave, and groups are exchanged.
  checkSharedGroups(migration, [blue, green], { revokes: props.strategy._managed === undefined });
  for (const [name, record] of Object.entries({ record: props.record, readerRecord: props.readerRecord })) {
    if (record !== undefined) checkZone(migration, { name, ...record, vpc });
  }
  warnOfChoices(migration, props);
  if (props.strategy._managed !== undefined) warnIfDeletable(migration, props.blue);
}

function assertTwoDatabases(blue: IDatabase, green: IDatabase): void {
  if (!isSameSide(blue, green)) return;
  throw new ValidationError(
    `blue and green: got the same database (${blue.node.path}) for both; accepted are two. State the one that clients are on as blue, and its replica as green.`,
  );
}

function assertIngress(blue: IDatabase, green: IDatabase, converting: IDatabase | undefined): void {
  const closed = converting && (sharedSecurityGroup(converting, blue) ?? sharedSecurityGroup(converting, green));
  if (closed !== undefined) {
    throw new ValidationError(
      `converting: got the security group ${closed.node.path}, which a side has too; revoking client ingress of that side would revoke it here. Give the converting replica a group of its own.`,
    );
  }
  for (const [side, database] of Object.entries({ blue, green })) {
    if (database.securityGroups.length > 0) continue;
    throw new ValidationError(
      `${side}: got a database without security groups; the fence takes clients' ingress rules away, so it must know the groups. State securityGroups.`,
    );
  }
  const shared = sharedSecurityGroup(blue, green);
  if (shared === undefined) return;
  throw new ValidationError(
    `blue and green: got the security group ${shared.node.path} on both; each needs its own, because revoking client ingress of one would revoke it of the other. Give green a group of its own.`,
  );
}

function assertRecords({ record, readerRecord }: AuroraMigrationProps): void {
  assertTtl('record', record?.ttl);
  assertTtl('readerRecord', readerRecord?.ttl);
  if (record === undefined || readerRecord === undefined) return;
  const [zone, readers] = [record.zone, readerRecord.zone];
  if (areTwoZones(zone, readers)) {
    throw new ValidationError(
      `readerRecord.zone: got ${readers.node.path}, and ${zone.node.path} for record; accepted is one zone, because both records are changed in one batch. Put the two names into the same zone.`,
    );
  }
  if (record.ttl?.isUnresolved() === true || readerRecord.ttl?.isUnresolved() === true) {
    throw new ValidationError(
      'record.ttl and readerRecord.ttl: got a token; accepted are plain durations, because the longer of the two is waited for. State it in the code.',
    );
  }
}

/** For certain: two that the app makes, or two ids that it states. */
function areTwoZones(one: IHostedZone, other: IHostedZone): boolean {
  if (one.hostedZoneId === other.hostedZoneId) return false;
  const zones = [one, other];
  return (
    zones.every(({ node }) => node.defaultChild instanceof CfnHostedZone) ||
    zones.every(({ hostedZoneId }) => !Token.isUnresolved(hostedZoneId))
  );
}

function assertTtl(name: string, ttl: Duration | undefined): void {
  if (ttl === undefined || ttl.isUnresolved() || ttl.toSeconds() <= MAX_TTL_SECONDS) return;
  throw new ValidationError(
    `${name}.ttl: got ${ttl.toSeconds()} s; accepted are up to ${MAX_TTL_SECONDS} s, because clients stay on the old side for that long. Use Duration.seconds(5), a day before the cutover at the latest.`,
  );
}

function assertReaders(props: AuroraMigrationProps): void {
  const { readerRecord, readerWeights } = props;
  assertSettledTargets(props);
  assertManagedTargets(props);
  if (readerWeights === undefined) return;
  if (readerRecord === undefined) {
    throw new ValidationError(
      `readerWeights: got ${readerWeights.length} steps without a readerRecord; readers are moved by a record of their own. State readerRecord, or leave readerWeights out.`,
    );
  }
  if (readerWeights.length === 0)
    throw new ValidationError('readerWeights: got no steps; leave it out to move all clients at once.');
  const widthOf = (index: number) => (readerWeights[index]?.greenTarget ?? settledTarget(props))._width;
  checkWeightSteps(readerWeights, 0, (index) => index > 0 && widthOf(index) > widthOf(index - 1));
  readerWeights.forEach((step, index) => {
    if (index === 0 || widthOf(index) >= widthOf(index - 1)) return;
    throw new ValidationError(
      `readerWeights[${index}].greenTarget: got ${step.greenTarget ?? settledTarget(props)} after ${readerWeights[index - 1]?.greenTarget ?? settledTarget(props)}; a larger share on fewer instances is accepted at no step. Put the steps in order: an instance, a custom endpoint, all readers.`,
    );
  });
}

/** RDS makes green's instances and endpoints of blue's, and documents no name of an endpoint that it makes. */
function assertManagedTargets({ strategy, blue, readerWeights = [] }: AuroraMigrationProps): void {
  if (strategy._managed === undefined) return;
  readerWeights.forEach(({ greenTarget }, index) => {
    if (greenTarget === undefined || greenTarget._kind === 'readers') return;
    const where = `readerWeights[${index}].greenTarget`;
    if (greenTarget._kind === 'endpoint') {
      throw new ValidationError(
        `${where}: got ${greenTarget}; ${strategy} has RDS make green's endpoints, whose names are not known before. Accepted are an instance of blue's, whose copy is meant, and all readers.`,
      );
    }
    const known = blue.instanceIdentifiers;
    if (Token.isUnresolved(greenTarget._name) || Token.isUnresolved(known) || known.includes(greenTarget._name)) return;
    if (known.some((identifier) => Token.isUnresolved(identifier))) return;
    throw new ValidationError(
      `${where}: got ${greenTarget}, which is not in instanceIdentifiers of ${blue.node.path}; accepted are ${known.join(', ') || 'none, for none are stated'}. State it there, or name one of these.`,
    );
  });
}

function assertSettledTargets({
  strategy,
  readerRecord,
  blueReaderTarget,
  greenReaderTarget,
}: AuroraMigrationProps): void {
  for (const [name, target] of Object.entries({ blueReaderTarget, greenReaderTarget })) {
    if (target === undefined) continue;
    if (readerRecord === undefined) {
      throw new ValidationError(
        `${name}: got ${target} without a readerRecord; readers are led by a record of their own. State readerRecord, or leave ${name} out.`,
      );
    }
    if (strategy._managed !== undefined) {
      throw new ValidationError(
        `${name}: got ${target}; ${strategy} leads readers to the reader endpoint, which RDS gives to green. Leave ${name} out.`,
      );
    }
  }
}

function settledTarget({ greenReaderTarget }: AuroraMigrationProps): ReaderTarget {
  return greenReaderTarget ?? ReaderTarget.readers();
}

function assertSmokeQueries({ smokeQueries = [] }: AuroraMigrationProps): void {
  const seen = new Set<string>();
  for (const query of smokeQueries) {
    const { name, sql, database } = query;
    if (name === '' || sql.trim() === '' || database === '') {
      throw new ValidationError(
        `smokeQueries: got name '${name}', sql '${sql}', database '${database}'; accepted is something in each. Leave the query out if it is none.`,
      );
    }
    if (seen.has(name))
      throw new ValidationError(`smokeQueries: got '${name}' twice; each needs a name of its own. Rename one.`);
    seen.add(name);
  }
}

function warnOfChoices(migration: IConstruct, props: AuroraMigrationProps): void {
  const { workloads = [], blue, green, record, replicationSecret } = props;
  if (workloads.length === 0) {
    warn(
      migration,
      'cdk-cutover:FencedWithoutWorkloads',
      'No workloads are listed: every client is refused for as long as the switch takes. List what can be stopped for that time.',
    );
  }
  if (blue.engine.family === DatabaseEngineFamily.MYSQL && replicationSecret === undefined) {
    warn(
      migration,
      'cdk-cutover:ReplicatesAsMaster',
      'The rollback has one side replicate from the other as the user of the other’s own secret, whose password goes into a CALL and stays in that server’s replication settings and logs. State a replicationSecret of a user with REPLICATION SLAVE and nothing more.',
    );
  }
  if (green?.tls === true && record !== undefined) {
    warn(
      migration,
      'cdk-cutover:TlsWithPrivateName',
      `RDS's certificates name *.rds.amazonaws.com: a client that verifies names fails on ${record.recordName}, unless it is told the server name. See to it before the cutover.`,
    );
  }
}
