import { CrossStackReferences, Duration, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  AuroraMigration,
  AuroraStrategy,
  Check,
  CheckTime,
  DatabaseEngine,
  DatabaseInstanceClass,
  Workload,
} from 'cdk-cutover';
import type { Construct } from 'constructs';
import type { DatabaseStack } from './database-stack';

export interface MigrationStackProps extends StackProps {
  readonly database: DatabaseStack;
}

/** The migration. Delete this stack when it is over: the readers' record stays, as a simple one. */
export class MigrationStack extends Stack {
  public readonly migration: AuroraMigration;

  constructor(scope: Construct, id: string, props: MigrationStackProps) {
    // CloudFormation takes a template of 1 MB; without its indentation this one has three quarters of its size.
    super(scope, id, { ...props, suppressTemplateIndentation: true });
    // A strong reference would hold the database's stack to this one, and keep either from changing without the other.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { existing, blue } = props.database;

    this.migration = new AuroraMigration(this, 'Booking', {
      vpc: existing.vpc,
      blue,
      strategy: AuroraStrategy.managedBlueGreen({
        targetEngine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.2'),
        targetInstanceClass: DatabaseInstanceClass.of('db.r6g.2xlarge'),
        targetClusterParameterGroupName: 'booking-aurora3',
      }),
      readerRecord: { zone: existing.zone, recordName: 'booking-reader', ttl: Duration.seconds(5) },
      readerWeights: [
        { blueWeight: 98, greenWeight: 2, bake: Duration.hours(1) },
        { blueWeight: 50, greenWeight: 50, bake: Duration.hours(1) },
      ],
      smokeQueries: [
        {
          name: 'balances',
          database: 'shop',
          sql: 'SELECT COUNT(*) AS accounts, SUM(balance) AS total FROM accounts',
        },
      ],
      // Each team states what must stop for the switch; it is put back as it was.
      workloads: Object.entries(existing.writers).map(([owner, service]) => Workload.ecsService({ service, owner })),
      checks: [
        Check.http({
          name: 'bookings answer',
          when: CheckTime.BEFORE_RESUME,
          url: 'http://booking.internal.example/health',
          owner: 'booking team',
        }),
        Check.confirm({
          name: 'a booking was made',
          when: CheckTime.AFTER_RESUME,
          instructions: 'Book a room with the test account, and cancel it.',
          owner: 'booking team',
          timeout: Duration.minutes(30),
        }),
      ],
      alarms: [existing.bookingErrors],
      approval: this.announcements(),
      watch: Duration.hours(24),
    });

    // The host is reached through Session Manager alone: have the permission before the night.
    this.migration.host.grantConnect(existing.operators);
  }

  private announcements(): Topic {
    return new Topic(this, 'Announcements', {
      masterKey: new Key(this, 'AnnouncementsKey', { enableKeyRotation: true }),
      enforceSSL: true,
    });
  }
}
