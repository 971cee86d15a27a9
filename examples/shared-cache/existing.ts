import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService, type IBaseService } from 'aws-cdk-lib/aws-ecs';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';

/** What is there already, stated and not looked up. Put your own ids here. */
export class Existing {
  public readonly vpc: IVpc;
  public readonly zone: IHostedZone;
  /** The security group of the cache that is replaced. */
  public readonly cacheGroup: ISecurityGroup;
  /** The security group of the applications that use it. */
  public readonly applicationGroup: ISecurityGroup;
  /** The service that sends what the jobs have queued in the cache. */
  public readonly notifier: IBaseService;
  /** Anyone who does the migration. */
  public readonly operators: IRole;
  /** Tells that people cannot log in. */
  public readonly loginErrors: IAlarm;

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
    this.cacheGroup = SecurityGroup.fromSecurityGroupId(scope, 'CacheGroup', 'sg-0123456789abcdef0');
    this.applicationGroup = SecurityGroup.fromSecurityGroupId(scope, 'ApplicationGroup', 'sg-0123456789abcdef1');
    this.notifier = FargateService.fromFargateServiceAttributes(scope, 'Notifier', {
      cluster: Cluster.fromClusterAttributes(scope, 'Applications', { clusterName: 'applications', vpc: this.vpc }),
      serviceName: 'notifier',
    });
    this.operators = Role.fromRoleName(scope, 'Operators', 'operators');
    this.loginErrors = new Alarm(scope, 'LoginErrors', {
      metric: new Metric({
        namespace: 'Applications',
        metricName: 'LoginErrors',
        period: Duration.minutes(1),
        statistic: 'Sum',
      }),
      threshold: 10,
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }
}
