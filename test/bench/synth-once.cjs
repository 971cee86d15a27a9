// Plain JavaScript, so that nothing but Node stands between the clock and the package.
const { performance } = require('node:perf_hooks');
const { resolve } = require('node:path');

for (const file of JSON.parse(process.env.BENCH_PRELOAD ?? '[]')) require(file);

const start = performance.now();
const { Cache, CacheConsistency, CacheEngine, CacheMigration, CacheNodeType, ReplicationGroup } = require(
  resolve(__dirname, '../..'),
);
const required = performance.now();

const { App, Stack } = require('aws-cdk-lib');
const { SecurityGroup, Vpc } = require('aws-cdk-lib/aws-ec2');
const { HostedZone } = require('aws-cdk-lib/aws-route53');
const stack = new Stack(new App(), 'Bench');
const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
});
const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'internal.example' });
const blue = Cache.fromAttributes(stack, 'Blue', {
  engine: CacheEngine.redis('2.8.24'),
  nodeType: CacheNodeType.of('cache.m3.medium'),
  endpointAddress: 'sessions.internal.example',
  securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'BlueGroup', 'sg-0123456789abcdef0')],
});
const green = new ReplicationGroup(stack, 'Green', { vpc, engine: CacheEngine.valkey('8.1'), replaces: blue });

const before = performance.now();
new CacheMigration(stack, 'Migration', {
  vpc,
  blue,
  green,
  record: { zone, recordName: 'sessions' },
  consistency: CacheConsistency.FENCED,
});
const constructed = performance.now();

process.stdout.write(
  JSON.stringify({
    requireMs: required - start,
    constructMs: constructed - before,
    theirs: Object.keys(require.cache).filter((file) => /node_modules\/(aws-cdk-lib|constructs)\//.test(file)),
  }),
);
