import { Stack } from 'aws-cdk-lib';
import { Cache, CacheEngine, CacheNodeType, ReplicationGroup } from 'cdk-cutover';
import type { Construct } from 'constructs';
import { Existing } from './existing';
import { addMigration } from './migration';

export interface PureCacheProps {
  /**
   * Whether the migration is there. Before it begins and after it is over, it is not.
   *
   * @default true
   */
  readonly migrating?: boolean;
}

/** A cache of query results, its successor, and the migration between the two. */
export function pureCache(scope: Construct, props: PureCacheProps = {}): void {
  const stack = new Stack(scope, 'PureCache');
  const existing = new Existing(stack);

  const blue = Cache.fromAttributes(stack, 'Catalogue5', {
    replicationGroupId: 'catalogue',
    engine: CacheEngine.redis('5.0.6'),
    nodeType: CacheNodeType.of('cache.r5.large'),
    endpointAddress: 'catalogue.abcdef.ng.0001.euw1.cache.amazonaws.com',
    securityGroups: [existing.cacheGroup],
  });

  const green = new ReplicationGroup(stack, 'Catalogue8', {
    vpc: existing.vpc,
    engine: CacheEngine.valkey('8.1'),
    replaces: blue,
  });
  green.connections.allowDefaultPortFrom(existing.webGroup, 'Web servers');

  if (props.migrating !== false) addMigration(stack, existing, blue, green);
}
