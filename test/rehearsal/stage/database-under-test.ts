import { App, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { InstanceType, type ISecurityGroup, type IVpc, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  AuroraMysqlEngineVersion,
  ClusterInstance,
  DatabaseClusterEngine,
  DatabaseClusterFromSnapshot,
  SnapshotCredentials,
} from 'aws-cdk-lib/aws-rds';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AuroraMigration,
  AuroraReplicaCluster,
  AuroraStrategy,
  type BinlogReplicaOptions,
  Database,
  DatabaseEngine,
  DatabaseInstanceClass,
  type ICheck,
  type IDatabase,
  type IWorkload,
  type ManagedBlueGreenOptions,
  Workload,
} from '../../../lib';

const ttl = Duration.seconds(1);
/** On PostgreSQL names carry their schema. */
const smokeQueries = (engine?: DatabaseEngine) => {
  const table = engine?.name.includes('postgres') ? 'public.accounts' : 'accounts';
  return [{ name: 'balances', database: 'shop', sql: `SELECT SUM(balance) FROM ${table}` }];
};
const halfOfReaders = [{ blueWeight: 50, greenWeight: 50, bake: Duration.minutes(10) }];

/** What is there before a migration: a network, a zone, users' groups, a service that writes, an alarm. */
class Before {
  readonly app: App;
  readonly stack: Stack;
  readonly vpc: IVpc;
  readonly zone: IHostedZone;
  readonly master: ISecret;

  constructor(outdir: string) {
    this.app = new App({ outdir });
    this.stack = new Stack(this.app, 'Migration');
    this.vpc = Vpc.fromVpcAttributes(this.stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
    });
    this.zone = HostedZone.fromHostedZoneAttributes(this.stack, 'Zone', {
      hostedZoneId: 'Z012345',
      zoneName: 'internal.test',
    });
    this.master = this.secret('master');
  }

  group(id: string, groupId: string): ISecurityGroup {
    return SecurityGroup.fromSecurityGroupId(this.stack, id, groupId);
  }

  secret(id: string): ISecret {
    const arn = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${id}-AbCdEf`;
    return Secret.fromSecretCompleteArn(this.stack, id, arn);
  }

  /** One that exists already, of two instances. */
  cluster(name: string, engine: DatabaseEngine, groupId: string): IDatabase {
    return Database.fromAttributes(this.stack, name, {
      clusterIdentifier: name,
      instanceIdentifiers: [`${name}-1`, `${name}-2`],
      engine,
      instanceClass: DatabaseInstanceClass.of('db.r5.large'),
      endpointAddress: `${name}.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com`,
      readerEndpointAddress: `${name}.cluster-ro-abcdefghijkl.eu-west-1.rds.amazonaws.com`,
      clusterParameterGroupName: `${name}-parameters`,
      secret: this.master,
      securityGroups: [this.group(`${name}Group`, groupId)],
    });
  }

  workload(): IWorkload {
    const cluster = Cluster.fromClusterAttributes(this.stack, 'Shop', { clusterName: 'shop', vpc: this.vpc });
    const service = FargateService.fromFargateServiceAttributes(this.stack, 'Orders', {
      cluster,
      serviceName: 'orders',
    });
    return Workload.ecsService({ service });
  }

  alarm(): IAlarm {
    return new Alarm(this.stack, 'Errors', {
      metric: new Metric({ namespace: 'Test', metricName: 'Errors' }),
      threshold: 1,
      evaluationPeriods: 1,
    });
  }
}

/** A replica to be promoted, with a canary of readers and TTLs of a second. Gives the folder of its assembly. */
export function synthesizePromotion(
  outdir: string,
  admitted: 'applications' | 'nobody' = 'applications',
  checks: ICheck[] = [],
): string {
  const before = new Before(outdir);
  const { app, stack, vpc, zone } = before;
  const blue = Database.fromAttributes(stack, 'Blue', {
    instanceIdentifier: 'blue',
    // Its stand-in is the server that starts fastest.
    engine: DatabaseEngine.mysql('5.7.44'),
    instanceClass: DatabaseInstanceClass.of('db.r5.large'),
    endpointAddress: 'blue.abcdefghijkl.eu-west-1.rds.amazonaws.com',
    secret: before.master,
    securityGroups: [before.group('BlueGroup', 'sg-0123456789abcdef0')],
  });
  const green = new AuroraReplicaCluster(stack, 'Green', {
    vpc,
    engine: DatabaseEngine.auroraMysql('5.7.mysql_aurora.2.12.5'),
    replaces: blue,
  });
  const applications = before.group('Applications', 'sg-0123456789abcdef1');
  if (admitted === 'applications') green.connections.allowDefaultPortFrom(applications, 'Applications');
  new AuroraMigration(stack, 'Migration', {
    vpc,
    blue,
    green,
    strategy: AuroraStrategy.promoteReplica(),
    record: { zone, recordName: 'database', ttl },
    readerRecord: { zone, recordName: 'readers', ttl },
    readerWeights: halfOfReaders,
    smokeQueries: smokeQueries(),
    replicationSecret: before.secret('replication'),
    migrationName: 'under-test',
    workloads: [before.workload()],
    alarms: [before.alarm()],
    checks,
    watch: Duration.minutes(10),
  });
  app.synth();
  return outdir;
}

/** A cluster whose successor RDS makes. Gives the folder of its assembly. */
export function synthesizeManaged(outdir: string, checks: ICheck[] = []): string {
  return synthesizeDeployment(outdir, {
    engine: DatabaseEngine.auroraMysql('5.7.mysql_aurora.2.11.6'),
    targetEngine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.2'),
    targetClusterParameterGroupName: 'blue-aurora3',
    checks,
  });
}

/** The same of PostgreSQL, from one major version to another. */
export function synthesizeManagedPostgresql(outdir: string, readers?: 'without readers’ name'): string {
  return synthesizeDeployment(outdir, {
    engine: DatabaseEngine.auroraPostgres('15.12'),
    // One that only RDS knows.
    targetEngine: DatabaseEngine.auroraPostgres('17.6'),
    targetClusterParameterGroupName: 'blue-postgresql17',
    readers: readers === undefined,
  });
}

interface Deployment extends ManagedBlueGreenOptions {
  readonly engine: DatabaseEngine;
  /** Whether readers have a name of their own. @default true */
  readonly readers?: boolean;
  readonly checks?: ICheck[];
}

function synthesizeDeployment(outdir: string, { engine, readers = true, checks = [], ...target }: Deployment): string {
  const before = new Before(outdir);
  const { app, stack, vpc, zone } = before;
  const blue = before.cluster('blue', engine, 'sg-0123456789abcdef0');
  new AuroraMigration(stack, 'Migration', {
    vpc,
    blue,
    strategy: AuroraStrategy.managedBlueGreen({
      targetInstanceClass: DatabaseInstanceClass.of('db.r6g.large'),
      ...target,
    }),
    ...(readers && {
      readerRecord: { zone, recordName: 'readers', ttl },
      readerWeights: halfOfReaders,
    }),
    smokeQueries: smokeQueries(engine),
    migrationName: 'under-test',
    workloads: [before.workload()],
    alarms: [before.alarm()],
    checks,
    watch: Duration.minutes(10),
  });
  app.synth();
  return outdir;
}

/** A clone that was made by hand, of the app's own position: Aurora MySQL 2 to 3. Gives the folder of its assembly. */
export function synthesizeClone(outdir: string, checks: ICheck[] = []): string {
  const before = new Before(outdir);
  const green = before.cluster('green', DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.2'), 'sg-0123456789abcdef2');
  const begin = { binlogFile: 'mysql-bin-changelog.000042', binlogPosition: 4278 };
  return synthesizeCopy(before, DatabaseEngine.auroraMysql('5.7.mysql_aurora.2.11.6'), green, begin, checks);
}

/** A cluster that CloudFormation restores from a snapshot: Aurora MySQL 3 to 8.4. */
export function synthesizeRestored(outdir: string): string {
  const before = new Before(outdir);
  const { stack, vpc } = before;
  const cluster = new DatabaseClusterFromSnapshot(stack, 'Green', {
    snapshotIdentifier: 'blue-before-8-4',
    snapshotCredentials: SnapshotCredentials.fromSecret(before.master),
    engine: DatabaseClusterEngine.auroraMysql({
      version: AuroraMysqlEngineVersion.of('8.4.mysql_aurora.8.4.7', '8.4'),
    }),
    parameters: { binlog_format: 'ROW' },
    writer: ClusterInstance.provisioned('Writer', { instanceType: new InstanceType('r6g.large') }),
    vpc,
  });
  const green = Database.fromCluster(stack, 'GreenDatabase', cluster);
  return synthesizeCopy(before, DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.2'), green);
}

function synthesizeCopy(
  before: Before,
  engine: DatabaseEngine,
  green: IDatabase,
  begin?: BinlogReplicaOptions,
  checks: ICheck[] = [],
): string {
  const { app, stack, vpc, zone } = before;
  const applications = before.group('Applications', 'sg-0123456789abcdef1');
  green.connections.allowFrom(applications, Port.tcp(green.endpointPort), 'Applications');
  new AuroraMigration(stack, 'Migration', {
    vpc,
    blue: before.cluster('blue', engine, 'sg-0123456789abcdef0'),
    green,
    strategy: AuroraStrategy.binlogReplica(begin),
    record: { zone, recordName: 'database', ttl },
    readerRecord: { zone, recordName: 'readers', ttl },
    readerWeights: halfOfReaders,
    smokeQueries: smokeQueries(),
    replicationSecret: before.secret('replication'),
    migrationName: 'under-test',
    workloads: [before.workload()],
    alarms: [before.alarm()],
    checks,
    watch: Duration.minutes(10),
  });
  app.synth();
  return app.outdir;
}
