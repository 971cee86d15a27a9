import { App, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import {
  Cache,
  type CacheAttributes,
  CacheEngine,
  CacheNodeType,
  type ICache,
  ReplicationGroup,
  type ReplicationGroupProps,
} from '../../../lib/elasticache';

/** Both ends of what an app of a user may have switched on. */
export const CONTEXTS: ReadonlyArray<[name: string, context: Record<string, unknown>]> = [
  ['no feature flags', {}],
  ['the recommended feature flags', recommendedFlags],
];

export interface StackUnderTest {
  readonly app: App;
  readonly stack: Stack;
  readonly vpc: ec2.IVpc;
}

export function newStack(context: Record<string, unknown> = {}): StackUnderTest {
  const app = new App({ context });
  const stack = new Stack(app, 'Caches', { env: { account: '111122223333', region: 'eu-west-1' } });
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-a', 'subnet-b'],
    privateSubnetRouteTableIds: ['rtb-a', 'rtb-b'],
  });
  return { app, stack, vpc };
}

/** The old cache of scenario S1: plaintext, no AUTH, one node, long out of support. */
export function oldCache(stack: Stack, attrs: Partial<CacheAttributes> = {}, id = 'Sessions2'): ICache {
  return Cache.fromAttributes(stack, id, {
    engine: CacheEngine.redis('2.8.24'),
    endpointAddress: 'sessions.abc123.0001.euw1.cache.amazonaws.com',
    cacheClusterId: 'sessions',
    nodeType: CacheNodeType.of('cache.m3.medium'),
    ...attrs,
  });
}

/** A template's resources of a type. */
export function resourcesOf(stack: Stack, type: string) {
  return Object.values(Template.fromStack(stack).findResources(type));
}

/** A group of one's own liking in a stack of its own, and its resource. */
export function groupWith(
  props: Partial<ReplicationGroupProps> = {},
  propsIn: (stack: Stack) => Partial<ReplicationGroupProps> = () => ({}),
) {
  const { stack, vpc } = newStack();
  const group = new ReplicationGroup(stack, 'Group', {
    vpc,
    engine: CacheEngine.valkey('8.1'),
    nodeType: CacheNodeType.of('cache.m7g.large'),
    ...props,
    ...propsIn(stack),
  });
  const [resource] = resourcesOf(stack, 'AWS::ElastiCache::ReplicationGroup');
  return { stack, group, resource, properties: resource?.Properties };
}
