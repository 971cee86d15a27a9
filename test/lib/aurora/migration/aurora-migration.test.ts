import { Duration, Lazy } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { type AuroraMigrationProps, AuroraStrategy, DatabaseEngine } from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { BLUE_GROUP, Databases, GREEN_GROUP } from '../databases-under-test';

afterAll(removeTemporaryFolders);

type PropsIn = (databases: Databases) => Partial<AuroraMigrationProps>;

const promoting = (props: PropsIn) => () => {
  const databases = new Databases();
  return databases.promote(props(databases));
};

const bake = Duration.minutes(5);
const binlogReplica = AuroraStrategy.binlogReplica({ binlogFile: 'mysql-bin.000042', binlogPosition: 154 });
const managed = AuroraStrategy.managedBlueGreen({
  targetEngine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0'),
});
const postgres = DatabaseEngine.auroraPostgres('16.4');

describe('a migration', () => {
  test.each<[string, PropsIn, RegExp]>([
    [
      'a promotion from a cluster',
      (d) => ({ blue: d.cluster('Blue', BLUE_GROUP) }),
      /blue: got aurora-mysql 8\.0\.mysql_aurora\.3\.08\.0 \(a cluster\); AuroraStrategy\.promoteReplica begins at an instance of RDS for MySQL/,
    ],
    [
      'a promotion to what is no cluster of Aurora',
      (d) => ({ green: d.cluster('Green', GREEN_GROUP, { engine: postgres }) }),
      /green: got aurora-postgresql 16\.4 \(a cluster\); AuroraStrategy\.promoteReplica ends at an Aurora MySQL cluster/,
    ],
    [
      'no green',
      () => ({ green: undefined }),
      /green: got none; AuroraStrategy\.promoteReplica moves clients to a data/,
    ],
    ['no record', () => ({ record: undefined }), /record: got none; .* moves clients by a record that they resolve/],
    [
      'PostgreSQL and a binary log',
      (d) => ({ strategy: binlogReplica, blue: d.cluster('Blue', BLUE_GROUP, { engine: postgres }) }),
      /blue: got aurora-postgresql 16\.4 \(a cluster\); AuroraStrategy\.binlogReplica goes from one Aurora MySQL cluster/,
    ],
    [
      'a binary log of an instance of RDS',
      () => ({ strategy: binlogReplica }),
      /blue: got mysql 8\.0\.39 \(an instance\); AuroraStrategy\.binlogReplica goes from one Aurora MySQL cluster/,
    ],
    [
      'a position that no binary log has',
      (d) => ({
        strategy: AuroraStrategy.binlogReplica({ binlogFile: 'mysql-bin.000042', binlogPosition: 0 }),
        blue: d.cluster('Blue', BLUE_GROUP),
      }),
      /got binlogFile mysql-bin\.000042 and binlogPosition 0; accepted are a file's name and a whole number from 4, or neither/,
    ],
    ['a green of its own where RDS makes it', () => ({ strategy: managed }), /green: got one; .*has RDS make it/],
    [
      'a record where RDS gives green the endpoints',
      () => ({ strategy: managed, green: undefined }),
      /record: got one; AuroraStrategy\.managedBlueGreen has RDS give green blue's endpoints\. Leave record out/,
    ],
    [
      'an instance where RDS makes green of a cluster',
      () => ({ strategy: managed, green: undefined, record: undefined }),
      /blue: got mysql 8\.0\.39 \(an instance\); AuroraStrategy\.managedBlueGreen takes an Aurora cluster/,
    ],
    [
      'another engine as the target of an upgrade',
      (d) => ({
        strategy: AuroraStrategy.managedBlueGreen({ targetEngine: postgres }),
        blue: d.cluster('Blue', BLUE_GROUP),
        green: undefined,
        record: undefined,
      }),
      /targetEngine: got aurora-postgresql; accepted is blue's own engine, aurora-mysql/,
    ],
    [
      'a switchover time-out that RDS refuses',
      (d) => ({
        strategy: AuroraStrategy.managedBlueGreen({
          targetEngine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0'),
          switchoverTimeout: Duration.seconds(29),
        }),
        blue: d.cluster('Blue', BLUE_GROUP),
        green: undefined,
        record: undefined,
      }),
      /switchoverTimeout: got 29 s; RDS accepts 30 to 3600 s/,
    ],
    [
      'the same endpoint on both sides',
      (d) => ({
        blue: d.instance({ endpointAddress: 'shop.example.com' }),
        green: d.cluster('Green2', GREEN_GROUP, { endpointAddress: 'SHOP.example.com' }),
      }),
      /blue and green: got the same database \(Shop\/ShopMysql\) for both/,
    ],
    [
      'a side whose security groups are not known',
      (d) => ({ green: d.cluster('Green2', GREEN_GROUP, { securityGroups: [] }) }),
      /green: got a database without security groups; .*State securityGroups/,
    ],
    [
      'one security group on both sides',
      (d) => ({ green: d.cluster('Green2', BLUE_GROUP) }),
      /got the security group Shop\/MysqlGroup on both; each needs its own/,
    ],
    [
      'a TTL over 60 s',
      (d) => ({ record: { zone: d.zone, recordName: 'shop', ttl: Duration.seconds(61) } }),
      /record\.ttl: got 61 s; accepted are up to 60 s/,
    ],
    [
      'readers in another zone',
      (d) => ({
        readerRecord: {
          zone: HostedZone.fromHostedZoneAttributes(d.stack, 'Other', {
            hostedZoneId: 'Z2',
            zoneName: 'other.example',
          }),
          recordName: 'shop-reader',
        },
      }),
      /readerRecord\.zone: got Shop\/Other, and Shop\/Zone for record; accepted is one zone/,
    ],
    [
      'steps for readers without their record',
      () => ({ readerWeights: [{ blueWeight: 90, greenWeight: 10, bake }] }),
      /readerWeights: got 1 steps without a readerRecord.*State readerRecord/,
    ],
    [
      'no steps for readers',
      (d) => ({ ...d.readers(), readerWeights: [] }),
      /readerWeights: got no steps; leave it out/,
    ],
    [
      'a step for nobody',
      (d) => ({ ...d.readers(), readerWeights: [{ blueWeight: 0, greenWeight: 0, bake }] }),
      /weights\[0\]: got 0 for both, which Route 53 takes for equal shares/,
    ],
    [
      'a query without a name',
      () => ({ smokeQueries: [{ name: '', sql: 'SELECT 1', database: 'shop' }] }),
      /smokeQueries: got name '', sql 'SELECT 1', database 'shop'/,
    ],
    [
      'queries that no parameter holds',
      () => ({
        smokeQueries: Array.from({ length: 10 }, (_, i) => ({
          name: `${i}`,
          sql: `SELECT '${'x'.repeat(800)}'`,
          database: 'shop',
        })),
      }),
      /^smokeQueries, queries of checks and conversions: got \d+ characters with all that goes with them into an SSM parameter, where there is room for 8192\./,
    ],
    [
      'one query twice',
      () => ({ smokeQueries: ['a', 'a'].map((name) => ({ name, sql: 'SELECT 1', database: 'shop' })) }),
      /smokeQueries: got 'a' twice/,
    ],
    [
      'more alarms than can be read at once',
      (d) => ({ alarms: Array.from({ length: 101 }, (_, index) => d.alarm(`Alarm${index}`)) }),
      /alarms: got 101; DescribeAlarms takes at most 100 names/,
    ],
    ['a name that SSM does not take', () => ({ migrationName: 'a/b' }), /migrationName: got 'a\/b'/],
  ])('with %s is refused, saying what to do', (_, props, message) => {
    expect(promoting(props)).toThrow(message);
  });

  test('takes tokens where they can be waited for', () => {
    const databases = new Databases();
    databases.promote({
      migrationName: Lazy.string({ produce: () => 'shop-1' }),
      record: {
        zone: databases.zone,
        recordName: Lazy.string({ produce: () => 'shop.internal.example' }),
        ttl: Duration.seconds(Lazy.number({ produce: () => 7 })),
      },
    });
    Template.fromStack(databases.stack).hasResourceProperties('Custom::CutoverRecord', { TtlSeconds: 7 });
  });
});

test('the readers’ record leads to readers, where there are any', () => {
  const databases = new Databases();
  databases.promote(databases.readers());
  const template = Template.fromStack(databases.stack);
  template.hasResourceProperties('Custom::CutoverRecord', {
    RecordName: 'shop-reader.internal.example',
    BlueTarget: 'shop.abc123.eu-west-1.rds.amazonaws.com',
    GreenTarget: 'green.cluster-ro-abc123.eu-west-1.rds.amazonaws.com',
  });
});

test('each side may replicate from the other, and the host reaches both', () => {
  const databases = new Databases();
  databases.promote();
  const rules = Object.values(Template.fromStack(databases.stack).findResources('AWS::EC2::SecurityGroupIngress'));
  const said = rules.map(({ Properties }) => [Properties.GroupId, Properties.Description, Properties.FromPort]);
  expect(said.sort()).toEqual(
    [
      [GREEN_GROUP, 'Migration host', 3306],
      [GREEN_GROUP, 'Replication', 3306],
      [BLUE_GROUP, 'Migration host', 3306],
      [BLUE_GROUP, 'Replication', 3306],
    ].sort(),
  );
});

test('the agent’s configuration names secrets and holds none', () => {
  const databases = new Databases();
  databases.promote(databases.everything());
  const [configuration] = databases.deploy().resources('AWS::SSM::Parameter');
  expect(JSON.parse(String(configuration?.property('Value')))).toEqual({
    migrationName: 'shop',
    kind: 'database',
    strategy: 'promoteReplica',
    recordName: 'shop.internal.example',
    recordTtlSeconds: 5,
    blue: {
      host: 'shop.abc123.eu-west-1.rds.amazonaws.com',
      port: 3306,
      tls: true,
      secretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf',
      engine: 'mysql',
      engineVersion: '8.0.39',
    },
    green: {
      host: 'green.cluster-abc123.eu-west-1.rds.amazonaws.com',
      readerHost: 'green.cluster-ro-abc123.eu-west-1.rds.amazonaws.com',
      port: 3306,
      tls: true,
      secretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf',
      engine: 'aurora-mysql',
      engineVersion: '8.0.mysql_aurora.3.08.0',
    },
    smokeQueries: [{ name: 'balances', sql: 'SELECT SUM(balance) FROM accounts', database: 'shop' }],
  });
});

describe.each([
  ['no feature flags', {}],
  ['the recommended feature flags', recommendedFlags],
])('with %s, a warning', (_, context) => {
  // The CDK prints every warning when it synthesizes.
  beforeAll(() => jest.spyOn(console, 'error').mockImplementation());
  afterAll(() => jest.restoreAllMocks());

  test('says what is left to chance', () => {
    const databases = new Databases(context);
    databases.promote();
    const found = Annotations.fromStack(databases.stack).findWarning('*', Match.stringLikeRegexp('cdk-cutover:'));
    const ids = found.map(({ entry }) => /cdk-cutover:\w+/.exec(String(entry.data))?.[0]);
    for (const id of ['FencedWithoutWorkloads', 'NoAlarms', 'TlsWithPrivateName', 'ReplicatesAsMaster']) {
      expect(ids).toContain(`cdk-cutover:${id}`);
    }
  });
});
