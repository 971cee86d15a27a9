import { Stack, type StackProps } from 'aws-cdk-lib';
import { Database, DatabaseEngine, DatabaseInstanceClass, type IDatabase } from 'cdk-cutover';
import type { Construct } from 'constructs';
import { Existing } from './existing';

/** The database. RDS makes its successor beside it, and gives it its names: there is nothing else to state. */
export class DatabaseStack extends Stack {
  public readonly existing: Existing;
  public readonly blue: IDatabase;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.existing = new Existing(this);

    this.blue = Database.fromAttributes(this, 'BookingAurora2', {
      clusterIdentifier: 'booking',
      instanceIdentifiers: ['booking-1', 'booking-2'],
      engine: DatabaseEngine.auroraMysql('5.7.mysql_aurora.2.11.6'),
      instanceClass: DatabaseInstanceClass.of('db.r5.2xlarge'),
      endpointAddress: 'booking.cluster-abcdefghijkl.ap-northeast-1.rds.amazonaws.com',
      readerEndpointAddress: 'booking.cluster-ro-abcdefghijkl.ap-northeast-1.rds.amazonaws.com',
      clusterParameterGroupName: 'booking-aurora2',
      secret: this.existing.secret,
      securityGroups: [this.existing.databaseGroup],
    });
  }
}
