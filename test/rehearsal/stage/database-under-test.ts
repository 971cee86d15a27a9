import { App, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AuroraMigration,
  AuroraReplicaCluster,
  AuroraStrategy,
  Database,
  DatabaseEngine,
  DatabaseInstanceClass,
  Workload,
} from '../../../lib';

/** A replica to be promoted, with a canary of readers and TTLs of a second. Gives the folder of its assembly. */
export function synthesizePromotion(outdir: string): string {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Migration');
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
  });
  const group = (id: string, groupId: string) => SecurityGroup.fromSecurityGroupId(stack, id, groupId);
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: 'Z012345',
    zoneName: 'internal.test',
  });
  const secret = (id: string) =>
    Secret.fromSecretCompleteArn(stack, id, `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${id}-AbCdEf`);
  const blue = Database.fromAttributes(stack, 'Blue', {
    instanceIdentifier: 'blue',
    // Its stand-in is the server that starts fastest.
    engine: DatabaseEngine.mysql('5.7.44'),
    instanceClass: DatabaseInstanceClass.of('db.r5.large'),
    endpointAddress: 'blue.abcdefghijkl.eu-west-1.rds.amazonaws.com',
    secret: secret('master'),
    securityGroups: [group('BlueGroup', 'sg-0123456789abcdef0')],
  });
  const green = new AuroraReplicaCluster(stack, 'Green', {
    vpc,
    engine: DatabaseEngine.auroraMysql('5.7.mysql_aurora.2.12.5'),
    replaces: blue,
  });
  green.connections.allowDefaultPortFrom(group('Applications', 'sg-0123456789abcdef1'), 'Applications');
  const cluster = Cluster.fromClusterAttributes(stack, 'Shop', { clusterName: 'shop', vpc });
  const service = FargateService.fromFargateServiceAttributes(stack, 'Orders', { cluster, serviceName: 'orders' });
  const ttl = Duration.seconds(1);
  new AuroraMigration(stack, 'Migration', {
    vpc,
    blue,
    green,
    strategy: AuroraStrategy.promoteReplica(),
    record: { zone, recordName: 'database', ttl },
    readerRecord: { zone, recordName: 'readers', ttl },
    readerWeights: [{ blueWeight: 50, greenWeight: 50, bake: Duration.minutes(10) }],
    smokeQueries: [{ name: 'balances', database: 'shop', sql: 'SELECT SUM(balance) FROM accounts' }],
    replicationSecret: secret('replication'),
    migrationName: 'under-test',
    workloads: [Workload.ecsService({ service })],
    alarms: [
      new Alarm(stack, 'Errors', {
        metric: new Metric({ namespace: 'Test', metricName: 'Errors' }),
        threshold: 1,
        evaluationPeriods: 1,
      }),
    ],
    watch: Duration.minutes(10),
  });
  app.synth();
  return outdir;
}
