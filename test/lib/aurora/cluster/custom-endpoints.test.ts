import { App, CfnResource, Lazy, RemovalPolicy, aws_rds as rds, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { AuroraReplicaClusterProps } from '../../../../lib/aurora/cluster/cluster-props';
import { CustomEndpointType } from '../../../../lib/aurora/readers/reader-endpoints';
import { CONTEXTS, newStack, oldMysql, replicaOf } from '../database-stack';

const ENDPOINT = 'AWS::RDS::DBClusterEndpoint';

function endpointsWith(props: Partial<AuroraReplicaClusterProps>, context = {}) {
  const under = newStack(context);
  const cluster = replicaOf(under, oldMysql(under), props);
  const found = Template.fromStack(under.stack).findResources(ENDPOINT);
  return { under, cluster, found: Object.values(found), byId: found };
}

const reports = { name: 'reports' };

describe.each(CONTEXTS)('a custom endpoint, with %s', (_, context) => {
  test('is this resource, which stays with the cluster and waits for its instances', () => {
    const { found, cluster, under } = endpointsWith(
      { readers: 2, customEndpoints: [{ ...reports, staticMembers: ['Reader2'] }] },
      context,
    );
    expect(found).toEqual([
      {
        Type: ENDPOINT,
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        DependsOn: ['Shop3Reader1E490C886', 'Shop3Reader2A0C0A05F', 'Shop3WriterD0940F5F'],
        Properties: {
          DBClusterIdentifier: { Ref: 'Shop34306AEAD' },
          DBClusterEndpointIdentifier: expect.stringMatching(/^databases-shop3-customendpointreports-[0-9a-f]{8}$/),
          CustomEndpointType: 'READER',
          StaticMembers: [{ Ref: 'Shop3Reader2A0C0A05F' }],
        },
      },
    ]);
    const [endpoint] = cluster.customEndpoints;
    expect(endpoint?.name).toBe('reports');
    expect(under.stack.resolve(endpoint?.endpointAddress)).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^Shop3CustomEndpointreports/), 'Endpoint'],
    });
  });
});

test('its properties are those of the class that newer versions of aws-cdk-lib have', () => {
  const { found } = endpointsWith({ customEndpoints: [{ ...reports, excludedMembers: ['Writer'] }] });
  const stack = new Stack(new App(), 'Newer');
  new rds.CfnDBClusterEndpoint(stack, 'Endpoint', {
    dbClusterIdentifier: 'shop',
    dbClusterEndpointIdentifier: 'reports',
    customEndpointType: 'ANY',
    staticMembers: ['shop-1'],
    excludedMembers: ['shop-1'],
  });
  const [newer] = Object.values(Template.fromStack(stack).findResources(ENDPOINT));
  const own = Object.keys(found[0]?.Properties ?? {});
  expect(own).toHaveLength(4);
  expect(Object.keys(newer?.Properties)).toEqual(expect.arrayContaining(own));
});

test.each([
  [{}, { CustomEndpointType: 'READER' }],
  [{ endpointType: CustomEndpointType.ANY }, { CustomEndpointType: 'ANY' }],
  [
    { endpointType: CustomEndpointType.ANY, staticMembers: ['Writer', 'Reader1'] },
    { StaticMembers: [{ Ref: 'Shop3WriterD0940F5F' }, { Ref: 'Shop3Reader1E490C886' }] },
  ],
  [{ excludedMembers: ['Reader1'] }, { ExcludedMembers: [{ Ref: 'Shop3Reader1E490C886' }] }],
])('the endpoint %j has %j', (options, properties) => {
  const { found } = endpointsWith({ readers: 2, customEndpoints: [{ ...reports, ...options }] });
  expect(found[0]?.Properties).toMatchObject(properties);
});

test('without a list it has neither, so that instances of later are behind it too', () => {
  const { found } = endpointsWith({ customEndpoints: [reports] });
  expect(found[0]?.Properties).not.toHaveProperty('StaticMembers');
  expect(found[0]?.Properties).not.toHaveProperty('ExcludedMembers');
});

test.each([
  [RemovalPolicy.DESTROY, 'Delete'],
  [RemovalPolicy.SNAPSHOT, 'Delete'],
  [RemovalPolicy.RETAIN, 'Retain'],
])('with the removal policy %s of the cluster it is %s', (removalPolicy, policy) => {
  const { found } = endpointsWith({ removalPolicy, customEndpoints: [reports] });
  expect(found[0]).toMatchObject({ DeletionPolicy: policy, UpdateReplacePolicy: policy });
});

test('identifiers are unique and RDS takes them, however long and odd the path is', () => {
  const { found } = endpointsWith({
    customEndpoints: [reports, { name: 'Reports-2' }, { name: 'x'.repeat(40) }],
  });
  const identifiers = found.map(({ Properties }) => Properties.DBClusterEndpointIdentifier);
  expect(new Set(identifiers).size).toBe(3);
  for (const identifier of identifiers) {
    expect(identifier).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(identifier.length).toBeLessThanOrEqual(63);
  }
});

test('tokens among the members are taken as RDS’s identifiers', () => {
  const member = Lazy.string({ produce: () => 'shop-extra' });
  const { found } = endpointsWith({ customEndpoints: [{ ...reports, staticMembers: [member] }] });
  expect(found[0]?.Properties).toMatchObject({ StaticMembers: ['shop-extra'] });
});

test('a cluster without any is the template that it was', () => {
  const { under, cluster } = endpointsWith({});
  expect(
    under.stack.node.findAll().filter((each) => each instanceof CfnResource && each.cfnResourceType === ENDPOINT),
  ).toEqual([]);
  expect(cluster.customEndpoints).toEqual([]);
  expect(cluster.instanceEndpoints.map(({ name }) => name)).toEqual(['Writer', 'Reader1']);
});

test.each<[string, Partial<AuroraReplicaClusterProps>, RegExp]>([
  [
    'an instance that the cluster does not have',
    { customEndpoints: [{ ...reports, staticMembers: ['Reader7'] }] },
    /^customEndpoints 'reports'\.staticMembers: got 'Reader7', which is no instance of the cluster; accepted are Writer, Reader1\. Name/,
  ],
  [
    'an excluded instance that it does not have',
    { customEndpoints: [{ ...reports, excludedMembers: ['shop-1'] }] },
    /excludedMembers: got 'shop-1', which is no instance/,
  ],
  [
    'a member twice',
    { customEndpoints: [{ ...reports, staticMembers: ['Reader1', 'Reader1'] }] },
    /got Reader1, Reader1, with one/,
  ],
  [
    'the writer among readers',
    { customEndpoints: [{ ...reports, staticMembers: ['Writer'] }] },
    /got Writer, the writer; .* CustomEndpointType\.ANY/,
  ],
  [
    'an empty list',
    { customEndpoints: [{ ...reports, staticMembers: [] }] },
    /got no instance behind it.*Writer, Reader1/,
  ],
  [
    'every reader excluded',
    { customEndpoints: [{ ...reports, excludedMembers: ['Reader1'] }] },
    /got no instance behind it/,
  ],
  [
    'readers of a cluster without any',
    { readers: 0, customEndpoints: [reports] },
    /got no instance behind it.*has Writer;/,
  ],
  [
    'both lists',
    { customEndpoints: [{ ...reports, staticMembers: ['Reader1'], excludedMembers: ['Writer'] }] },
    /got staticMembers and excludedMembers; RDS accepts one/,
  ],
  ['one name twice', { customEndpoints: [reports, { name: 'Reports' }] }, /got the name 'Reports' twice/],
  ['six', { customEndpoints: [1, 2, 3, 4, 5, 6].map((n) => ({ name: `e${n}` })) }, /got 6; accepted are up to 5/],
  ['a name that is none', { customEndpoints: [{ name: 'a--b' }] }, /got the name 'a--b'; accepted are 1 to 40/],
  ['an empty name', { customEndpoints: [{ name: '' }] }, /got the name ''; accepted/],
  ['a token for a name', { customEndpoints: [{ name: Lazy.string({ produce: () => 'a' }) }] }, /accepted are 1 to 40/],
])('%s is refused', (_, props, message) => {
  expect(() => endpointsWith(props)).toThrow(message);
});
