import { App, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { CacheConsistency, CacheEngine, CacheMigration, CacheNodeType, MemcachedCluster } from '../../../../lib';

/**
 * A migration of Memcached as small as it can be, with a share and a TTL of a second. Gives the folder of its assembly.
 *
 * @param admitted - who may enter green
 */
export function synthesizeMemcached(outdir: string, admitted: 'applications' | 'nobody' = 'applications'): string {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Migration');
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  });
  const blue = MemcachedCluster.fromAttributes(stack, 'Blue', {
    cacheClusterId: 'blue',
    engine: CacheEngine.memcached('1.4.34'),
    nodeType: CacheNodeType.of('cache.m5.large'),
    endpointAddress: 'blue.abcdef.cfg.euw1.cache.amazonaws.com',
    securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'BlueGroup', 'sg-0123456789abcdef0')],
  });
  const green = new MemcachedCluster(stack, 'Green', { vpc, engine: CacheEngine.memcached('1.6.22'), replaces: blue });
  const applications = SecurityGroup.fromSecurityGroupId(stack, 'Applications', 'sg-0123456789abcdef1');
  if (admitted === 'applications') green.connections.allowDefaultPortFrom(applications);
  new CacheMigration(stack, 'Migration', {
    vpc,
    blue,
    green,
    record: {
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z012345', zoneName: 'internal.test' }),
      recordName: 'pages',
      ttl: Duration.seconds(1),
    },
    consistency: CacheConsistency.COLD,
    weights: [{ blueWeight: 50, greenWeight: 50, bake: Duration.minutes(5) }],
    migrationName: 'under-test',
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
