import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService, type IBaseService } from 'aws-cdk-lib/aws-ecs';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';

/** What is there already, stated and not looked up. Put your own ids here. */
export class Existing {
  public readonly vpc: IVpc;
  public readonly zone: IHostedZone;
  /** The security group of the cluster that is replaced. */
  public readonly cacheGroup: ISecurityGroup;
  /** The security group of the web servers that use it. */
  public readonly webGroup: ISecurityGroup;
  /** It renders pages ahead, and keeps its connections open forever. */
  public readonly renderer: IBaseService;
  /** What the empty new cluster does not answer, the renderers must: this tells whether they can. */
  public readonly slowPages: IAlarm;

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
    this.cacheGroup = SecurityGroup.fromSecurityGroupId(scope, 'CacheGroup', 'sg-0123456789abcdef0');
    this.webGroup = SecurityGroup.fromSecurityGroupId(scope, 'WebGroup', 'sg-0123456789abcdef1');
    this.renderer = FargateService.fromFargateServiceAttributes(scope, 'Renderer', {
      serviceName: 'renderer',
      cluster: Cluster.fromClusterAttributes(scope, 'Services', { clusterName: 'web', vpc: this.vpc }),
    });
    this.slowPages = new Alarm(scope, 'SlowPages', {
      metric: new Metric({
        namespace: 'AWS/ApplicationELB',
        metricName: 'TargetResponseTime',
        dimensionsMap: { LoadBalancer: 'app/web/0123456789abcdef' },
        period: Duration.minutes(1),
        statistic: 'p95',
      }),
      threshold: 1,
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }
}
