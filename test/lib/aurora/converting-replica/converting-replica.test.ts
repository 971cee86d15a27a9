import { Duration, aws_ec2 as ec2, Lazy, RemovalPolicy, aws_rds as rds, Size, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Conversion } from '../../../../lib/aurora/converting-replica/conversion';
import { ConvertingReplica } from '../../../../lib/aurora/converting-replica/converting-replica';
import type { ConvertingReplicaProps } from '../../../../lib/aurora/converting-replica/converting-replica-props';
import type { IDatabase } from '../../../../lib/aurora/database/database';
import type { DatabaseAttributes } from '../../../../lib/aurora/database/database-attributes';
import { DatabaseEngine } from '../../../../lib/aurora/engine/engine';
import { DatabaseInstanceClass } from '../../../../lib/aurora/instance-class/instance-class';
import { CONTEXTS, newStack, oldMysql, replicaOf, type StackUnderTest } from '../database-stack';

function converting(
  under: StackUnderTest,
  replaces: IDatabase = oldMysql(under),
  props: Partial<ConvertingReplicaProps> = {},
  id = 'Converting',
): ConvertingReplica {
  return new ConvertingReplica(under.stack, id, {
    vpc: under.vpc,
    replaces,
    allocatedStorage: Size.gibibytes(1000),
    conversions: [Conversion.toInnoDb(), Conversion.toDynamic()],
    ...props,
  });
}

const made = (props: Partial<ConvertingReplicaProps>) => {
  const under = newStack();
  converting(under, oldMysql(under), props);
  const [instance] = Object.values(Template.fromStack(under.stack).findResources('AWS::RDS::DBInstance'));
  return instance?.Properties;
};

describe.each(CONTEXTS)('a converting replica of the instance of S3, with %s', (_, context) => {
  const under = newStack(context);
  const blue = oldMysql(under);
  Validations.of(blue).acknowledge({
    id: 'Annotation::cdk-cutover:DatabaseEndOfSupport',
    reason: 'It is being replaced',
  });
  const replica = converting(under, blue);
  Validations.of(replica).acknowledge({
    id: 'Annotation::cdk-cutover:DatabaseEndOfSupport',
    reason: 'It goes with what is replaced',
  });
  const { Resources } = Template.fromStack(under.stack).toJSON();

  test('is this template', () => {
    const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    expect(Resources).toEqual({
      ConvertingFE1C17A2: {
        Type: 'AWS::RDS::DBInstance',
        ...retained,
        Properties: {
          SourceDBInstanceIdentifier: 'shop',
          Engine: 'mysql',
          DBInstanceClass: 'db.r7g.large',
          AllocatedStorage: '1000',
          StorageType: 'gp3',
          Iops: 24_000,
          StorageThroughput: 1_000,
          DBParameterGroupName: { Ref: 'ConvertingParameters0EECDDF3' },
          VPCSecurityGroups: [{ 'Fn::GetAtt': ['ConvertingSecurityGroup0A178FBE', 'GroupId'] }],
          BackupRetentionPeriod: 1,
          AutoMinorVersionUpgrade: false,
          PubliclyAccessible: false,
          CopyTagsToSnapshot: true,
          EnableCloudwatchLogsExports: ['error'],
          DeletionProtection: true,
        },
      },
      ConvertingParameters0EECDDF3: {
        Type: 'AWS::RDS::DBParameterGroup',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Delete',
        Properties: {
          Family: 'mysql8.0',
          Description: 'Converting replica Databases/Converting',
          Parameters: { read_only: '0', binlog_format: 'ROW' },
        },
      },
      ConvertingSecurityGroup0A178FBE: {
        Type: 'AWS::EC2::SecurityGroup',
        ...retained,
        Properties: {
          GroupDescription: 'Converting replica Databases/Converting',
          VpcId: 'vpc-0a1b2c3d',
          SecurityGroupEgress: [
            { CidrIp: '0.0.0.0/0', IpProtocol: '-1', Description: 'Allow all outbound traffic by default' },
          ],
        },
      },
    });
  });

  test('is signed in to as blue is, and leaves nothing unanswered that cdk-nag finds', () => {
    expect(under.stack.resolve([replica.instanceIdentifier, replica.endpointAddress])).toEqual([
      { Ref: 'ConvertingFE1C17A2' },
      { 'Fn::GetAtt': ['ConvertingFE1C17A2', 'Endpoint.Address'] },
    ]);
    expect(replica.secret).toBe(under.secret);
    expect(new AwsSolutionsChecks(under.app).validateScope(under.app).violations).toEqual([]);
  });
});

test.each([
  ['5.7.44', 'db.r5.large'],
  ['8.0.39', 'db.r7g.large'],
  ['8.4.3', 'db.r7g.large'],
])('of MySQL %s it has parameters of that family, and a class that runs it', (version, instanceClass) => {
  const under = newStack();
  expect(converting(under, oldMysql(under, { engine: DatabaseEngine.mysql(version) })).instanceClass?.name).toBe(
    instanceClass,
  );
  Template.fromStack(under.stack).hasResourceProperties('AWS::RDS::DBParameterGroup', {
    Family: `mysql${version.slice(0, 3)}`,
    Parameters: { read_only: '0', binlog_format: 'ROW' },
  });
});

test('the cluster behind it replicates from it, and is sized by the instance whose clients come over', () => {
  const under = newStack();
  const blue = oldMysql(under);
  const source = converting(under, blue);
  const green = replicaOf(under, blue, { source });
  const [cluster] = Object.values(Template.fromStack(under.stack).findResources('AWS::RDS::DBCluster'));
  expect(JSON.stringify(cluster?.Properties.ReplicationSourceIdentifier)).toMatch(/:db:",{"Ref":"ConvertingFE1C17A2"}/);
  expect([green.source, green.instanceClass?.name]).toEqual([source, 'db.r7g.large']);
});

test('it may replicate from a replica of the instance', () => {
  const under = newStack();
  const reader = oldMysql(under, { instanceIdentifier: 'shop-reader', endpointAddress: 'reader.example' }, 'Reader');
  const replica = converting(under, oldMysql(under), { source: reader });
  Template.fromStack(under.stack).hasResourceProperties('AWS::RDS::DBInstance', {
    SourceDBInstanceIdentifier: 'shop-reader',
  });
  expect([replica.source, replica.replaces.instanceIdentifier]).toEqual([reader, 'shop']);
});

test.each<[string, Partial<ConvertingReplicaProps>, Record<string, unknown>]>([
  ['below 400 GiB gp3 is as it is', { allocatedStorage: Size.gibibytes(100) }, { AllocatedStorage: '100' }],
  ['gp3 as stated', { iops: 40_000, storageThroughput: 2_000 }, { Iops: 40_000, StorageThroughput: 2_000 }],
  ['few operations have little throughput', { iops: 12_000 }, { Iops: 12_000, StorageThroughput: 1_000 }],
  ['io2 as stated', { storageType: rds.StorageType.IO2, iops: 50_000 }, { StorageType: 'io2', Iops: 50_000 }],
])('storage: %s', (_, props, expected) => {
  expect(made(props)).toMatchObject(expected);
});

test('what is stated is taken', () => {
  expect(
    made({
      instanceClass: DatabaseInstanceClass.of('db.r7g.4xlarge'),
      backupRetention: Duration.days(3),
      preferredBackupWindow: '05:00-05:30',
      preferredMaintenanceWindow: 'sun:23:00-sun:23:30',
      cloudwatchLogsExports: [],
      deletionProtection: false,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  ).toMatchObject({
    DBInstanceClass: 'db.r7g.4xlarge',
    BackupRetentionPeriod: 3,
    PreferredBackupWindow: '05:00-05:30',
    EnableCloudwatchLogsExports: [],
    DeletionProtection: false,
  });
});

const wrong = (
  props: (under: StackUnderTest) => Partial<ConvertingReplicaProps>,
  attrs?: Partial<DatabaseAttributes>,
) => {
  const under = newStack();
  return () => converting(under, oldMysql(under, attrs), props(under));
};

test.each<[string, () => unknown, RegExp]>([
  [
    'nothing to convert',
    wrong(() => ({ conversions: [] })),
    /^conversions: got none; .*source\. \(at path 'Databases\/Converting'\)$/,
  ],
  [
    'another engine',
    wrong(() => ({}), { engine: DatabaseEngine.postgres('16.4') }),
    /^replaces: got Databases\/Shop with PostgreSQL 16\.4; accepted is an instance of RDS for MySQL/,
  ],
  [
    'a converting replica of a converting replica',
    wrong((under) => ({ source: converting(under, oldMysql(under, {}, 'Other'), {}, 'First') })),
    /^source: got Databases\/First, which is a converting replica itself; .*no chain of more than four/,
  ],
  [
    'a source of another major version',
    wrong((under) => ({ source: oldMysql(under, { engine: DatabaseEngine.mysql('8.4.3') }, 'Other') })),
    /^source: got MySQL 8\.4\.3 beside MySQL 8\.0\.39 in replaces/,
  ],
  [
    'a class smaller than blue’s',
    wrong(() => ({ instanceClass: DatabaseInstanceClass.of('db.m7g.large') })),
    /^Got instanceClass db\.m7g\.large with 8 GiB, but Databases\/Shop has 15\.25 GiB/,
  ],
  [
    'a class that is not known',
    wrong(() => ({}), { instanceClass: undefined as never }),
    /^The class of Databases\/Shop is not known, .*State instanceClass/,
  ],
  [
    'no backups',
    wrong(() => ({ backupRetention: Duration.days(0) })),
    /^Got backupRetention of 0 days\..*without backups/,
  ],
  ['a read-only one', wrong(() => ({ parameters: { read_only: '1' } })), /^Got read_only '1'\. Accepted is 0/],
  [
    'another log',
    wrong(() => ({ parameters: { binlog_format: 'MIXED' } })),
    /^Got binlog_format 'MIXED'\. Accepted is ROW/,
  ],
  ['gp2', wrong(() => ({ storageType: rds.StorageType.GP2 })), /^storageType: got gp2; accepted are gp3, io1 and io2/],
  ['io1 without iops', wrong(() => ({ storageType: rds.StorageType.IO1 })), /^iops: got none with io1/],
  [
    'more than the storage can have',
    wrong(() => ({ storageType: rds.StorageType.IO1, iops: 60_000 })),
    /^iops: got 60000; accepted are whole numbers from 1000 to 50000 with 1000 GiB of io1/,
  ],
  [
    'iops of a small gp3',
    wrong(() => ({ allocatedStorage: Size.gibibytes(100), iops: 12_000 })),
    /^iops and storageThroughput: got 12000 with 100 GiB; RDS provisions gp3 from 400 GiB on/,
  ],
  [
    'throughput beyond its share',
    wrong(() => ({ storageThroughput: 7_000 })),
    /accepted are 500 to 4000, a quarter of iops/,
  ],
  [
    'no storage to speak of',
    wrong(() => ({ allocatedStorage: Size.gibibytes(5) })),
    /accepted are 20 to 65536 GiB with gp3/,
  ],
  [
    'a limit of lag of a second',
    wrong(() => ({ maxLag: Duration.seconds(1) })),
    /^maxLag: got 1 second; accepted are a minute/,
  ],
  [
    'blue’s own security group',
    wrong((under) => ({ securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(under.stack, 'Again', 'sg-blue')] }), {
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(newStack().stack, 'Blue', 'sg-blue')],
    }),
    /^securityGroups: got Databases\/Again, which blue has too/,
  ],
  [
    'the same conversion twice',
    wrong(() => ({ conversions: [Conversion.toInnoDb(), Conversion.toInnoDb()] })),
    /^conversions: got toInnoDb of all tables twice/,
  ],
])('%s is refused where it was typed', (_, make, message) => {
  expect(make).toThrow(message);
});

test('a cluster and its source must be about the same instance', () => {
  const under = newStack();
  const [blue, other] = [oldMysql(under), oldMysql(under, {}, 'Other')];
  const source = converting(under, other);
  expect(() => replicaOf(under, blue, { source })).toThrow(
    /^source: got Databases\/Converting, which converts what Databases\/Other has, beside replaces: Databases\/Shop/,
  );
  const alone = newStack();
  expect(() =>
    replicaOf(alone, undefined, {
      source: converting(alone),
      secret: alone.secret,
      instanceClass: DatabaseInstanceClass.of('db.r7g.large'),
    }),
  ).toThrow(/^source: got .* without replaces/);
});

describe('conversions', () => {
  const token = Lazy.string({ produce: () => 'shop.orders' });

  test.each<[string, () => Conversion, object]>([
    ['all of another engine', () => Conversion.toInnoDb(), { kind: 'toInnoDb' }],
    [
      'some',
      () => Conversion.toDynamic({ tables: ['shop.a', token] }),
      { kind: 'toDynamic', tables: ['shop.a', token] },
    ],
    [
      'an index',
      () => Conversion.addIndex({ table: 'shop.a', name: 'by_day', columns: ['day', 'id'], unique: true }),
      { kind: 'addIndex', table: 'shop.a', name: 'by_day', columns: ['day', 'id'], unique: true },
    ],
    ...[
      'ALTER TABLE shop.orders ADD INDEX by_day (day)',
      'ALTER TABLE `shop`.`drop` ADD UNIQUE KEY `modify` (`change`)',
      "ALTER TABLE shop.orders ENGINE = InnoDB, ROW_FORMAT=DYNAMIC, COMMENT='drop me; ENGINE=MyISAM'",
      'ALTER TABLE shop.orders DROP INDEX by_day, ADD CONSTRAINT c CHECK (a > 0)',
      'ALTER TABLE shop.orders RENAME INDEX a TO b, ALTER INDEX b INVISIBLE',
      'CREATE FULLTEXT INDEX words ON shop.orders (note)',
      'DROP INDEX by_day ON shop.orders',
    ].map((statement): [string, () => Conversion, object] => [
      statement,
      () => Conversion.statements([statement]),
      { kind: 'statements', statements: [statement] },
    ]),
    [
      'columns, where that is said',
      () => Conversion.statements(['ALTER TABLE shop.a MODIFY id BIGINT'], { changesColumns: true }),
      { kind: 'statements', statements: ['ALTER TABLE shop.a MODIFY id BIGINT'], changesColumns: true },
    ],
  ])('%s', (_, make, configuration) => {
    expect(make()._configuration).toEqual(configuration);
  });

  const statements = (statement: string) => () => Conversion.statements([statement]);
  const COLUMNS = /which changes columns; .*changesColumns: true/;

  test.each<[string, () => unknown, RegExp]>([
    ['no tables', () => Conversion.toInnoDb({ tables: [] }), /^toInnoDb: got no tables; .*Leave tables out/],
    ['a table without its schema', () => Conversion.toInnoDb({ tables: ['orders'] }), /accepted is SCHEMA\.TABLE/],
    ['the engine’s own', () => Conversion.toDynamic({ tables: ['mysql.user'] }), /is the engine's own/],
    [
      'a primary key',
      () => Conversion.addIndex({ table: 'shop.a', name: 'PRIMARY', columns: ['id'] }),
      /^addIndex: got the name 'PRIMARY'/,
    ],
    ['no columns', () => Conversion.addIndex({ table: 'shop.a', name: 'x', columns: [] }), /^addIndex: got 0 columns/],
    [
      'a prefix',
      () => Conversion.addIndex({ table: 'shop.a', name: 'x', columns: ['note(10)'] }),
      /^addIndex: got the column 'note\(10\)'.*CREATE INDEX/,
    ],
    ['no statements', () => Conversion.statements([]), /^statements: got none/],
    ['data', statements('DELETE FROM shop.orders'), /accepted are ALTER TABLE, CREATE INDEX and DROP INDEX/],
    ['a table without its schema', statements('ALTER TABLE orders ADD INDEX a (b)'), /named SCHEMA\.TABLE/],
    ['two in one', statements('ALTER TABLE shop.a ADD INDEX a (b); DROP TABLE shop.a'), /with a semicolon/],
    ['another name', statements('ALTER TABLE shop.a RENAME TO shop.b'), /which renames the table/],
    ['MyISAM', statements('ALTER TABLE shop.a ENGINE=MyISAM'), /Aurora has no MyISAM, and would undo it/],
    ['compression', statements('ALTER TABLE shop.a ROW_FORMAT=COMPRESSED'), /Aurora has no COMPRESSED/],
    ['pages', statements('ALTER TABLE shop.a KEY_BLOCK_SIZE=8'), /Aurora has no KEY_BLOCK_SIZE/],
    ['a new column', statements('ALTER TABLE shop.a ADD note TEXT'), COLUMNS],
    ['a new column, said so', statements('ALTER TABLE shop.a ADD COLUMN note TEXT'), COLUMNS],
    ['one column less', statements('ALTER TABLE shop.a ADD INDEX i (a), DROP note'), COLUMNS],
    ['another type', statements('alter table shop.a modify id bigint'), COLUMNS],
    ['another default', statements('ALTER TABLE shop.a ALTER note SET DEFAULT 1'), COLUMNS],
    ['another character set', statements('ALTER TABLE shop.a CONVERT TO CHARACTER SET utf8mb4'), COLUMNS],
  ])('%s is refused', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
