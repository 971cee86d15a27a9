import { Stack, type StackProps } from 'aws-cdk-lib';
import { Cache, CacheEngine, CacheNodeType, type ICache, ReplicationGroup } from 'cdk-cutover';
import type { Construct } from 'constructs';
import { Existing } from './existing';

/** The caches. They outlive the migration: green is made here, and stays here. */
export class CachesStack extends Stack {
  public readonly existing: Existing;
  public readonly blue: ICache;
  public readonly green: ReplicationGroup;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.existing = new Existing(this);

    this.blue = Cache.fromAttributes(this, 'Stock5', {
      cacheClusterId: 'stock',
      engine: CacheEngine.redis('5.0.6'),
      nodeType: CacheNodeType.of('cache.m5.large'),
      endpointAddress: 'stock.abcdef.0001.apne1.cache.amazonaws.com',
      securityGroups: [this.existing.cacheGroup],
      parameterGroupName: 'stock-redis5',
    });

    this.green = new ReplicationGroup(this, 'Stock8', {
      vpc: this.existing.vpc,
      engine: CacheEngine.valkey('8.1'),
      replaces: this.blue,
    });
    this.green.connections.allowDefaultPortFrom(this.existing.applicationGroup, 'Applications');
  }
}
