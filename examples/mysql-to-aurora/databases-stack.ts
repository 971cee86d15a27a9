import { Size, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AuroraReplicaCluster,
  Conversion,
  ConvertingReplica,
  Database,
  DatabaseEngine,
  DatabaseInstanceClass,
  type IDatabase,
} from 'cdk-cutover';
import type { Construct } from 'constructs';
import { Existing } from './existing';

export interface DatabasesStackProps extends StackProps {
  /** Whether green comes by a replica on which tables are converted. */
  readonly converting: boolean;
}

/** The databases. They outlive the migration: green is made here, and stays here. */
export class DatabasesStack extends Stack {
  public readonly existing: Existing;
  public readonly blue: IDatabase;
  public readonly green: AuroraReplicaCluster;

  constructor(scope: Construct, id: string, props: DatabasesStackProps) {
    super(scope, id, props);
    this.existing = new Existing(this);

    this.blue = Database.fromAttributes(this, 'ShopMysql', {
      instanceIdentifier: 'shop',
      engine: DatabaseEngine.mysql('8.0.39'),
      instanceClass: DatabaseInstanceClass.of('db.r4.2xlarge'),
      endpointAddress: 'shop.abcdefghijkl.ap-northeast-1.rds.amazonaws.com',
      readerEndpointAddress: 'shop-reader.abcdefghijkl.ap-northeast-1.rds.amazonaws.com',
      secret: this.existing.secret,
      securityGroups: [this.existing.databaseGroup],
    });

    // RDS takes hours for each TiB to make it, and keeps it current from then on.
    this.green = new AuroraReplicaCluster(this, 'ShopAurora', {
      vpc: this.existing.vpc,
      engine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0'),
      replaces: this.blue,
      readers: 3,
      // A part of the readers that the canary goes on to after one of them.
      customEndpoints: [{ name: 'canary', staticMembers: ['Reader1', 'Reader2'] }],
      ...(props.converting && { source: this.converting() }),
    });
    this.green.connections.allowDefaultPortFrom(this.existing.applicationGroup, 'Applications');
  }

  /** Blue has MyISAM and compressed tables, and Aurora neither: they are converted here, while clients go on with blue. */
  private converting(): ConvertingReplica {
    return new ConvertingReplica(this, 'ShopConverting', {
      vpc: this.existing.vpc,
      replaces: this.blue,
      allocatedStorage: Size.gibibytes(1000),
      conversions: [
        Conversion.toInnoDb(),
        Conversion.toDynamic(),
        Conversion.addIndex({ table: 'shop.visits', name: 'page_seconds', columns: ['page', 'seconds'] }),
      ],
    });
  }
}
