import {
  Duration,
  aws_ec2 as ec2,
  aws_iam as iam,
  aws_kms as kms,
  Lazy,
  aws_logs as logs,
  RemovalPolicy,
  Validations,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CacheEngine, CacheNodeType, ReplicationGroup, TransitEncryption } from '../../../../lib/elasticache';
import { CONTEXTS, groupWith, newStack, oldCache, resourcesOf } from '../stack-under-test';

const GROUP = 'AWS::ElastiCache::ReplicationGroup';
const engine = CacheEngine.valkey('8.1');
const nodeType = CacheNodeType.of('cache.m7g.large');

describe.each(CONTEXTS)('a group that replaces the cache of S1, with %s', (_, context) => {
  const { stack, vpc } = newStack(context);
  const blue = oldCache(stack);
  Validations.of(blue).acknowledge({
    id: 'Annotation::cdk-cutover:EngineEndOfSupport',
    reason: 'It is being replaced',
  });
  new ReplicationGroup(stack, 'Sessions8', { vpc, engine, replaces: blue });
  const { Resources } = Template.fromStack(stack).toJSON();

  test('is this template', () => {
    expect(Resources).toEqual({
      Sessions88109A078: {
        Type: GROUP,
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          ReplicationGroupDescription: 'Caches/Sessions8',
          Engine: 'valkey',
          EngineVersion: '8.1',
          CacheNodeType: 'cache.m7g.large',
          NumCacheClusters: 2,
          AutomaticFailoverEnabled: true,
          MultiAZEnabled: true,
          Port: 6379,
          CacheSubnetGroupName: { Ref: 'Sessions8SubnetsA54015E7' },
          SecurityGroupIds: [{ 'Fn::GetAtt': ['Sessions8SecurityGroupAB73E210', 'GroupId'] }],
          CacheParameterGroupName: { Ref: 'Sessions8Parameters44121921' },
          AtRestEncryptionEnabled: true,
          TransitEncryptionEnabled: false,
        },
      },
      Sessions8Parameters44121921: {
        Type: 'AWS::ElastiCache::ParameterGroup',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Delete',
        Properties: {
          CacheParameterGroupFamily: 'valkey8',
          Description: 'Cache Caches/Sessions8',
          Properties: { 'notify-keyspace-events': 'AKE' },
        },
      },
      Sessions8SubnetsA54015E7: {
        Type: 'AWS::ElastiCache::SubnetGroup',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { Description: 'Cache Caches/Sessions8', SubnetIds: ['subnet-a', 'subnet-b'] },
      },
      Sessions8SecurityGroupAB73E210: {
        Type: 'AWS::EC2::SecurityGroup',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          GroupDescription: 'Cache Caches/Sessions8',
          VpcId: 'vpc-0a1b2c3d',
          SecurityGroupEgress: [expect.objectContaining({ CidrIp: '255.255.255.255/32' })],
        },
      },
    });
  });

  test('is the same template without the cache it replaced, once its node type is stated', () => {
    const later = newStack(context);
    new ReplicationGroup(later.stack, 'Sessions8', { vpc: later.vpc, engine, nodeType });
    expect(Template.fromStack(later.stack).toJSON().Resources).toEqual(Resources);
  });
});

describe('what clients connect to', () => {
  test('is the primary endpoint', () => {
    const { stack, vpc } = newStack();
    const group = new ReplicationGroup(stack, 'Group', { vpc, engine, nodeType, port: 6380 });
    expect(stack.resolve(group.endpointAddress)).toEqual({
      'Fn::GetAtt': ['GroupC77FDACD', 'PrimaryEndPoint.Address'],
    });
    expect([group.endpointPort, group.tlsServerName, group.cacheClusterId]).toEqual([6380, undefined, undefined]);
  });

  test('is the configuration endpoint in cluster mode', () => {
    const { stack, vpc } = newStack();
    const group = new ReplicationGroup(stack, 'Group', { vpc, engine, nodeType, numShards: 2 });
    expect(stack.resolve(group.endpointAddress)).toEqual({
      'Fn::GetAtt': ['GroupC77FDACD', 'ConfigurationEndPoint.Address'],
    });
  });

  test('is closed to everyone until they are let in, at its port', () => {
    const { stack, vpc } = newStack();
    const group = new ReplicationGroup(stack, 'Group', { vpc, engine, nodeType, port: 6380 });
    const ingress = 'AWS::EC2::SecurityGroupIngress';
    expect(resourcesOf(stack, 'AWS::EC2::SecurityGroup')[0]?.Properties.SecurityGroupIngress).toBeUndefined();
    const other = newStack();
    const again = new ReplicationGroup(other.stack, 'Group', { vpc: other.vpc, engine, nodeType, port: 6380 });
    again.connections.allowDefaultPortFrom(new ec2.SecurityGroup(other.stack, 'Application', { vpc: other.vpc }));
    Template.fromStack(other.stack).hasResourceProperties(ingress, { FromPort: 6380, ToPort: 6380 });
    expect(group.connections.securityGroups).toEqual(group.securityGroups);
  });

  test('may be in security groups of the user', () => {
    const { stack, properties } = groupWith({}, (scope) => ({
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(scope, 'Own', 'sg-0123')],
    }));
    expect(properties?.SecurityGroupIds).toEqual(['sg-0123']);
    expect(resourcesOf(stack, 'AWS::EC2::SecurityGroup')).toEqual([]);
  });
});

describe('nodes', () => {
  test('are a primary and a replica in two zones, with failover', () => {
    expect(groupWith({}).properties).toMatchObject({
      NumCacheClusters: 2,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
    });
  });

  test('are one without failover, where no replica is wanted', () => {
    expect(groupWith({ numReplicas: 0 }).properties).toMatchObject({
      NumCacheClusters: 1,
      AutomaticFailoverEnabled: false,
      MultiAZEnabled: false,
    });
  });

  test('are shards in cluster mode, which change in place, and always fail over', () => {
    const { stack, properties, resource } = groupWith({ numShards: 3, numReplicas: 0 });
    expect(properties).toMatchObject({
      NumNodeGroups: 3,
      ReplicasPerNodeGroup: 0,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: false,
    });
    expect(properties?.NumCacheClusters).toBeUndefined();
    expect(resource?.UpdatePolicy).toEqual({ UseOnlineResharding: true });
    expect(resourcesOf(stack, 'AWS::ElastiCache::ParameterGroup')[0]?.Properties.Properties).toEqual({
      'cluster-enabled': 'yes',
      'notify-keyspace-events': 'AKE',
    });
  });

  test('with an SSD have data tiering, which ElastiCache demands of them', () => {
    expect(groupWith({ nodeType: CacheNodeType.of('cache.r6gd.xlarge') }).properties?.DataTieringEnabled).toBe(true);
    expect(groupWith({}).properties?.DataTieringEnabled).toBeUndefined();
  });

  test('in one zone only are refused with replicas, and fine without', () => {
    const { stack, vpc } = newStack();
    const vpcSubnets = { availabilityZones: ['eu-west-1a'] };
    expect(() => new ReplicationGroup(stack, 'Two', { vpc, engine, nodeType, vpcSubnets })).toThrow(
      'Got subnets in one Availability Zone only (eu-west-1a) for 1 replica(s)',
    );
    new ReplicationGroup(stack, 'One', { vpc, engine, nodeType, vpcSubnets, numReplicas: 0 });
    expect(resourcesOf(stack, GROUP)).toHaveLength(1);
  });
});

describe('encryption', () => {
  test('at rest is on, may be off, and may have a key', () => {
    expect(groupWith({}).properties?.AtRestEncryptionEnabled).toBe(true);
    expect(groupWith({ atRestEncryption: false }).properties?.AtRestEncryptionEnabled).toBe(false);
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
    const { properties } = groupWith({}, (stack) => ({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', key) }));
    expect(properties?.KmsKeyId).toBe(key);
  });

  test.each([
    [engine, TransitEncryption.NONE, false, undefined],
    [engine, TransitEncryption.PREFERRED, true, 'preferred'],
    [engine, TransitEncryption.REQUIRED, true, 'required'],
    [CacheEngine.redis('7.1'), TransitEncryption.PREFERRED, true, 'preferred'],
    [CacheEngine.redis('6.2'), TransitEncryption.REQUIRED, true, undefined],
  ])('in transit on %s: %s is enabled %p, mode %p', (ofEngine, transitEncryption, enabled, mode) => {
    const { properties } = groupWith({ engine: ofEngine, transitEncryption });
    expect([properties?.TransitEncryptionEnabled, properties?.TransitEncryptionMode]).toEqual([enabled, mode]);
  });
});

describe('upkeep', () => {
  test('is as asked for', () => {
    const { properties } = groupWith({
      snapshotRetention: Duration.days(7),
      snapshotWindow: '02:00-03:00',
      preferredMaintenanceWindow: 'sun:23:00-mon:01:30',
      autoMinorVersionUpgrade: false,
      description: 'Login sessions',
    });
    expect(properties).toMatchObject({
      SnapshotRetentionLimit: 7,
      SnapshotWindow: '02:00-03:00',
      PreferredMaintenanceWindow: 'sun:23:00-mon:01:30',
      AutoMinorVersionUpgrade: false,
      ReplicationGroupDescription: 'Login sessions',
    });
  });

  test('delivers logs where they are asked for', () => {
    const { properties } = groupWith({}, (stack) => ({
      slowLogGroup: logs.LogGroup.fromLogGroupName(stack, 'Slow', 'slow'),
    }));
    expect(properties?.LogDeliveryConfigurations).toEqual([
      {
        LogType: 'slow-log',
        LogFormat: 'json',
        DestinationType: 'cloudwatch-logs',
        DestinationDetails: { CloudWatchLogsDetails: { LogGroup: 'slow' } },
      },
    ]);
    expect(groupWith({}).properties?.LogDeliveryConfigurations).toBeUndefined();
  });

  test('keeps parameters of the user beside its own', () => {
    const { stack } = groupWith({
      parameters: { 'maxmemory-policy': 'allkeys-lru', 'notify-keyspace-events': 'AKEm' },
    });
    expect(resourcesOf(stack, 'AWS::ElastiCache::ParameterGroup')[0]?.Properties.Properties).toEqual({
      'maxmemory-policy': 'allkeys-lru',
      'notify-keyspace-events': 'AKEm',
    });
  });

  test('permits actions on the group alone', () => {
    const { stack, vpc } = newStack();
    const group = new ReplicationGroup(stack, 'Group', { vpc, engine, nodeType });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
    group.grant(role, 'elasticache:CreateSnapshot');
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'elasticache:CreateSnapshot',
            Resource: {
              'Fn::Join': [
                '',
                [
                  'arn:',
                  { Ref: 'AWS::Partition' },
                  ':elasticache:eu-west-1:111122223333:replicationgroup:',
                  { Ref: 'GroupC77FDACD' },
                ],
              ],
            },
          },
        ],
        Version: '2012-10-17',
      },
    });
  });
});

describe('leaving the template', () => {
  const policies = (removalPolicy?: RemovalPolicy) => {
    const { stack } = groupWith({ removalPolicy });
    return Object.fromEntries(
      Object.values(
        Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string; DeletionPolicy: string }>,
      ).map(({ Type, DeletionPolicy }) => [Type, DeletionPolicy]),
    );
  };
  const all = (group: string, companions: string) => ({
    [GROUP]: group,
    'AWS::ElastiCache::ParameterGroup': companions,
    'AWS::ElastiCache::SubnetGroup': companions,
    'AWS::EC2::SecurityGroup': companions,
  });

  test.each([
    [undefined, all('Retain', 'Retain')],
    [RemovalPolicy.RETAIN, all('Retain', 'Retain')],
    [RemovalPolicy.DESTROY, all('Delete', 'Delete')],
    [RemovalPolicy.SNAPSHOT, all('Snapshot', 'Delete')],
  ])('with removal policy %s does this to the group and what it stands on', (removalPolicy, expected) => {
    expect(policies(removalPolicy)).toEqual(expected);
  });
});

describe('tokens', () => {
  test('pass every check untouched', () => {
    const { stack, vpc } = newStack();
    const text = Lazy.string({ produce: () => 'whatever' });
    const number = Lazy.number({ produce: () => 77 });
    const group = new ReplicationGroup(stack, 'Group', {
      vpc,
      engine: CacheEngine.redis(text, { parameterGroupFamily: 'redis7' }),
      nodeType: CacheNodeType.of(text),
      numReplicas: number,
      port: number,
      transitEncryption: TransitEncryption.PREFERRED,
      snapshotRetention: Duration.days(number),
      snapshotWindow: text,
      preferredMaintenanceWindow: text,
      parameters: { 'notify-keyspace-events': text },
      replaces: oldCache(stack, { engine: CacheEngine.redis(text), nodeType: CacheNodeType.of(text), port: number }),
    });
    expect(resourcesOf(stack, GROUP)[0]?.Properties).toMatchObject({
      EngineVersion: 'whatever',
      CacheNodeType: 'whatever',
      NumNodeGroups: 1,
      ReplicasPerNodeGroup: 77,
      MultiAZEnabled: true,
      Port: 77,
      SnapshotRetentionLimit: 77,
    });
    expect(group.memberClusterIds).toEqual([]);
  });

  test('are passed on for shards as well', () => {
    const { properties } = groupWith({ numShards: Lazy.number({ produce: () => 5 }) });
    expect(properties).toMatchObject({ NumNodeGroups: 5, ReplicasPerNodeGroup: 1 });
  });
});
