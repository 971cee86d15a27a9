import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService, type IBaseService } from 'aws-cdk-lib/aws-ecs';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** What is there already, stated and not looked up. Put your own ids here. */
export class Existing {
  public readonly vpc: IVpc;
  public readonly zone: IHostedZone;
  /** The security group of the database. RDS puts green into it, too. */
  public readonly databaseGroup: ISecurityGroup;
  /** A user that may do what a migration does. */
  public readonly secret: ISecret;
  /** The services that write to the database, each with its own team. */
  public readonly writers: Readonly<Record<string, IBaseService>>;
  /** Anyone who does the migration. */
  public readonly operators: IRole;
  /** Tells that people cannot book. */
  public readonly bookingErrors: IAlarm;

  constructor(scope: Construct) {
    this.vpc = Vpc.fromVpcAttributes(scope, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['ap-northeast-1a', 'ap-northeast-1c'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
    });
    this.zone = HostedZone.fromHostedZoneAttributes(scope, 'Zone', {
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      zoneName: 'internal.example',
    });
    this.databaseGroup = SecurityGroup.fromSecurityGroupId(scope, 'DatabaseGroup', 'sg-0123456789abcdef0');
    this.secret = Secret.fromSecretCompleteArn(
      scope,
      'Secret',
      'arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:booking/cutover-agent-AbCdEf',
    );
    const cluster = Cluster.fromClusterAttributes(scope, 'Services', { clusterName: 'booking', vpc: this.vpc });
    const service = (id: string, serviceName: string) =>
      FargateService.fromFargateServiceAttributes(scope, id, { cluster, serviceName });
    this.writers = {
      'booking team': service('Bookings', 'bookings'),
      'billing team': service('Invoices', 'invoices'),
    };
    this.operators = Role.fromRoleName(scope, 'Operators', 'operators');
    this.bookingErrors = new Alarm(scope, 'BookingErrors', {
      metric: new Metric({
        namespace: 'Applications',
        metricName: 'BookingErrors',
        period: Duration.minutes(1),
        statistic: 'Sum',
      }),
      threshold: 10,
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }
}
