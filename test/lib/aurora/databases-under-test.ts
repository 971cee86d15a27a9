import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Alarm, type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import {
  AuroraMigration,
  type AuroraMigrationProps,
  AuroraStrategy,
  Conversion,
  ConvertingReplica,
  type ConvertingReplicaProps,
  Database,
  type DatabaseAttributes,
  DatabaseEngine,
  DatabaseInstanceClass,
  type IDatabase,
  type ManagedBlueGreenOptions,
} from '../../../lib';
import { type Assembly, loadAssembly } from '../../../rehearsal/assembly';
import { temporaryFolder } from '../../rehearsal/assembly/written-assembly';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const BLUE_GROUP = 'sg-0b10e000000000000';
export const GREEN_GROUP = 'sg-09ee0000000000000';
export const MIDDLE_GROUP = 'sg-0c0e0000000000000';

const MINUTE = Duration.minutes(1);

/** What a user has before a migration: a network, a zone, an old database and, but for a managed one, a new one. */
export class Databases {
  public readonly app: App;
  public readonly stack: Stack;
  public readonly vpc: IVpc;
  public readonly zone: IHostedZone;
  public readonly secret: ISecret;

  constructor(context: Record<string, unknown> = {}) {
    // What tree.json says of every definition once more, nobody reads here.
    this.app = new App({ outdir: temporaryFolder(), context, treeMetadata: false });
    this.stack = new Stack(this.app, 'Shop', { env: { account: ACCOUNT, region: REGION } });
    this.vpc = Vpc.fromVpcAttributes(this.stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
    });
    this.zone = HostedZone.fromHostedZoneAttributes(this.stack, 'Zone', {
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      zoneName: 'internal.example',
    });
    this.secret = Secret.fromSecretCompleteArn(
      this.stack,
      'Secret',
      `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:shop-AbCdEf`,
    );
  }

  /** An instance of RDS for MySQL. */
  public instance(attrs: Partial<DatabaseAttributes> = {}): IDatabase {
    return Database.fromAttributes(this.stack, 'ShopMysql', {
      instanceIdentifier: 'shop',
      engine: DatabaseEngine.mysql('8.0.39'),
      instanceClass: DatabaseInstanceClass.of('db.r6g.large'),
      endpointAddress: `shop.abc123.${REGION}.rds.amazonaws.com`,
      secret: this.secret,
      securityGroups: [this.group('MysqlGroup', BLUE_GROUP)],
      ...attrs,
    });
  }

  /** An Aurora MySQL cluster. */
  public cluster(id: string, groupId: string, attrs: Partial<DatabaseAttributes> = {}): IDatabase {
    return Database.fromAttributes(this.stack, id, {
      clusterIdentifier: id.toLowerCase(),
      instanceIdentifiers: [`${id.toLowerCase()}-1`, `${id.toLowerCase()}-2`],
      engine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0'),
      instanceClass: DatabaseInstanceClass.of('db.r6g.large'),
      endpointAddress: `${id.toLowerCase()}.cluster-abc123.${REGION}.rds.amazonaws.com`,
      readerEndpointAddress: `${id.toLowerCase()}.cluster-ro-abc123.${REGION}.rds.amazonaws.com`,
      secret: this.secret,
      securityGroups: [this.group(`${id}Group`, groupId)],
      ...attrs,
    });
  }

  public group(id: string, groupId: string): ISecurityGroup {
    return SecurityGroup.fromSecurityGroupId(this.stack, id, groupId);
  }

  public alarm(name: string): IAlarm {
    return new Alarm(this.stack, name, {
      alarmName: name,
      metric: new Metric({ namespace: 'Shop', metricName: name }),
      threshold: 1,
      evaluationPeriods: 1,
    });
  }

  public role(name: string): IRole {
    return Role.fromRoleName(this.stack, name, name);
  }

  public topic(): ITopic {
    return Topic.fromTopicArn(this.stack, 'Topic', `arn:aws:sns:${REGION}:${ACCOUNT}:announcements`);
  }

  /** Readers of their own, moved in two steps. */
  public readers(): Pick<AuroraMigrationProps, 'readerRecord' | 'readerWeights'> {
    return {
      readerRecord: { zone: this.zone, recordName: 'shop-reader' },
      readerWeights: [
        { blueWeight: 90, greenWeight: 10, bake: MINUTE },
        { blueWeight: 0, greenWeight: 100, bake: MINUTE },
      ],
    };
  }

  /** A promotion with what must be said, and what a test says. */
  public promote(props: Partial<AuroraMigrationProps> = {}): AuroraMigration {
    return this.migrate({
      strategy: AuroraStrategy.promoteReplica(),
      blue: props.blue ?? this.instance(),
      ...(!('green' in props) && { green: this.cluster('Green', GREEN_GROUP) }),
      record: { zone: this.zone, recordName: 'shop' },
      ...props,
    });
  }

  /** A replica of the instance, on which tables are converted. */
  public converting(blue: IDatabase, props: Partial<ConvertingReplicaProps> = {}): ConvertingReplica {
    return new ConvertingReplica(this.stack, 'Converting', {
      vpc: this.vpc,
      replaces: blue,
      allocatedStorage: Size.gibibytes(100),
      conversions: [Conversion.toInnoDb(), Conversion.toDynamic()],
      securityGroups: [this.group('ConvertingGroup', MIDDLE_GROUP)],
      ...props,
    });
  }

  /** A promotion of what replicates from a converting replica. */
  public convert(props: Partial<AuroraMigrationProps> = {}): AuroraMigration {
    const blue = this.instance();
    return this.promote({ blue, converting: this.converting(blue), ...props });
  }

  public follow(props: Partial<AuroraMigrationProps> = {}): AuroraMigration {
    return this.migrate({
      strategy: AuroraStrategy.binlogReplica({ binlogFile: 'mysql-bin.000042', binlogPosition: 154 }),
      blue: props.blue ?? this.cluster('Blue', BLUE_GROUP),
      ...(!('green' in props) && { green: this.cluster('Green', GREEN_GROUP) }),
      record: { zone: this.zone, recordName: 'shop' },
      ...props,
    });
  }

  /** A migration in which RDS makes green: a cluster's next version, on another class. */
  public manage(
    props: Partial<AuroraMigrationProps> = {},
    options: Partial<ManagedBlueGreenOptions> = {},
  ): AuroraMigration {
    return this.migrate({
      strategy: AuroraStrategy.managedBlueGreen({
        targetEngine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.10.1'),
        targetInstanceClass: DatabaseInstanceClass.of('db.r7g.large'),
        ...options,
      }),
      blue: props.blue ?? this.cluster('Blue', BLUE_GROUP),
      ...props,
    });
  }

  public migrate(props: Omit<AuroraMigrationProps, 'vpc'>): AuroraMigration {
    return new AuroraMigration(this.stack, 'Migration', { vpc: this.vpc, migrationName: 'shop', ...props });
  }

  /** All that can be had with any strategy. */
  public everything(): Partial<AuroraMigrationProps> {
    return {
      ...this.readers(),
      smokeQueries: [{ name: 'balances', sql: 'SELECT SUM(balance) FROM accounts', database: 'shop' }],
      alarms: [this.alarm('OrderErrors')],
      approval: this.topic(),
      watch: Duration.minutes(2),
    };
  }

  /** The app as if deployed. */
  public deploy(): Assembly {
    return loadAssembly(this.app.synth().directory, { account: ACCOUNT, region: REGION });
  }
}
