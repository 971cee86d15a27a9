import type { Assembly } from '../../../rehearsal/assembly';
import type { Rds } from '../../../rehearsal/aws/rds/rds';
import { ACCOUNT, BLUE_GROUP, REGION } from './databases-under-test';

export const SOURCE = `arn:aws:rds:${REGION}:${ACCOUNT}:db:shop`;

/** An instance of RDS for MySQL, and the Aurora cluster that is its replica. */
export function putReplica(rds: Rds, replicationSource: string = SOURCE): void {
  rds.databases.addInstance({
    identifier: 'shop',
    engine: 'mysql',
    engineVersion: '8.0.39',
    instanceClass: 'db.r6g.large',
  });
  rds.databases.addCluster({
    identifier: 'green',
    engine: 'aurora-mysql',
    engineVersion: '8.0.mysql_aurora.3.08.0',
    replicationSource,
    instances: ['green-1', 'green-2'].map((identifier) => ({ identifier, instanceClass: 'db.r6g.large' })),
  });
}

/** The same with an instance between the two, as the app makes it. */
export function putChain(assembly: Assembly) {
  const middle = middleOf(assembly);
  return (rds: Rds): void => {
    putReplica(rds, `arn:aws:rds:${REGION}:${ACCOUNT}:db:${middle}`);
    rds.databases.addInstance({
      identifier: middle,
      engine: 'mysql',
      engineVersion: '8.0.39',
      instanceClass: 'db.r7g.large',
      replicationSource: 'shop',
      backupRetention: 1,
      deletionProtection: true,
    });
  };
}

/** As RDS calls the app's converting replica. */
export function middleOf(assembly: Assembly): string {
  const [instance] = assembly
    .resources('AWS::RDS::DBInstance')
    .filter((each) => each.property('SourceDBInstanceIdentifier') !== undefined);
  return String(instance?.physicalId).toLowerCase();
}

/** An Aurora cluster of two instances, whose group lets RDS make a green of it. */
export function putManaged(rds: Rds, kmsKeyArn?: string): void {
  rds.parameterGroups.add('blue-aurora3', 'aurora-mysql8.0', { binlog_format: 'ROW' });
  rds.databases.addCluster({
    identifier: 'blue',
    engine: 'aurora-mysql',
    engineVersion: '8.0.mysql_aurora.3.08.0',
    parameterGroup: 'blue-aurora3',
    endpoint: `blue.cluster-abc123.${REGION}.rds.amazonaws.com`,
    readerEndpoint: `blue.cluster-ro-abc123.${REGION}.rds.amazonaws.com`,
    securityGroupIds: [BLUE_GROUP],
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
    instances: ['blue-1', 'blue-2'].map((identifier) => ({ identifier, instanceClass: 'db.r6g.large' })),
  });
}

/** Two Aurora clusters, of which RDS does not know that one was made from the other. */
export function putClone(rds: Rds, clusters: readonly string[] = ['blue', 'green']): void {
  for (const identifier of clusters) {
    rds.databases.addCluster({
      identifier,
      engine: 'aurora-mysql',
      engineVersion: '8.0.mysql_aurora.3.08.0',
      instances: ['1', '2'].map((number) => ({
        identifier: `${identifier}-${number}`,
        instanceClass: 'db.r6g.large',
      })),
    });
  }
}

/** The same, with RDS's event of where green begins to follow. */
export function putCloneWithPosition(rds: Rds): void {
  putClone(rds);
  rds.events.write('db-instance', 'green-1', [], 'Binlog position from crash recovery is mysql-bin.000042 154');
}
