import { Duration, Lazy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  type AuroraMigrationProps,
  type DatabaseAttributes,
  ReaderTarget,
  type ReaderWeightStep,
} from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { BLUE_GROUP, Databases, GREEN_GROUP, REGION } from '../databases-under-test';

afterAll(removeTemporaryFolders);

const bake = Duration.minutes(1);
const step = (greenWeight: number, greenTarget?: ReaderTarget): ReaderWeightStep => ({
  ...{ blueWeight: 100 - greenWeight, greenWeight, bake },
  ...(greenTarget && { greenTarget }),
});

const DOMAIN = `abc123.${REGION}.rds.amazonaws.com`;
const GREEN: Partial<DatabaseAttributes> = {
  customEndpoints: [
    { endpointIdentifier: 'few', endpointAddress: `few.cluster-custom-${DOMAIN}` },
    { endpointIdentifier: 'many', endpointAddress: `many.cluster-custom-${DOMAIN}` },
  ],
  instanceEndpoints: [{ instanceIdentifier: 'green-2', endpointAddress: `green-2.${DOMAIN}` }],
};

function synthesized(props: (databases: Databases) => Partial<AuroraMigrationProps>, attrs = GREEN) {
  const databases = new Databases();
  const readerRecord = { zone: databases.zone, recordName: 'shop-reader' };
  const green = databases.cluster('Green', GREEN_GROUP, attrs);
  databases.promote({ green, readerRecord, ...props(databases) });
  const records = Template.fromStack(databases.stack).findResources('Custom::CutoverRecord', {
    Properties: { RecordName: 'shop-reader.internal.example' },
  });
  return Object.values(records)[0]?.Properties;
}

test('the record knows where readers are led in the end, and on the way', () => {
  const record = synthesized(() => ({
    readerWeights: [step(2, ReaderTarget.instance('green-2')), step(2, ReaderTarget.endpoint('few')), step(50)],
  }));
  expect(record).toMatchObject({
    GreenTarget: `green.cluster-ro-${DOMAIN}`,
    GreenTrialTargets: [`green-2.${DOMAIN}`, `few.cluster-custom-${DOMAIN}`],
  });
});

test('a record whose readers are led to the reader endpoint alone is as it was', () => {
  const record = synthesized(() => ({ readerWeights: [step(2), step(50, ReaderTarget.readers())] }));
  expect(record).not.toHaveProperty('GreenTrialTargets');
  expect(record).toMatchObject({ GreenTarget: `green.cluster-ro-${DOMAIN}` });
});

test('either side’s readers may be led to a custom endpoint in the end', () => {
  const databases = new Databases();
  const blue = databases.cluster('Blue', BLUE_GROUP, {
    customEndpoints: [{ endpointIdentifier: 'old', endpointAddress: `old.cluster-custom-${DOMAIN}` }],
  });
  databases.follow({
    blue,
    green: databases.cluster('Green', GREEN_GROUP, GREEN),
    readerRecord: { zone: databases.zone, recordName: 'shop-reader' },
    blueReaderTarget: ReaderTarget.endpoint('old'),
    greenReaderTarget: ReaderTarget.endpoint('many'),
    readerWeights: [step(2, ReaderTarget.instance('green-2')), step(10)],
  });
  Template.fromStack(databases.stack).hasResourceProperties('Custom::CutoverRecord', {
    BlueTarget: `old.cluster-custom-${DOMAIN}`,
    GreenTarget: `many.cluster-custom-${DOMAIN}`,
    GreenTrialTargets: [`green-2.${DOMAIN}`],
  });
});

test('tokens for addresses pass, and a token that is the identifier finds its instance', () => {
  const token = (value: string) => Lazy.string({ produce: () => value });
  const identifier = token('green-9');
  const record = synthesized(() => ({ readerWeights: [step(2, ReaderTarget.instance(identifier))] }), {
    instanceEndpoints: [{ instanceIdentifier: identifier, endpointAddress: token('green-9.example') }],
  });
  expect(record).toMatchObject({ GreenTrialTargets: ['green-9.example'] });
});

test('the role asks of the endpoints that readers are led to, and of no others', () => {
  const databases = new Databases();
  databases.promote({
    green: databases.cluster('Green', GREEN_GROUP, GREEN),
    readerRecord: { zone: databases.zone, recordName: 'shop-reader' },
    readerWeights: [step(2, ReaderTarget.endpoint('few'))],
  });
  const policies = Object.values(Template.fromStack(databases.stack).findResources('AWS::IAM::Policy'));
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  const asking = statements.filter(({ Action }) => [Action].flat().includes('rds:DescribeDBClusterEndpoints'));
  const resources = JSON.stringify(asking.map(({ Resource }) => Resource));
  expect(resources).toContain(':cluster-endpoint:few');
  expect(resources).not.toContain(':cluster-endpoint:*');
  expect(resources).not.toContain(':cluster-endpoint:many');
});

test.each<[string, Partial<AuroraMigrationProps>, RegExp]>([
  [
    'an instance that green does not have',
    { readerWeights: [step(2, ReaderTarget.instance('green-7'))] },
    /^readerWeights\[0\]\.greenTarget: got the instance green-7, which Shop\/Green does not have; accepted are green-2\. State it in instanceEndpoints/,
  ],
  [
    'an endpoint of another cluster',
    { readerWeights: [step(2, ReaderTarget.endpoint('old'))] },
    /got the custom endpoint old, which Shop\/Green does not have; accepted are few, many\. State it in customEndpoints/,
  ],
  [
    'an endpoint for all of green’s readers that it does not have',
    { greenReaderTarget: ReaderTarget.endpoint('') },
    /^greenReaderTarget: got the custom endpoint , which Shop\/Green does not have/,
  ],
  [
    'an endpoint of an instance of RDS',
    { blueReaderTarget: ReaderTarget.endpoint('few') },
    /^blueReaderTarget: got the custom endpoint few, which Shop\/ShopMysql does not have; accepted are none/,
  ],
  [
    'fewer instances for more readers',
    { readerWeights: [step(2, ReaderTarget.endpoint('few')), step(10, ReaderTarget.instance('green-2'))] },
    /^readerWeights\[1\]\.greenTarget: got the instance green-2 after the custom endpoint few; .*an instance, a custom endpoint, all readers\. \(at path 'Shop\/Migration'\)$/,
  ],
  [
    'the same share on as many instances',
    { readerWeights: [step(2, ReaderTarget.endpoint('few')), step(2, ReaderTarget.endpoint('many'))] },
    /each step must give green more/,
  ],
  [
    'a target without a record of readers',
    { readerRecord: undefined as never, greenReaderTarget: ReaderTarget.readers() },
    /^greenReaderTarget: got all readers without a readerRecord/,
  ],
])('%s is refused', (_, props, message) => {
  expect(() => synthesized(() => props)).toThrow(message);
});

describe('where RDS makes green', () => {
  const manage = (props: (databases: Databases) => Partial<AuroraMigrationProps>) => {
    const databases = new Databases();
    const readerRecord = { zone: databases.zone, recordName: 'shop-reader' };
    databases.manage({ readerRecord, ...props(databases) });
  };

  test('an instance of blue’s stands for what RDS makes of it', () => {
    expect(() => manage(() => ({ readerWeights: [step(2, ReaderTarget.instance('blue-2')), step(2)] }))).not.toThrow();
  });

  test.each<[string, Partial<AuroraMigrationProps>, RegExp]>([
    [
      'a custom endpoint',
      { readerWeights: [step(2, ReaderTarget.endpoint('few'))] },
      /whose names are not known before\. Accepted are/,
    ],
    [
      'an unknown instance',
      { readerWeights: [step(2, ReaderTarget.instance('blue-9'))] },
      /not in instanceIdentifiers of Shop\/Blue; accepted are blue-1, blue-2/,
    ],
    [
      'a target in the end',
      { greenReaderTarget: ReaderTarget.readers() },
      /leads readers to the reader endpoint, which RDS gives to green\. Leave greenReaderTarget out/,
    ],
  ])('%s is refused', (_, props, message) => {
    expect(() => manage(() => props)).toThrow(message);
  });
});
