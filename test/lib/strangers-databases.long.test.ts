import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { PrivateHostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  AuroraMigration,
  type AuroraMigrationProps,
  type AuroraReplicaClusterProps,
  AuroraStrategy,
  type DatabaseAttributes,
  DatabaseEngine,
  DatabaseInstanceClass,
  type ManagedBlueGreenOptions,
  ReaderTarget,
} from '../../lib';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { StrangersDatabases, type StrangersDatabasesProps } from './strangers-databases';

afterAll(removeTemporaryFolders);
// The CDK prints every warning when it synthesizes.
beforeAll(() => jest.spyOn(console, 'error').mockImplementation());
afterAll(() => jest.restoreAllMocks());

const env = { account: '111122223333', region: 'eu-west-1' };
type Write = (app: StrangersDatabases) => unknown;
type Case = readonly [name: string, write: Write, words: RegExp, of?: StrangersDatabasesProps];

/** What is thrown, or every warning and error of synthesis. */
function outcome(write: Write, of?: StrangersDatabasesProps): string {
  try {
    const app = new StrangersDatabases(of);
    write(app);
    return app.said().join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

const moving =
  (props: Partial<AuroraMigrationProps> | ((app: StrangersDatabases) => Partial<AuroraMigrationProps>)): Write =>
  (app) =>
    app.promote(typeof props === 'function' ? props(app) : props);
/** Plain JavaScript and Python may state anything. */
const stating = (props: object) => moving(props as Partial<AuroraMigrationProps>);
const side =
  (
    name: 'blue' | 'green',
    attributes: (app: StrangersDatabases) => Partial<Record<keyof DatabaseAttributes, unknown>>,
  ): Write =>
  (app) => {
    const of = attributes(app) as Partial<DatabaseAttributes>;
    return app.promote({ [name]: name === 'blue' ? app.instance(of) : app.cluster(of) });
  };
const managing = (options: Partial<Record<keyof ManagedBlueGreenOptions, unknown>>): Write => {
  return (app) => app.manage({}, options as Partial<ManagedBlueGreenOptions>);
};
const replica = (props: Partial<Record<keyof AuroraReplicaClusterProps, unknown>>): Write => {
  return (app) => app.promote({ green: app.replica(props as Partial<AuroraReplicaClusterProps>) });
};
const record = (name: 'record' | 'readerRecord', options: (app: StrangersDatabases) => object): Write =>
  moving((app) => ({ [name]: options(app) }));

const text = ({ stack }: StrangersDatabases) => new CfnParameter(stack, 'Text').valueAsString;
const seconds = ({ stack }: StrangersDatabases) =>
  Duration.seconds(new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber);
const tooLong = Duration.days(400);
const otherVpc = ({ stack }: StrangersDatabases) => new Vpc(stack, 'OtherVpc', { maxAzs: 2 });
const fixed = ({ stack }: StrangersDatabases) => [
  SecurityGroup.fromSecurityGroupId(stack, 'Fixed', 'sg-0b10e000000000000', { mutable: false }),
];
const secretElsewhere = ({ stack }: StrangersDatabases) =>
  Secret.fromSecretCompleteArn(stack, 'Elsewhere', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop-AbCdEf');
const keyElsewhere = ({ stack }: StrangersDatabases) =>
  Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-a000-000000000000');
const replicaWithKeyElsewhere: Write = (app) => {
  app.promote({ green: app.replica({ encryptionKey: keyElsewhere(app) }) });
};
const greenIn = (place: Partial<typeof env>) =>
  moving((app) => {
    const stack = new Stack(app.app, 'Elsewhere', { env: { ...env, ...place } });
    const instanceClass = DatabaseInstanceClass.of('db.r6g.large');
    const secret = Secret.fromSecretNameV2(stack, 'Agent', 'shop/agent');
    return { green: app.replica({ vpc: new Vpc(stack, 'Vpc', { maxAzs: 2 }), instanceClass, secret }, stack) };
  });
const subnets = (subnetType: SubnetType) => (stack: Stack) =>
  new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'one', subnetType }] });
const twice = (one: (app: StrangersDatabases) => Partial<AuroraMigrationProps>, two: typeof one): Write => {
  return (app) => [app.promote(one(app)), app.promote(two(app), 'Two')];
};
const second = (app: StrangersDatabases): Partial<AuroraMigrationProps> => ({
  record: { zone: app.zone, recordName: 'two' },
  blue: app.instance({ securityGroups: [app.group('Blue2')] }),
  green: app.cluster({ securityGroups: [app.group('Green2')] }),
});

const MISSING: readonly Case[] = [
  ['vpc', stating({ vpc: undefined }), /^vpc: got undefined; it is required/],
  [
    'blue',
    ({ stack, vpc }) =>
      new AuroraMigration(stack, 'Move', { vpc, blue: null as never, strategy: AuroraStrategy.promoteReplica() }),
    /^blue: got null; it is required/,
  ],
  ['green', moving({ green: undefined }), /^green: got none; .*moves clients to a database that is there/],
  ['strategy', stating({ strategy: undefined }), /^strategy: got undefined; it is required/],
  ['record', stating({ record: undefined }), /^record: got none; .*by a record that they resolve/],
  ['record.zone', record('record', () => ({ recordName: 'shop' })), /^record\.zone: got undefined; it is required/],
  ['record.recordName', record('record', ({ zone }) => ({ zone })), /^record\.recordName: got undefined/],
  ['readerRecord.zone', record('readerRecord', () => ({ recordName: 'ro' })), /^readerRecord\.zone: got undefined/],
  ['readerRecord.recordName', record('readerRecord', ({ zone }) => ({ zone })), /^readerRecord\.recordName: got undef/],
  ['engine', side('blue', () => ({ engine: undefined })), /^engine: got undefined; it is required/],
  ['endpointAddress', side('green', () => ({ endpointAddress: undefined })), /^endpointAddress: got undefined/],
  ['secret', side('blue', () => ({ secret: undefined })), /^Got no secret for shop/],
  ['identifier', side('blue', () => ({ instanceIdentifier: undefined })), /^Got neither clusterIdentifier nor/],
  [
    'securityGroups of blue',
    side('blue', () => ({ securityGroups: undefined })),
    /^blue: got a database without secur/,
  ],
  ['securityGroups of green', side('green', () => ({ securityGroups: [] })), /^green: got a database without secur/],
  [
    'name of a smoke query',
    stating({ smokeQueries: [{ sql: 'SELECT 1', database: 'shop' }] }),
    /^smokeQueries\[0\]\.name: got undefined; it is required/,
  ],
  [
    'database of a smoke query',
    stating({ smokeQueries: [{ name: 'orders', sql: 'SELECT 1' }] }),
    /^smokeQueries\[0\]\.database: got undefined; it is required/,
  ],
  [
    'weights of a step',
    moving(({ zone }) => ({ readerRecord: { zone, recordName: 'ro' }, readerWeights: [{} as never] })),
    /^readerWeights\[0\]\.bake: got undefined; it is required/,
  ],
  ['targetEngine', managing({ targetEngine: undefined }), /options\.targetEngine: got undefined; it is required/],
  [
    'options of managedBlueGreen',
    (app) => app.manage({ strategy: (AuroraStrategy.managedBlueGreen as (options?: object) => AuroraStrategy)() }),
    /managedBlueGreen: options: got undefined; accepted is an object with targetEngine/,
  ],
  ['vpc of a replica', replica({ vpc: undefined }), /^vpc: got undefined; it is required/],
  ['engine of a replica', replica({ engine: undefined }), /^engine: got undefined; it is required/],
  ['secret of a replica', replica({}), /^Got neither secret nor replaces/],
  ['readerRecord of a target', moving({ greenReaderTarget: ReaderTarget.readers() }), /without a readerRecord/],
];

const TOKENS: readonly Case[] = [
  ...(['watch', 'approvalTimeout', 'catchUpTimeout'] as const).map(
    (name): Case => [name, moving((app) => ({ [name]: seconds(app) })), new RegExp(`^${name}: got a token`)],
  ),
  ['createTimeout', (app) => app.manage({}, { createTimeout: seconds(app) }), /^createTimeout: got a token/],
  [
    'switchoverTimeout',
    (app) => app.manage({}, { switchoverTimeout: seconds(app) }),
    /^switchoverTimeout: got a token/,
  ],
];

const NO_USE: readonly Case[] = [
  ['engine as text', side('blue', () => ({ engine: 'mysql' })), /^engine: got the text 'mysql'; accepted is what Data/],
  ['class as text', side('blue', () => ({ instanceClass: 'db.r6g.large' })), /^instanceClass: got the text/],
  ['strategy as text', stating({ strategy: 'promoteReplica' }), /^strategy: got the text 'promoteReplica'/],
  ['engine of a replica as text', replica({ engine: 'aurora-mysql' }), /^engine: got the text 'aurora-mysql'/],
  ['a watch of 400 days', moving({ watch: tooLong }), /^watch: got 400 days/],
  ['catching up for 400 days', moving({ catchUpTimeout: tooLong }), /^catchUpTimeout: got 400 days/],
  ['an approval of 400 days', moving({ approvalTimeout: tooLong }), /^approvalTimeout: got 400 days/],
  ['creating for 400 days', managing({ createTimeout: tooLong }), /^createTimeout: got 400 days/],
  ['a switchover of two hours', managing({ switchoverTimeout: Duration.hours(2) }), /^switchoverTimeout: got 7200 s/],
  ['preparing nothing', moving({ prepareTimeout: Duration.days(1) }), /^prepareTimeout: got one without a converting/],
  ['another port', side('green', () => ({ port: 3307 })), /^green: got the port 3307, and blue has 3306/],
  ['a port that is none', side('blue', () => ({ port: 0 })), /^Got port 0/],
  ['a client that is none', moving({ clientsLeftBehind: ['anyone'] }), /^clientsLeftBehind: got 'anyone'/],
  [
    'an endpoint that is the record',
    side('blue', () => ({ endpointAddress: 'shop.acme.internal' })),
    /the record itself/,
  ],
  ['a URL', side('blue', () => ({ endpointAddress: 'mysql://shop:3306' })), /^Got endpointAddress 'mysql:/],
  ['a full name of another zone', record('record', ({ zone }) => ({ zone, recordName: 'a.b.' })), /outside the zone/],
  [
    'an instance of Aurora',
    side('blue', () => ({ engine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0') })),
    /^Got instanceIdentifier 'shop' for Aurora/,
  ],
  [
    'a TTL of two minutes',
    record('record', ({ zone }) => ({ zone, recordName: 'shop', ttl: Duration.minutes(2) })),
    /^record\.ttl: got 120 s/,
  ],
];

const ELSEWHERE: readonly Case[] = [
  ...(
    [
      ['10.0.3.4', /^blueTarget: got '10\.0\.3\.4', an address; the record is a CNAME/],
      ['shop', /^blueTarget: got 'shop', a name of one label/],
      ['shop.cluster-ro-abc123.eu-west-1.rds.amazonaws.com', /a reader endpoint, where nobody can write/],
      ['shop.cluster-custom-abc123.eu-west-1.rds.amazonaws.com', /a custom endpoint, which may lead to readers/],
      ['shop.proxy-abc123.eu-west-1.rds.amazonaws.com', /an RDS Proxy\. State the endpoint of the database itself/],
      ['mine.endpoint.proxy-abc123.eu-west-1.rds.amazonaws.com', /an RDS Proxy/],
    ] as const
  ).map(
    ([endpointAddress, said]): Case => [
      `blue’s endpoint ${endpointAddress}`,
      side('blue', () => ({ endpointAddress })),
      said,
    ],
  ),
  ['key of green', replicaWithKeyElsewhere, /^encryptionKey: got Case\/Key of the Region us-east-1/, { env }],
  ['green, another Region', greenIn({ region: 'us-east-1' }), /^green: got one of the Region us-east-1/, { env }],
  ['green, another account', greenIn({ account: '444455556666' }), /^green: got one of the account 4444/, { env }],
  [
    'endpoint',
    side('blue', () => ({ endpointAddress: 'a.b.us-west-2.rds.amazonaws.com' })),
    /of the Region us-west-2/,
    { env },
  ],
  [
    'readers’ endpoint',
    side('green', () => ({ readerEndpointAddress: 'a.cluster-ro-b.us-west-2.rds.amazonaws.com' })),
    /^green: got the endpoint .*of the Region us-west-2/,
    { env },
  ],
  [
    'secret of blue',
    side('blue', (app) => ({ secret: secretElsewhere(app) })),
    /^blue\.secret: got Case\/Elsewhere of the Region us-east-1/,
    { env },
  ],
  [
    'secret of green',
    side('green', (app) => ({ secret: secretElsewhere(app) })),
    /^green\.secret: got Case\/Elsewhere of the Region/,
    { env },
  ],
  [
    'replicationSecret',
    moving((app) => ({ replicationSecret: secretElsewhere(app) })),
    /^replicationSecret: got/,
    { env },
  ],
  [
    'logEncryptionKey',
    moving((app) => ({ logEncryptionKey: keyElsewhere(app) })),
    /^logEncryptionKey: got Case\/Key of/,
    { env },
  ],
  [
    'host.assetsKey',
    moving((app) => ({ host: { assetsKey: keyElsewhere(app) } })),
    /^host\.assetsKey: got Case\/Key/,
    { env },
  ],
  [
    'approval',
    moving(({ stack }) => ({
      approval: Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:111122223333:moves'),
    })),
    /^approval: got Case\/Topic of the Region us-east-1/,
    { env },
  ],
  [
    'alarm',
    moving(({ stack }) => ({
      alarms: [Alarm.fromAlarmArn(stack, 'Errors', 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:Errors')],
    })),
    /^alarms: got Case\/Errors of the Region us-east-1/,
    { env },
  ],
  [
    'blue in another VPC',
    side('blue', (app) => ({ securityGroups: [app.group('There', otherVpc(app))] })),
    /blue: its security group Case\/There belongs to another VPC/,
  ],
  [
    'green in another VPC',
    side('green', (app) => ({ securityGroups: [app.group('There', otherVpc(app))] })),
    /green: its security group Case\/There belongs to another VPC/,
  ],
  [
    'a replica in another VPC',
    (app) =>
      app.promote({
        green: app.replica({
          vpc: otherVpc(app),
          secret: app.secret,
          instanceClass: DatabaseInstanceClass.of('db.r6g.large'),
        }),
      }),
    /green: its security group \S+ belongs to another VPC/,
  ],
  [
    'a zone of another VPC',
    record('record', (app) => ({
      zone: new PrivateHostedZone(app.stack, 'Zone2', { vpc: otherVpc(app), zoneName: 'b.internal' }),
      recordName: 'shop',
    })),
    /record\.zone: Case\/Zone2 answers in another VPC/,
  ],
  [
    'a readers’ zone of another VPC',
    moving((app) => {
      const zone = new PrivateHostedZone(app.stack, 'Zone2', { vpc: otherVpc(app), zoneName: 'b.internal' });
      return { record: { zone, recordName: 'shop' }, readerRecord: { zone, recordName: 'ro' } };
    }),
    /readerRecord\.zone: Case\/Zone2 answers in another VPC/,
  ],
  [
    'isolated subnets',
    moving({}),
    /host: its subnets of Case\/Vpc are isolated/,
    { vpc: subnets(SubnetType.PRIVATE_ISOLATED) },
  ],
  ['public subnets', moving({}), /host: its subnets of Case\/Vpc are public/, { vpc: subnets(SubnetType.PUBLIC) }],
];

const SHARED_OR_FIXED: readonly Case[] = [
  [
    'one group on both sides',
    moving((app) => ({ green: app.cluster({ securityGroups: [app.blueGroup] }) })),
    /^blue and green: got the security group Case\/BlueGroup on both/,
  ],
  [
    'one endpoint on both sides',
    moving((app) => ({
      blue: app.instance({ endpointAddress: 'shop.acme.example' }),
      green: app.cluster({ endpointAddress: 'SHOP.acme.example' }),
    })),
    /^blue and green: got the same database/,
  ],
  [
    'one name for writers and readers',
    record('readerRecord', ({ zone }) => ({ zone, recordName: 'shop' })),
    /'shop\.acme\.internal' is moved by Case\/Move\/ReaderRecord as well/,
  ],
  [
    'two zones of one migration',
    record('readerRecord', ({ stack, vpc }) => ({
      zone: new PrivateHostedZone(stack, 'Zone2', { vpc, zoneName: 'b.internal' }),
      recordName: 'ro',
    })),
    /^readerRecord\.zone: got Case\/Zone2, and Case\/Zone for record/,
  ],
  [
    'two migrations of one record',
    twice(
      () => ({}),
      (app) => ({ ...second(app), record: { zone: app.zone, recordName: 'shop' } }),
    ),
    /'shop\.acme\.internal' is moved by Case\/Two\/Record as well/,
  ],
  [
    'two migrations of one name',
    twice(
      () => ({ migrationName: 'same' }),
      (app) => ({ ...second(app), migrationName: 'same' }),
    ),
    /migrationName: got 'same', which Case\/Two has as well/,
  ],
  [
    'two migrations of one group',
    twice(
      () => ({}),
      (app) => ({ ...second(app), blue: app.instance() }),
    ),
    /got the security group Case\/BlueGroup on port 3306, which a side of Case\/Two has as well/,
  ],
  [
    'a group of blue’s that must not change',
    side('blue', (app) => ({ securityGroups: fixed(app) })),
    /^blue: got the security group sg-0b10e0+, imported with mutable: false/,
  ],
  [
    'a group of green’s that must not change',
    side('green', (app) => ({ securityGroups: fixed(app) })),
    /^green: got the security group .*mutable: false/,
  ],
  [
    'a group that must not change where RDS makes green',
    (app) => app.manage({ blue: app.cluster({ securityGroups: fixed(app) }) }),
    /^blue: got the security group .*mutable: false/,
  ],
  [
    'a VPC imported without subnets',
    moving({}),
    /^vpc: got Case\/Vpc, which has no subnets for the migration host/,
    {
      env,
      vpc: (stack) =>
        Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['eu-west-1a'] }),
    },
  ],
];

describe.each([
  ['without', MISSING],
  ['with a token as', TOKENS],
  ['with something of no use:', NO_USE],
  ['with something elsewhere:', ELSEWHERE],
  ['with something shared, imported or immutable:', SHARED_OR_FIXED],
])('databases %s', (_, cases) => {
  const named = cases.map(([name, write, words, of]) => ({ name, write, words, of }));
  test.each(named)('$name: the author is told', ({ write, words, of }) => {
    expect(outcome(write, of)).toMatch(words);
  });
});

const TOLD =
  /: got |^Got |cdk-cutover:(?:Other|Host|Shared)|another VPC|isolated|mutable|Cannot read|Duration must be/m;

const RIGHT: readonly (readonly [name: string, write: Write, of?: StrangersDatabasesProps])[] = [
  ['nothing amiss', moving({}), { env }],
  ['no Region stated', moving({})],
  ['a managed green', managing({}), { env }],
  ['an endpoint that a token names', (app) => side('blue', () => ({ endpointAddress: text(app) }))(app)],
  ['an identifier that a token names', (app) => side('blue', () => ({ instanceIdentifier: text(app) }))(app)],
  ['a record that a token names', (app) => record('record', ({ zone }) => ({ zone, recordName: text(app) }))(app)],
  [
    'a TTL that a token names',
    (app) => record('record', ({ zone }) => ({ zone, recordName: 'shop', ttl: seconds(app) }))(app),
  ],
  ['a parameter group that a token names', (app) => app.manage({}, { targetClusterParameterGroupName: text(app) })],
  [
    'a query that a token names',
    moving((app) => ({ smokeQueries: [{ name: 'orders', database: 'shop', sql: text(app) }] })),
  ],
  [
    'a client left behind that a token names',
    moving((app) => ({
      clientsLeftBehind: [
        app.clients.securityGroupId,
        'sg-0b10e000000000000',
        '10.0.0.0/16',
        'pl-6da54004',
        '2001:db8::/32',
      ],
    })),
  ],
  [
    'a secret by its name',
    side('blue', ({ stack }) => ({ secret: Secret.fromSecretNameV2(stack, 'Named', 'shop/agent') })),
    { env },
  ],
  [
    'a secret of its Region',
    side('blue', ({ stack }) => ({
      secret: Secret.fromSecretCompleteArn(
        stack,
        'Here',
        'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf',
      ),
    })),
    { env },
  ],
  [
    'a secret of another account',
    moving(({ stack }) => ({
      replicationSecret: Secret.fromSecretCompleteArn(
        stack,
        'Theirs',
        'arn:aws:secretsmanager:eu-west-1:444455556666:secret:shop-AbCdEf',
      ),
    })),
    { env },
  ],
  [
    'an imported group',
    side('blue', ({ stack }) => ({
      securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Open', 'sg-0b10e000000000000')],
    })),
    { env },
  ],
  [
    'isolated subnets with endpoints',
    moving({ host: { vpcEndpoints: true } }),
    { vpc: subnets(SubnetType.PRIVATE_ISOLATED) },
  ],
  [
    'a replica of blue',
    (app) => {
      const blue = app.instance();
      app.promote({ blue, green: app.replica({ replaces: blue }) });
    },
    { env },
  ],
  ['two migrations of their own', twice(() => ({}), second)],
  [
    'two migrations of one group on two ports',
    twice(
      () => ({}),
      (app) => ({
        ...second(app),
        blue: app.instance({ port: 3307, endpointAddress: 'two.invalid' }),
        green: app.cluster({ port: 3307, securityGroups: [app.group('Green2')] }),
      }),
    ),
  ],
];

test.each(RIGHT.map(([name, write, of]) => ({ name, write, of })))(
  'databases with $name are right',
  ({ write, of }) => {
    expect(outcome(write, of)).not.toMatch(TOLD);
  },
);
