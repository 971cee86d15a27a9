import { App, Duration, Size, Stack } from 'aws-cdk-lib';
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
  Conversion,
  ConvertingReplica,
  Database,
  DatabaseEngine,
  DatabaseInstanceClass,
  type ICheck,
  type IDatabase,
  type IWorkload,
  type ManagedBlueGreenOptions,
  ReaderTarget,
  type ReaderWeightStep,
  Workload,
} from '../../../lib';
import { REPORT_QUERY } from '../../../rehearsal/clients/sql/data/tables';

const ttl = Duration.seconds(1);
/** On PostgreSQL names carry their schema. */
const smokeQueries = (engine?: DatabaseEngine, report = false) => {
  const schema = engine?.name.includes('postgres') ? 'public.' : '';
  const named = (sql: string) => sql.replace(/(?<= FROM )(?=accounts|visits)/, schema);
  return [
    { name: 'balances', database: 'shop', sql: named('SELECT SUM(balance) FROM accounts') },
    ...(report ? [{ name: 'report', database: 'shop', sql: named(REPORT_QUERY) }] : []),
  ];
};
const halfOfReaders = [{ blueWeight: 50, greenWeight: 50, bake: Duration.minutes(10) }];

/** What is there before a migration: a network, a zone, clients' groups, a service that writes, an alarm. */
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

  /** Lets clients into green, or nobody. */
  admit(admitted: Admitted, { connections, endpointPort }: IDatabase): void {
    const applications = this.group('Applications', 'sg-0123456789abcdef1');
    if (admitted === 'applications') connections.allowFrom(applications, Port.tcp(endpointPort), 'Applications');
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

/** Readers go to one instance, then to those behind an endpoint, then to all. */
const narrowAtFirst: ReaderWeightStep[] = [
  { blueWeight: 50, greenWeight: 50, bake: Duration.minutes(10), greenTarget: ReaderTarget.instance('Reader1') },
  { blueWeight: 50, greenWeight: 50, bake: Duration.minutes(10), greenTarget: ReaderTarget.endpoint('few') },
  { blueWeight: 20, greenWeight: 80, bake: Duration.minutes(10) },
];

type Admitted = 'applications' | 'nobody';

export interface PromotionUnderTest {
  /** Whom green lets in. @default 'applications' */
  readonly admitted?: Admitted;
  /** @default - none */
  readonly checks?: ICheck[];
  /** @default 'readers' */
  readonly canary?: 'readers' | 'narrow at first';
  /** @default - green follows blue itself */
  readonly conversions?: Conversion[];
  /** Whether the report that clients run is tried before. @default false */
  readonly report?: boolean;
}

/** The same with a replica between the two, on which tables are converted. */
export function synthesizeConverting(outdir: string, conversions?: Conversion[]): string {
  return synthesizePromotion(outdir, {
    conversions: conversions ?? [
      Conversion.toInnoDb(),
      Conversion.toDynamic(),
      Conversion.addIndex({ table: 'shop.visits', name: 'page_seconds', columns: ['page', 'seconds'] }),
    ],
  });
}

/** A replica to be promoted, with a canary of readers and TTLs of a second. Gives the folder of its assembly. */
export function synthesizePromotion(
  outdir: string,
  { admitted = 'applications', checks = [], canary = 'readers', conversions, report }: PromotionUnderTest = {},
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
    ...(canary !== 'readers' && { readers: 2, customEndpoints: [{ name: 'few' }] }),
    ...(conversions !== undefined && {
      source: new ConvertingReplica(stack, 'Converting', {
        vpc,
        replaces: blue,
        allocatedStorage: Size.gibibytes(100),
        secret: before.secret('converter'),
        conversions,
      }),
    }),
  });
  before.admit(admitted, green);
  new AuroraMigration(stack, 'Migration', {
    vpc,
    blue,
    green,
    strategy: AuroraStrategy.promoteReplica(),
    record: { zone, recordName: 'database', ttl },
    readerRecord: { zone, recordName: 'readers', ttl },
    readerWeights: canary === 'readers' ? halfOfReaders : narrowAtFirst,
    smokeQueries: smokeQueries(undefined, report),
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
    smokeQueries: smokeQueries(engine, true),
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
export function synthesizeClone(outdir: string, checks: ICheck[] = [], admitted: Admitted = 'applications'): string {
  const before = new Before(outdir);
  const green = before.cluster('green', DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.2'), 'sg-0123456789abcdef2');
  const begin = { binlogFile: 'mysql-bin-changelog.000042', binlogPosition: 4278 };
  return synthesizeCopy(before, DatabaseEngine.auroraMysql('5.7.mysql_aurora.2.11.6'), green, begin, checks, admitted);
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
  admitted: Admitted = 'applications',
): string {
  const { app, stack, vpc, zone } = before;
  before.admit(admitted, green);
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
