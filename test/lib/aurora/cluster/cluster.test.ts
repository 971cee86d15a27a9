import {
  Duration,
  aws_ec2 as ec2,
  aws_kms as kms,
  Lazy,
  RemovalPolicy,
  aws_rds as rds,
  aws_secretsmanager as secretsmanager,
  Validations,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { AuroraReplicaClusterProps } from '../../../../lib/aurora/cluster/cluster-props';
import { Database } from '../../../../lib/aurora/database/database-existing';
import { DatabaseEngine } from '../../../../lib/aurora/engine/engine';
import { DatabaseInstanceClass } from '../../../../lib/aurora/instance-class/instance-class';
import { DatabaseProcessor } from '../../../../lib/aurora/instance-class/instance-class-families';
import { AURORA, CONTEXTS, newStack, oldMysql, replicaOf, type StackUnderTest } from '../database-stack';

const CLUSTER = 'AWS::RDS::DBCluster';
const INSTANCE = 'AWS::RDS::DBInstance';
const of = DatabaseInstanceClass.of;

function resources({ stack }: StackUnderTest, type?: string) {
  const all: Record<string, { Type: string; Properties: Record<string, unknown> }> =
    Template.fromStack(stack).toJSON().Resources;
  return Object.values(all).filter((resource) => type === undefined || resource.Type === type);
}

function clusterWith(props: Partial<AuroraReplicaClusterProps>) {
  const under = newStack();
  return { under, cluster: replicaOf(under, oldMysql(under), props) };
}

describe.each(CONTEXTS)('the replica that follows the instance of S3, with %s', (_, context) => {
  const under = newStack(context);
  const blue = oldMysql(under);
  Validations.of(blue).acknowledge({
    id: 'Annotation::cdk-cutover:DatabaseEndOfSupport',
    reason: 'It is being replaced',
  });
  const cluster = replicaOf(under, blue);
  const { Resources } = Template.fromStack(under.stack).toJSON();

  test('is this template', () => {
    expect(Resources).toEqual({
      Shop34306AEAD: {
        Type: CLUSTER,
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          Engine: 'aurora-mysql',
          EngineVersion: '8.0.mysql_aurora.3.08.0',
          ReplicationSourceIdentifier: under.stack.resolve(
            `arn:${under.stack.partition}:rds:eu-west-1:111122223333:db:shop`,
          ),
          Port: 3306,
          DBSubnetGroupName: { Ref: 'Shop3Subnets4CFFB819' },
          VpcSecurityGroupIds: [{ 'Fn::GetAtt': ['Shop3SecurityGroup7000CE64', 'GroupId'] }],
          DBClusterParameterGroupName: { Ref: 'Shop3Parameters5AF4F5CA' },
          StorageEncrypted: true,
          BackupRetentionPeriod: 7,
          CopyTagsToSnapshot: true,
          EnableCloudwatchLogsExports: ['error'],
          DeletionProtection: true,
        },
      },
      Shop3WriterD0940F5F: {
        Type: INSTANCE,
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          DBClusterIdentifier: { Ref: 'Shop34306AEAD' },
          DBInstanceClass: 'db.r7g.large',
          Engine: 'aurora-mysql',
          PromotionTier: 0,
          PubliclyAccessible: false,
        },
      },
      Shop3Reader1E490C886: {
        Type: INSTANCE,
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        DependsOn: ['Shop3WriterD0940F5F'],
        Properties: {
          DBClusterIdentifier: { Ref: 'Shop34306AEAD' },
          DBInstanceClass: 'db.r7g.large',
          Engine: 'aurora-mysql',
          PromotionTier: 1,
          PubliclyAccessible: false,
        },
      },
      Shop3Parameters5AF4F5CA: {
        Type: 'AWS::RDS::DBClusterParameterGroup',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Delete',
        Properties: {
          Family: 'aurora-mysql8.0',
          Description: 'Database Databases/Shop3',
          Parameters: { binlog_format: 'ROW' },
        },
      },
      Shop3Subnets4CFFB819: {
        Type: 'AWS::RDS::DBSubnetGroup',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          DBSubnetGroupDescription: 'Database Databases/Shop3',
          SubnetIds: ['subnet-a', 'subnet-b'],
        },
      },
      Shop3SecurityGroup7000CE64: {
        Type: 'AWS::EC2::SecurityGroup',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          GroupDescription: 'Database Databases/Shop3',
          VpcId: 'vpc-0a1b2c3d',
          SecurityGroupEgress: [
            { CidrIp: '0.0.0.0/0', IpProtocol: '-1', Description: 'Allow all outbound traffic by default' },
          ],
        },
      },
    });
  });

  test('has no user, password, database or name of its own, any of which RDS refuses or CloudFormation replaces for', () => {
    const stated = Object.values<{ Properties: object }>(Resources).flatMap(({ Properties }) =>
      Object.keys(Properties),
    );
    expect(stated).not.toContain('MasterUsername');
    expect(stated).not.toContain('MasterUserPassword');
    expect(stated).not.toContain('ManageMasterUserPassword');
    expect(stated).not.toContain('DatabaseName');
    expect(stated.filter((name) => /^DB(Cluster|Instance)Identifier$|(Group)?Name$/.test(name)).sort()).toEqual([
      'DBClusterIdentifier',
      'DBClusterIdentifier',
      'DBClusterParameterGroupName',
      'DBSubnetGroupName',
    ]);
  });

  test('is reached by the endpoints and the secret that go with it', () => {
    expect(
      under.stack.resolve({
        cluster: cluster.clusterIdentifier,
        instances: cluster.instanceIdentifiers,
        writer: cluster.endpointAddress,
        reader: cluster.readerEndpointAddress,
        resource: cluster.clusterResourceIdentifier,
      }),
    ).toEqual({
      cluster: { Ref: 'Shop34306AEAD' },
      instances: [{ Ref: 'Shop3WriterD0940F5F' }, { Ref: 'Shop3Reader1E490C886' }],
      writer: { 'Fn::GetAtt': ['Shop34306AEAD', 'Endpoint.Address'] },
      reader: { 'Fn::GetAtt': ['Shop34306AEAD', 'ReadEndpoint.Address'] },
      resource: { 'Fn::GetAtt': ['Shop34306AEAD', 'DBClusterResourceId'] },
    });
    expect(cluster.secret).toBe(under.secret);
    expect([cluster.instanceIdentifier, cluster.tls, cluster.endpointPort]).toEqual([undefined, true, 3306]);
  });

  test('leaves cdk-nag nothing to find', () => {
    expect(new AwsSolutionsChecks(under.app).validateScope(under.app).violations).toEqual([]);
  });
});

describe('after the cutover', () => {
  test('the source can be dropped, and nothing else of the template changes', () => {
    const before = newStack();
    replicaOf(before, oldMysql(before));
    const after = newStack();
    replicaOf(after, undefined, { instanceClass: of('db.r7g.large'), secret: after.secret });
    const [promoted, replica] = [after, before].map((each) => Template.fromStack(each.stack).toJSON().Resources);
    const { ReplicationSourceIdentifier, ...rest } = replica.Shop34306AEAD.Properties;
    expect(ReplicationSourceIdentifier).toBeDefined();
    expect(promoted).toEqual({ ...replica, Shop34306AEAD: { ...replica.Shop34306AEAD, Properties: rest } });
  });

  test('cdk-nag’s findings that were the source’s come up', () => {
    const under = newStack();
    replicaOf(under, undefined, { instanceClass: of('db.r7g.large'), secret: under.secret });
    const { violations } = new AwsSolutionsChecks(under.app).validateScope(under.app);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-RDS6', 'AwsSolutions-RDS11']);
  });
});

describe('a replica', () => {
  test('takes what it is given', () => {
    const under = newStack();
    const key = new kms.Key(under.stack, 'Key');
    const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(under.stack, 'Group', 'sg-0123');
    replicaOf(under, oldMysql(under, { port: 3307 }), {
      port: 3307,
      readers: 2,
      instanceClass: of('db.r6i.4xlarge'),
      securityGroups: [securityGroup],
      encryptionKey: key,
      parameters: { binlog_format: 'row', time_zone: 'Europe/Berlin' },
      backupRetention: Duration.days(35),
      preferredBackupWindow: '05:00-05:30',
      preferredMaintenanceWindow: 'sun:23:00-sun:23:30',
      autoMinorVersionUpgrade: false,
      cloudwatchLogsExports: ['error', 'slowquery'],
      deletionProtection: false,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    const template = Template.fromStack(under.stack);
    template.hasResource(CLUSTER, {
      DeletionPolicy: 'Snapshot',
      Properties: {
        Port: 3307,
        VpcSecurityGroupIds: ['sg-0123'],
        KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Key'), 'Arn'] },
        BackupRetentionPeriod: 35,
        PreferredBackupWindow: '05:00-05:30',
        PreferredMaintenanceWindow: 'sun:23:00-sun:23:30',
        EnableCloudwatchLogsExports: ['error', 'slowquery'],
        DeletionProtection: false,
      },
    });
    template.resourcePropertiesCountIs(
      INSTANCE,
      { DBInstanceClass: 'db.r6i.4xlarge', AutoMinorVersionUpgrade: false },
      3,
    );
    template.hasResource('AWS::RDS::DBSubnetGroup', { DeletionPolicy: 'Delete' });
    template.hasResourceProperties('AWS::RDS::DBClusterParameterGroup', {
      Parameters: { binlog_format: 'ROW', time_zone: 'Europe/Berlin' },
    });
  });

  test('can do without readers', () => {
    const { cluster, under } = clusterWith({ readers: 0 });
    expect([cluster.instanceIdentifiers.length, resources(under, INSTANCE).length]).toEqual([1, 1]);
  });

  test('is named in RDS’s way by an ARN', () => {
    const { cluster, under } = clusterWith({});
    expect(JSON.stringify(under.stack.resolve(cluster.databaseArn))).toContain(':cluster:');
  });

  test('lets in whom it is told to, at its port', () => {
    const { cluster, under } = clusterWith({});
    cluster.connections.allowDefaultPortFrom(new ec2.SecurityGroup(under.stack, 'Host', { vpc: under.vpc }));
    Template.fromStack(under.stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 3306 });
  });

  test('is chosen with the processor asked for', () => {
    expect(clusterWith({ processor: DatabaseProcessor.INTEL }).cluster.instanceClass?.name).toBe('db.r6i.large');
  });

  test('on CPU credits is a warning', () => {
    const under = newStack();
    replicaOf(under, oldMysql(under, { instanceClass: of('db.t2.small') }));
    expect(resources(under, INSTANCE)[0]?.Properties.DBInstanceClass).toBe('db.t4g.medium');
    Annotations.fromStack(under.stack).hasWarning(
      '/Databases/Shop3',
      Match.stringLikeRegexp('db.t4g.medium runs on CPU credits.*cdk-cutover:BurstableDatabase'),
    );
  });
});

describe('what RDS would refuse, or clients would meet, is refused:', () => {
  test.each<[string, Partial<AuroraReplicaClusterProps>, string | RegExp]>([
    ['an engine that is no Aurora MySQL', { engine: DatabaseEngine.mysql('8.0.39') }, 'Got engine MySQL 8.0.39'],
    [
      'another major version than the source’s',
      { engine: DatabaseEngine.auroraMysql('8.4.mysql_aurora.8.4.7') },
      /Got Aurora MySQL 8.4.* to follow MySQL 8.0.39.*compatible with 8.0/,
    ],
    ['another port than the source’s', { port: 3307 }, 'listens on 3306'],
    ['half a port', { port: 3306.5 }, 'Got port 3306.5'],
    ['16 readers', { readers: 16 }, 'Got readers 16. Accepted are whole numbers from 0 to 15'],
    ['half a reader', { readers: 0.5 }, 'Got readers 0.5'],
    ['no backups', { backupRetention: Duration.days(0) }, 'Got backupRetention of 0 days'],
    ['half a day of backups', { backupRetention: Duration.hours(36) }, 'Got backupRetention of 1.5 days'],
    ['a log of statements', { parameters: { binlog_format: 'MIXED' } }, "Got binlog_format 'MIXED'. Accepted is ROW"],
    ['a class of the past', { instanceClass: of('db.r4.large') }, /db.r4.large, which RDS no longer creates.*db.r5/],
    [
      'a class that Aurora lacks',
      { instanceClass: of('db.m7g.large') },
      /on which Aurora MySQL .* does not run.*db.r7g/,
    ],
    ['a smaller class', { instanceClass: of('db.t4g.large') }, /with 8 GiB, but Databases\/Shop has 15.25 GiB/],
    ['no class at all', { instanceClass: of('db.serverless') }, 'Accepted are provisioned classes'],
    [
      'a processor beside a class',
      { instanceClass: of('db.r7g.large'), processor: DatabaseProcessor.INTEL },
      'Got processor Intel beside instanceClass db.r7g.large',
    ],
  ])('%s', (_, props, message) => {
    expect(() => clusterWith(props)).toThrow(message);
  });

  test('a key without encryption', () => {
    const under = newStack();
    const encryptionKey = new kms.Key(under.stack, 'Key');
    expect(() => replicaOf(under, oldMysql(under), { encryptionKey, storageEncrypted: false })).toThrow(
      'Got encryptionKey with storageEncrypted: false',
    );
  });

  test('a source that Aurora does not follow', () => {
    const under = newStack();
    const aurora = oldMysql(under, {
      engine: AURORA,
      clusterIdentifier: 'shop',
      instanceIdentifier: undefined,
      endpointAddress: 'shop.cluster-abc123.eu-west-1.rds.amazonaws.com',
    });
    expect(() => replicaOf(under, aurora)).toThrow(/Accepted is an instance of RDS MySQL.*managedBlueGreen/);
  });

  test.each(['8.0.11', '8.0.13', '8.0.15'])('a source of MySQL %s, for Aurora MySQL 3.05 and later', (version) => {
    const follow = (release: string) => {
      const under = newStack();
      const blue = oldMysql(under, { engine: DatabaseEngine.mysql(version) });
      replicaOf(under, blue, { engine: DatabaseEngine.auroraMysql(`8.0.mysql_aurora.${release}`) });
    };
    expect(() => follow('3.05.0')).toThrow('Upgrade the instance first, to 8.0.28 at least');
    expect(() => follow('3.04.1')).not.toThrow();
  });

  test('a source whose password RDS manages itself: no replica of it can be made', () => {
    const under = newStack();
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-0a1b2c3d-AbCdEf';
    const secret = secretsmanager.Secret.fromSecretCompleteArn(under.stack, 'Managed', arn);
    expect(() => replicaOf(under, oldMysql(under, { secret }))).toThrow(
      /Got Databases\/Shop, whose master password RDS manages itself.*--no-manage-master-user-password/,
    );
    const instance = new rds.DatabaseInstance(under.stack, 'Instance', {
      engine: rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_0_39 }),
      manageMasterUserPassword: true,
      vpc: under.vpc,
    });
    expect(() => replicaOf(newStack(), Database.fromInstance(under.stack, 'Blue', instance))).toThrow(
      'Got Databases/Blue, whose master password RDS manages itself',
    );
  });

  test('a source of which no class is known, without one stated', () => {
    const under = newStack();
    const blue = oldMysql(under, { instanceClass: undefined });
    expect(() => replicaOf(under, blue)).toThrow('The class of Databases/Shop is not known');
  });

  test('neither a source nor a class', () => {
    const under = newStack();
    expect(() => replicaOf(under, undefined, { secret: under.secret })).toThrow(
      'Got neither instanceClass nor replaces',
    );
    expect(() => replicaOf(newStack(), undefined, { instanceClass: of('db.r7g.large') })).toThrow(
      'Got neither secret nor replaces',
    );
  });

  test('but no token is', () => {
    const text = Lazy.string({ produce: () => 'STATEMENT' });
    const number = Lazy.number({ produce: () => 3307 });
    const { under } = clusterWith({
      parameters: { binlog_format: text },
      port: number,
      instanceClass: of(Lazy.string({ produce: () => 'db.r9z.large' })),
    });
    expect(resources(under, CLUSTER)[0]?.Properties.Port).toBe(3307);
  });
});
