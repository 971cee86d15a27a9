import { App, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import { CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  Cache,
  type CacheAttributes,
  CacheAuthentication,
  type CacheConsistency,
  CacheEngine,
  CacheMigration,
  type CacheMigrationProps,
  CacheNodeType,
  type IWorkload,
  ReplicationGroup,
  type ReplicationGroupProps,
  TransitEncryption,
  Workload,
} from '../../../lib';

interface SidesUnderTest {
  readonly blue?: Partial<CacheAttributes>;
  readonly green?: Partial<ReplicationGroupProps>;
}

/**
 * A migration as small as it can be, with a TTL of a second. Gives the folder of its assembly.
 *
 * @param more - workloads beside the one service
 * @param admitted - who may enter green
 * @param props - what else is said of it
 * @param sides - what else is said of its caches
 * @param then - what else is done with it
 */
export function synthesizeMigration(
  outdir: string,
  consistency: CacheConsistency,
  more: (stack: Stack) => readonly IWorkload[] = () => [],
  admitted: 'applications' | 'nobody' = 'applications',
  props: (stack: Stack) => Partial<CacheMigrationProps> = () => ({}),
  sides: (stack: Stack) => SidesUnderTest = () => ({}),
  then: (migration: CacheMigration) => void = () => undefined,
): string {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Migration');
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  });
  const group = (id: string, groupId: string) => SecurityGroup.fromSecurityGroupId(stack, id, groupId);
  const caches = sides(stack);
  const blue = Cache.fromAttributes(stack, 'Blue', {
    cacheClusterId: 'blue',
    engine: CacheEngine.redis('6.0'),
    nodeType: CacheNodeType.of('cache.m5.large'),
    endpointAddress: 'blue.abcdef.0001.euw1.cache.amazonaws.com',
    securityGroups: [group('BlueGroup', 'sg-0123456789abcdef0')],
    parameterGroupName: 'blue-redis6',
    ...caches.blue,
  });
  const green = new ReplicationGroup(stack, 'Green', {
    vpc,
    engine: CacheEngine.valkey('8.1'),
    replaces: blue,
    ...caches.green,
  });
  const applications = group('Applications', 'sg-0123456789abcdef1');
  if (admitted === 'applications') green.connections.allowDefaultPortFrom(applications, 'Applications');
  const cluster = Cluster.fromClusterAttributes(stack, 'Batch', { clusterName: 'batch', vpc });
  const service = FargateService.fromFargateServiceAttributes(stack, 'Watcher', { cluster, serviceName: 'watcher' });
  const migration = new CacheMigration(stack, 'Migration', {
    vpc,
    blue,
    green,
    record: {
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z012345', zoneName: 'internal.test' }),
      recordName: 'cache',
      ttl: Duration.seconds(1),
    },
    consistency,
    migrationName: 'under-test',
    workloads: [Workload.ecsService({ service }), ...more(stack)],
    alarms: [
      new Alarm(stack, 'Errors', {
        metric: new Metric({ namespace: 'Test', metricName: 'Errors' }),
        threshold: 1,
        evaluationPeriods: 1,
      }),
    ],
    watch: Duration.minutes(10),
    ...props(stack),
  });
  then(migration);
  app.synth();
  return outdir;
}

/** The same with TLS, where all sign in: with an AUTH token, by itself or in JSON, or as users of a user group. */
export function synthesizeSecured(
  outdir: string,
  consistency: CacheConsistency,
  signsIn: 'token' | 'tokenInJson' | 'user',
  props?: (stack: Stack) => Partial<CacheMigrationProps>,
): string {
  const sides = (stack: Stack): SidesUnderTest => {
    const authSecret = new Secret(stack, 'Caches');
    const { REQUIRED: transitEncryption } = TransitEncryption;
    const authentication = () => {
      if (signsIn === 'token') return CacheAuthentication.authToken(authSecret);
      if (signsIn === 'tokenInJson') return CacheAuthentication.authTokenInJson(authSecret);
      const users = new CfnUserGroup(stack, 'Users', { engine: 'valkey', userGroupId: 'shop', userIds: ['default'] });
      return CacheAuthentication.userGroup(users, authSecret);
    };
    return { blue: { transitEncryption, authSecret }, green: { transitEncryption, authentication: authentication() } };
  };
  return synthesizeMigration(outdir, consistency, undefined, undefined, props, sides);
}
