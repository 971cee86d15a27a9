import { App, type Environment, type NestedStack, Stack } from 'aws-cdk-lib';
import { type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { type IHostedZone, PrivateHostedZone } from 'aws-cdk-lib/aws-route53';
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
} from '../../lib';
import { temporaryFolder } from '../rehearsal/assembly/written-assembly';

export interface StrangersAppProps {
  readonly env?: Environment;
  readonly vpc?: (stack: Stack) => IVpc;
  /** Where the migration is, if not in the stack itself. */
  readonly scope?: (stack: Stack) => Stack | NestedStack;
  readonly outdir?: string;
  /** What it is part of. @default - an app of its own */
  readonly app?: App;
}

export type MoveProps = Partial<Omit<CacheMigrationProps, 'blue'>> & { readonly blue?: ICache };

/** An app as somebody else writes it: network, zone and security groups are its own, and what it says counts. */
export class StrangersApp {
  readonly app: App;
  readonly network: Stack;
  readonly stack: Stack;
  readonly vpc: IVpc;
  readonly zone: IHostedZone;
  readonly users: SecurityGroup;
  readonly blueGroup: SecurityGroup;
  private made = 0;

  constructor({ env, vpc, scope, app, outdir = temporaryFolder() }: StrangersAppProps = {}) {
    this.app = app ?? new App({ outdir });
    this.network = new Stack(this.app, app === undefined ? 'Case' : 'Other', env === undefined ? {} : { env });
    this.vpc = vpc?.(this.network) ?? new Vpc(this.network, 'Vpc', { maxAzs: 2 });
    this.zone = new PrivateHostedZone(this.network, 'Zone', { vpc: this.vpc, zoneName: 'acme.internal' });
    this.users = new SecurityGroup(this.network, 'Users', { vpc: this.vpc });
    this.blueGroup = new SecurityGroup(this.network, 'BlueGroup', { vpc: this.vpc });
    this.stack = scope?.(this.network) ?? this.network;
  }

  blue(attributes: Partial<CacheAttributes> = {}): ICache {
    return Cache.fromAttributes(this.stack, `Blue${this.made++}`, {
      cacheClusterId: 'acme',
      engine: CacheEngine.redis('7.1'),
      nodeType: CacheNodeType.of('cache.m6g.large'),
      endpointAddress: 'acme.abcdef.0001.euw1.cache.amazonaws.com',
      securityGroups: [this.blueGroup],
      parameterGroupName: 'acme',
      ...attributes,
    });
  }

  green(replaces: ICache, props: Partial<ReplicationGroupProps> = {}): ReplicationGroup {
    return new ReplicationGroup(this.stack, `Green${this.made++}`, {
      vpc: this.vpc,
      engine: CacheEngine.valkey('8.1'),
      replaces,
      ...props,
    });
  }

  migrate(props: MoveProps = {}, id = 'Move'): CacheMigration {
    const blue = props.blue ?? this.blue();
    return new CacheMigration(this.stack, id, {
      vpc: this.vpc,
      blue,
      green: props.green ?? this.green(blue),
      consistency: CacheConsistency.FENCED,
      record: { zone: this.zone, recordName: 'cache' },
      ...props,
    });
  }

  /** What synthesis says: every warning and error. */
  said(): string[] {
    const said: string[] = [];
    for (const { messages } of this.app.synth().stacks) said.push(...messages.map(({ entry }) => String(entry.data)));
    return said;
  }
}
