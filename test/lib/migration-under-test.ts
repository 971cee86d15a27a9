import { App, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService, type IBaseService } from 'aws-cdk-lib/aws-ecs';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import {
  Cache,
  type CacheAttributes,
  CacheConsistency,
  CacheEngine,
  CacheMigration,
  type CacheMigrationProps,
  CacheNodeType,
  type ICache,
  ReplicationGroup,
  type ReplicationGroupProps,
  Workload,
} from '../../lib';
import { type Assembly, loadAssembly } from '../../rehearsal/assembly';
import { temporaryFolder } from '../rehearsal/assembly/written-assembly';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const USERS_GROUP = 'sg-0a5e5000000000000';
export const BLUE_GROUP = 'sg-0b10e000000000000';

/** What a user has before a migration: a network, a zone, an old cache, and what depends on it. */
export class Surroundings {
  public readonly app: App;
  public readonly stack: Stack;
  public readonly vpc: IVpc;
  public readonly zone: IHostedZone;
  public readonly blueGroup: ISecurityGroup;
  public readonly blue: ICache;

  constructor(blue: Partial<CacheAttributes> = {}, context: Record<string, unknown> = {}) {
    // What tree.json says of every definition once more, nobody reads here.
    this.app = new App({ outdir: temporaryFolder(), context, treeMetadata: false });
    this.stack = new Stack(this.app, 'Shop', { env: { account: ACCOUNT, region: REGION } });
    this.vpc = Vpc.fromVpcAttributes(this.stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
      isolatedSubnetIds: ['subnet-0123456789abcdef2', 'subnet-0123456789abcdef3'],
      isolatedSubnetRouteTableIds: ['rtb-0123456789abcdef2', 'rtb-0123456789abcdef3'],
    });
    this.zone = HostedZone.fromHostedZoneAttributes(this.stack, 'Zone', {
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      zoneName: 'internal.example',
    });
    this.blueGroup = SecurityGroup.fromSecurityGroupId(this.stack, 'BlueGroup', BLUE_GROUP);
    this.blue = Cache.fromAttributes(this.stack, 'Sessions2', {
      engine: CacheEngine.redis('2.8.24'),
      cacheClusterId: 'sessions',
      nodeType: CacheNodeType.of('cache.m3.medium'),
      endpointAddress: 'sessions.abc123.0001.euw1.cache.amazonaws.com',
      securityGroups: [this.blueGroup],
      parameterGroupName: 'sessions-redis28',
      ...blue,
    });
  }

  public green(more: Partial<ReplicationGroupProps> = {}): ReplicationGroup {
    const green = new ReplicationGroup(this.stack, 'Sessions8', {
      vpc: this.vpc,
      engine: CacheEngine.valkey('8.1'),
      replaces: this.blue,
      ...more,
    });
    const users = SecurityGroup.fromSecurityGroupId(this.stack, 'UsersGroup', USERS_GROUP);
    green.connections.allowDefaultPortFrom(users, 'Users');
    return green;
  }

  public service(name: string): IBaseService {
    return FargateService.fromFargateServiceAttributes(this.stack, name, {
      cluster: Cluster.fromClusterAttributes(this.stack, `${name}Cluster`, { clusterName: 'batch', vpc: this.vpc }),
      serviceName: name,
    });
  }

  public alarm(name: string): IAlarm {
    return new Alarm(this.stack, name, {
      alarmName: name,
      metric: new Metric({ namespace: 'Shop', metricName: name }),
      threshold: 1,
      evaluationPeriods: 1,
    });
  }

  public topic(): ITopic {
    return Topic.fromTopicArn(this.stack, 'Topic', `arn:aws:sns:${REGION}:${ACCOUNT}:announcements`);
  }

  /** A migration with what must be said, and what a test says. */
  public migrate(props: Partial<CacheMigrationProps> = {}): CacheMigration {
    return new CacheMigration(this.stack, 'Migration', {
      vpc: this.vpc,
      blue: this.blue,
      green: props.green ?? this.green(),
      record: { zone: this.zone, recordName: 'sessions' },
      consistency: CacheConsistency.FENCED,
      ...props,
    });
  }

  /** A migration with all that can be had at its consistency. */
  public migrateInFull(consistency: CacheConsistency, props: Partial<CacheMigrationProps> = {}): CacheMigration {
    return this.migrate({
      migrationName: 'sessions',
      consistency,
      workloads: ['watcher', 'mailer'].map((name) => Workload.ecsService({ service: this.service(name), name })),
      alarms: [this.alarm('LoginErrors')],
      approval: this.topic(),
      ...(consistency === CacheConsistency.COLD && {
        weights: [
          { blueWeight: 95, greenWeight: 5, bake: Duration.minutes(10) },
          { blueWeight: 50, greenWeight: 50, bake: Duration.minutes(20) },
        ],
      }),
      ...props,
    });
  }

  /** The app as if deployed. */
  public deploy(): Assembly {
    return loadAssembly(this.app.synth().directory, { account: ACCOUNT, region: REGION });
  }
}
