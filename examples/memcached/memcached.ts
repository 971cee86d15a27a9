import { Stack } from 'aws-cdk-lib';
import { CacheEngine, CacheNodeType, MemcachedCluster } from 'cdk-cutover';
import type { Construct } from 'constructs';
import { Existing } from './existing';
import { addMigration } from './migration';

export interface MemcachedProps {
  /**
   * Whether the migration is there. Before it begins and after it is over, it is not.
   *
   * @default true
   */
  readonly migrating?: boolean;
}

/** A cluster that keeps rendered pages, its successor, and the migration between the two. */
export function memcached(scope: Construct, props: MemcachedProps = {}): void {
  const stack = new Stack(scope, 'Memcached');
  const existing = new Existing(stack);

  const blue = MemcachedCluster.fromAttributes(stack, 'Pages14', {
    cacheClusterId: 'pages',
    engine: CacheEngine.memcached('1.4.34'),
    nodeType: CacheNodeType.of('cache.m4.large'),
    endpointAddress: 'pages.abcdef.cfg.euw1.cache.amazonaws.com',
    securityGroups: [existing.cacheGroup],
  });

  const green = new MemcachedCluster(stack, 'Pages16', {
    vpc: existing.vpc,
    engine: CacheEngine.memcached('1.6.22'),
    replaces: blue,
  });
  green.connections.allowDefaultPortFrom(existing.webGroup, 'Web servers');

  if (props.migrating !== false) addMigration(stack, existing, blue, green);
}
