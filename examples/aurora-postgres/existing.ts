import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService, type IBaseService } from 'aws-cdk-lib/aws-ecs';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** What is there already, stated and not looked up. Put your own ids here. */
export class Existing {
  public readonly vpc: IVpc;
  public readonly zone: IHostedZone;
  /** The security group of the database. RDS puts green into it, too. */
  public readonly databaseGroup: ISecurityGroup;
  /** The agent's own role: reads everything and writes nothing. The README has the statements that make it. */
  public readonly secret: ISecret;
  /** The service that writes most. */
  public readonly payments: IBaseService;
  /** Tells that people cannot pay. */
  public readonly paymentErrors: IAlarm;

  constructor(scope: Construct) {
    this.vpc = Vpc.fromVpcAttributes(scope, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
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
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:ledger/cutover-agent-AbCdEf',
    );
    const cluster = Cluster.fromClusterAttributes(scope, 'Services', { clusterName: 'ledger', vpc: this.vpc });
    this.payments = FargateService.fromFargateServiceAttributes(scope, 'Payments', {
      cluster,
      serviceName: 'payments',
    });
    this.paymentErrors = new Alarm(scope, 'PaymentErrors', {
      metric: new Metric({
        namespace: 'Applications',
        metricName: 'PaymentErrors',
        period: Duration.minutes(1),
        statistic: 'Sum',
      }),
      threshold: 10,
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }
}
