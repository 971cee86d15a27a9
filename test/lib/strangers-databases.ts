import { App, type Environment, Stack } from 'aws-cdk-lib';
import { type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { type IHostedZone, PrivateHostedZone } from 'aws-cdk-lib/aws-route53';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AuroraMigration,
  type AuroraMigrationProps,
  AuroraReplicaCluster,
  type AuroraReplicaClusterProps,
  AuroraStrategy,
  Database,
  type DatabaseAttributes,
  DatabaseEngine,
  DatabaseInstanceClass,
  type IDatabase,
  type ManagedBlueGreenOptions,
} from '../../lib';
import { temporaryFolder } from '../rehearsal/assembly/written-assembly';

export interface StrangersDatabasesProps {
  readonly env?: Environment;
  readonly vpc?: (stack: Stack) => IVpc;
  /** What it is part of. @default - an app of its own */
  readonly app?: App;
}

const VERSION = '8.0.mysql_aurora.3.08.0';

/** An app with databases as somebody else writes it: network, zone and security groups are its own. */
export class StrangersDatabases {
  readonly app: App;
  readonly stack: Stack;
  readonly vpc: IVpc;
  readonly zone: IHostedZone;
  readonly clients: SecurityGroup;
  readonly blueGroup: SecurityGroup;
  readonly greenGroup: SecurityGroup;
  readonly secret: ISecret;
  private made = 0;

  constructor({ env, vpc, app }: StrangersDatabasesProps = {}) {
    this.app = app ?? new App({ outdir: temporaryFolder() });
    this.stack = new Stack(this.app, app === undefined ? 'Case' : 'Other', env === undefined ? {} : { env });
    this.vpc = vpc?.(this.stack) ?? new Vpc(this.stack, 'Vpc', { maxAzs: 2 });
    this.zone = new PrivateHostedZone(this.stack, 'Zone', { vpc: this.vpc, zoneName: 'acme.internal' });
    this.clients = this.group('Clients');
    this.blueGroup = this.group('BlueGroup');
    this.greenGroup = this.group('GreenGroup');
    this.secret = new Secret(this.stack, 'Agent');
  }

  group(id: string, vpc = this.vpc): SecurityGroup {
    return new SecurityGroup(this.stack, id, { vpc });
  }

  /** An instance of RDS for MySQL. */
  instance(attributes: Partial<DatabaseAttributes> = {}): IDatabase {
    return Database.fromAttributes(this.stack, `Instance${this.made++}`, {
      instanceIdentifier: 'shop',
      engine: DatabaseEngine.mysql('8.0.39'),
      instanceClass: DatabaseInstanceClass.of('db.r6g.large'),
      endpointAddress: 'shop.abc123.eu-west-1.rds.amazonaws.com',
      secret: this.secret,
      securityGroups: [this.blueGroup],
      ...attributes,
    });
  }

  /** An Aurora MySQL cluster. */
  cluster(attributes: Partial<DatabaseAttributes> = {}): IDatabase {
    const name = `cluster-${this.made++}`;
    return Database.fromAttributes(this.stack, `Cluster${name}`, {
      clusterIdentifier: name,
      instanceIdentifiers: [`${name}-1`],
      engine: DatabaseEngine.auroraMysql(VERSION),
      instanceClass: DatabaseInstanceClass.of('db.r6g.large'),
      endpointAddress: `${name}.cluster-abc123.eu-west-1.rds.amazonaws.com`,
      readerEndpointAddress: `${name}.cluster-ro-abc123.eu-west-1.rds.amazonaws.com`,
      secret: this.secret,
      securityGroups: [this.greenGroup],
      ...attributes,
    });
  }

  /** The cluster that this package makes. */
  replica(props: Partial<AuroraReplicaClusterProps> = {}, scope = this.stack): AuroraReplicaCluster {
    const cluster = new AuroraReplicaCluster(scope, `Replica${this.made++}`, {
      vpc: this.vpc,
      engine: DatabaseEngine.auroraMysql(VERSION),
      ...props,
    });
    cluster.connections.allowDefaultPortFrom(this.clients);
    return cluster;
  }

  promote(props: Partial<AuroraMigrationProps> = {}, id = 'Move'): AuroraMigration {
    return new AuroraMigration(this.stack, id, {
      vpc: this.vpc,
      blue: props.blue ?? this.instance(),
      ...(!('green' in props) && { green: this.cluster() }),
      strategy: AuroraStrategy.promoteReplica(),
      record: { zone: this.zone, recordName: 'shop' },
      ...props,
    });
  }

  manage(props: Partial<AuroraMigrationProps> = {}, options: Partial<ManagedBlueGreenOptions> = {}): AuroraMigration {
    return new AuroraMigration(this.stack, 'Move', {
      vpc: this.vpc,
      blue: props.blue ?? this.cluster({ securityGroups: [this.blueGroup] }),
      strategy: AuroraStrategy.managedBlueGreen({
        targetEngine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.10.1'),
        ...options,
      }),
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
