import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService, type IBaseService } from 'aws-cdk-lib/aws-ecs';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

const SECRETS = 'arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:';

/** What is there already, stated and not looked up. Put your own ids here. */
export class Existing {
  public readonly vpc: IVpc;
  public readonly zone: IHostedZone;
  /** The security group of the database that is left. */
  public readonly databaseGroup: ISecurityGroup;
  /** The security group of the applications that use it. */
  public readonly applicationGroup: ISecurityGroup;
  /** A user that may do what a migration does. */
  public readonly secret: ISecret;
  /** The user that replication signs in as: REPLICATION SLAVE and nothing more. */
  public readonly replicationSecret: ISecret;
  /** The service that writes orders. */
  public readonly orders: IBaseService;
  /** Anyone who does the migration. */
  public readonly operators: IRole;
  public readonly approvers: IRole;
  /** Tells that people cannot order. */
  public readonly orderErrors: IAlarm;

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
    this.applicationGroup = SecurityGroup.fromSecurityGroupId(scope, 'ApplicationGroup', 'sg-0123456789abcdef1');
    this.secret = Secret.fromSecretCompleteArn(scope, 'Secret', `${SECRETS}shop/cutover-agent-AbCdEf`);
    this.replicationSecret = Secret.fromSecretCompleteArn(scope, 'Replication', `${SECRETS}shop/replication-AbCdEf`);
    this.orders = FargateService.fromFargateServiceAttributes(scope, 'Orders', {
      cluster: Cluster.fromClusterAttributes(scope, 'Shop', { clusterName: 'shop', vpc: this.vpc }),
      serviceName: 'orders',
    });
    this.operators = Role.fromRoleName(scope, 'Operators', 'operators');
    this.approvers = Role.fromRoleName(scope, 'Approvers', 'approvers');
    this.orderErrors = new Alarm(scope, 'OrderErrors', {
      metric: new Metric({
        namespace: 'Applications',
        metricName: 'OrderErrors',
        period: Duration.minutes(1),
        statistic: 'Sum',
      }),
      threshold: 10,
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }
}
