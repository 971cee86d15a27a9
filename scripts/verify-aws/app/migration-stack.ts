import {
  CrossStackReferences,
  Duration,
  ReferenceStrength,
  RemovalPolicies,
  RemovalPolicy,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { InstanceType, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CacheConsistency, CacheMigration, Workload } from 'cdk-cutover';
import type { Construct } from 'constructs';
import type { CachesStack } from './caches-stack';
import { namesOf, type Scenario } from './scenario';

export interface MigrationStackProps extends StackProps {
  readonly caches: CachesStack;
  readonly scenario: Scenario;
}

/** A migration with all that a night has, and minutes where it would have hours. */
export class MigrationStack extends Stack {
  constructor(scope: Construct, id: string, props: MigrationStackProps) {
    super(scope, id, props);
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { caches, scenario } = props;
    const { vpc, blue, green, zone, service } = caches;
    new CacheMigration(this, 'Migration', {
      migrationName: namesOf(scenario).migration,
      vpc,
      blue,
      green,
      record: { zone, recordName: 'cache', ttl: Duration.seconds(5) },
      ...(scenario === 'cold'
        ? {
            consistency: CacheConsistency.COLD,
            weights: [{ blueWeight: 50, greenWeight: 50, bake: Duration.minutes(1) }],
          }
        : { consistency: CacheConsistency.FENCED, workloads: [Workload.ecsService({ service })] }),
      alarms: [this.quietAlarm()],
      approval: this.announcements(),
      watch: Duration.minutes(1),
      host: {
        instanceType: new InstanceType('t4g.small'),
        vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
        vpcEndpoints: true,
        logRetention: RetentionDays.ONE_DAY,
      },
    });
    // Logs would stay, as they should after a real migration.
    RemovalPolicies.of(this).destroy();
  }

  private quietAlarm(): Alarm {
    return new Alarm(this, 'Quiet', {
      metric: new Metric({ namespace: 'CutoverVerify', metricName: 'Errors' }),
      threshold: 1,
      evaluationPeriods: 1,
    });
  }

  private announcements(): Topic {
    return new Topic(this, 'Announcements', {
      masterKey: new Key(this, 'AnnouncementsKey', { removalPolicy: RemovalPolicy.DESTROY }),
    });
  }
}
