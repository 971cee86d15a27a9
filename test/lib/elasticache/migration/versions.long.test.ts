import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  CacheConsistency,
  CacheEngine,
  CacheMigration,
  type CacheMigrationProps,
  CacheNodeType,
  ReplicationGroup,
  type ReplicationGroupProps,
} from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

/** One version of a user's app: something of their own, and whatever `build` adds. */
function version(build: (surroundings: Surroundings) => void): Resources {
  const surroundings = new Surroundings();
  new Queue(surroundings.stack, 'Jobs');
  surroundings.alarm('LoginErrors');
  build(surroundings);
  const { CDKMetadata, ...resources } = Template.fromStack(surroundings.stack).toJSON().Resources;
  return resources;
}

function greenIn({ stack, vpc }: Surroundings, props: Partial<ReplicationGroupProps>): ReplicationGroup {
  return new ReplicationGroup(stack, 'Sessions8', { vpc, engine: CacheEngine.valkey('8.1'), ...props });
}

const nodeType = CacheNodeType.of('cache.m7g.large');
const migrating = (props: Partial<CacheMigrationProps> = {}) =>
  version((s) => s.migrate({ green: greenIn(s, { replaces: s.blue }), ...props }));

const before = version(() => {});
const prepared = version((s) => greenIn(s, { replaces: s.blue }));
const during = migrating();
const after = version((s) => greenIn(s, { nodeType }));
/** Years later: green is the next migration's blue. */
const next = version((s) => {
  const blue = greenIn(s, { nodeType });
  const green = new ReplicationGroup(s.stack, 'Sessions9', {
    vpc: s.vpc,
    engine: CacheEngine.valkey('9.0'),
    replaces: blue,
  });
  new CacheMigration(s.stack, 'Migration9', {
    vpc: s.vpc,
    blue,
    green,
    record: { zone: s.zone, recordName: 'sessions' },
    consistency: CacheConsistency.LIVE,
  });
});
const green = Object.keys(prepared).filter((logicalId) => logicalId.startsWith('Sessions8'));

test('the new cache is the same resource, with the same properties, from its first deploy on', () => {
  expect(green.map((logicalId) => prepared[logicalId]?.Type).sort()).toEqual([
    'AWS::EC2::SecurityGroup',
    'AWS::ElastiCache::ParameterGroup',
    'AWS::ElastiCache::ReplicationGroup',
    'AWS::ElastiCache::SubnetGroup',
  ]);
  for (const logicalId of green) {
    for (const version of [during, after, next]) expect(version[logicalId]).toEqual(prepared[logicalId]);
  }
});

test('what else is in the stack is not touched', () => {
  for (const [logicalId, resource] of Object.entries(before)) {
    for (const version of [prepared, during, after, next]) expect(version[logicalId]).toEqual(resource);
  }
});

test('removing the migration removes all of it, and nothing else', () => {
  expect(Object.keys(after).sort()).toEqual(Object.keys(prepared).sort());
});

test('a migration that is changed on the way keeps its record, its state machine and its host', () => {
  const changed = migrating({
    consistency: CacheConsistency.LIVE,
    record: { zone: new Surroundings().zone, recordName: 'sessions', ttl: Duration.seconds(30) },
    watch: Duration.hours(5),
  });
  expect(Object.keys(changed).sort()).toEqual(Object.keys(during).sort());
});

test('a larger host does not touch the caches', () => {
  const larger = migrating({ host: { instanceType: new InstanceType('c7g.xlarge') } });
  for (const logicalId of green) expect(larger[logicalId]).toEqual(prepared[logicalId]);
});

test('no version has a record whose weights CloudFormation would write', () => {
  for (const version of [before, prepared, during, after, next]) {
    expect(Object.values(version).filter(({ Type }) => Type.startsWith('AWS::Route53'))).toEqual([]);
  }
});

test('the record’s first weights are the same in every version: no deploy carries others', () => {
  const weightsIn = (resources: Resources) =>
    Object.values(resources)
      .filter(({ Type }) => Type === 'Custom::CutoverRecord')
      .map(({ Properties }) => Properties?.InitialWeights);
  for (const version of [during, migrating({ consistency: CacheConsistency.LIVE }), next]) {
    expect(weightsIn(version)).toEqual([{ Blue: 100, Green: 0 }]);
  }
});
