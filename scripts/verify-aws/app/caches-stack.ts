import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { PrivateHostedZone } from 'aws-cdk-lib/aws-route53';
import { CacheEngine, CacheNodeType, ReplicationGroup } from 'cdk-cutover';
import type { Construct } from 'constructs';
import { OUTPUTS } from './scenario';

/** What a user has before a migration, as small as AWS sells it: a network, a zone, a service, the old and the new cache. */
export class CachesStack extends Stack {
  public readonly vpc: Vpc;
  public readonly zone: PrivateHostedZone;
  public readonly service: FargateService;
  public readonly blue: ReplicationGroup;
  public readonly green: ReplicationGroup;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC },
        { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED },
      ],
    });
    this.zone = new PrivateHostedZone(this, 'Zone', { vpc: this.vpc, zoneName: 'verify.internal' });
    this.blue = this.cache('Blue', CacheEngine.redis('7.1'));
    this.green = this.cache('Green', CacheEngine.valkey('8.1'));

    const clients = new SecurityGroup(this, 'Clients', { vpc: this.vpc });
    for (const cache of [this.blue, this.green]) cache.connections.allowDefaultPortFrom(clients, 'Clients');
    this.service = this.idleService(clients);
    const scratch = new SecurityGroup(this, 'Scratch', { vpc: this.vpc });

    new CfnOutput(this, OUTPUTS.zoneId, { value: this.zone.hostedZoneId });
    new CfnOutput(this, OUTPUTS.zoneName, { value: this.zone.zoneName });
    new CfnOutput(this, OUTPUTS.scratchGroupId, { value: scratch.securityGroupId });
  }

  private cache(id: string, engine: CacheEngine): ReplicationGroup {
    return new ReplicationGroup(this, id, {
      vpc: this.vpc,
      engine,
      nodeType: CacheNodeType.of('cache.t4g.micro'),
      numReplicas: 0,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** Stands in for the users: it is stopped, and started again. */
  private idleService(clients: SecurityGroup): FargateService {
    const task = new FargateTaskDefinition(this, 'Task', { cpu: 256, memoryLimitMiB: 512 });
    task.addContainer('Idle', {
      image: ContainerImage.fromRegistry('public.ecr.aws/docker/library/busybox:stable'),
      command: ['sleep', '86400'],
    });
    return new FargateService(this, 'Idle', {
      cluster: new Cluster(this, 'Cluster', { vpc: this.vpc }),
      taskDefinition: task,
      desiredCount: 1,
      // The image comes from the internet, and a NAT gateway costs more than all else.
      assignPublicIp: true,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      securityGroups: [clients],
      minHealthyPercent: 0,
    });
  }
}
