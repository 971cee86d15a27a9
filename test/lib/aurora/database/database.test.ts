import { aws_ec2 as ec2, Lazy, aws_rds as rds, SecretValue, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Database } from '../../../../lib/aurora/database/database-existing';
import { DatabaseEngine } from '../../../../lib/aurora/engine/engine';
import { DatabaseInstanceClass } from '../../../../lib/aurora/instance-class/instance-class';
import { newStack, oldMysql, type StackUnderTest } from '../database-stack';

const WARNING = 'cdk-cutover:DatabaseEndOfSupport';

function warnings({ stack }: StackUnderTest): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp(WARNING))
    .map((message) => String(message.entry.data));
}

describe('a database that exists already', () => {
  test('is an instance of RDS', () => {
    const under = newStack();
    const database = oldMysql(under);
    expect(database.instanceIdentifier).toBe('shop');
    expect(database.clusterIdentifier).toBeUndefined();
    expect(database.instanceIdentifiers).toEqual(['shop']);
    expect([database.endpointPort, database.tls, database.readerEndpointAddress]).toEqual([3306, true, undefined]);
    expect(under.stack.resolve(database.databaseArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':rds:eu-west-1:111122223333:db:shop']],
    });
  });

  test('is a cluster of Aurora', () => {
    const { stack, secret } = newStack();
    const database = Database.fromAttributes(stack, 'Orders', {
      engine: DatabaseEngine.auroraPostgres('16.4'),
      clusterIdentifier: 'orders',
      instanceIdentifiers: ['orders-1', 'orders-2'],
      endpointAddress: 'orders.cluster-abc123.eu-west-1.rds.amazonaws.com',
      readerEndpointAddress: 'orders.cluster-ro-abc123.eu-west-1.rds.amazonaws.com',
      instanceClass: DatabaseInstanceClass.of('db.r6g.large'),
      clusterParameterGroupName: 'orders-params',
      tlsServerName: 'orders.example.com',
      secret,
    });
    expect([database.clusterIdentifier, database.instanceIdentifier]).toEqual(['orders', undefined]);
    expect(database.instanceIdentifiers).toEqual(['orders-1', 'orders-2']);
    expect([database.endpointPort, database.clusterParameterGroupName]).toEqual([5432, 'orders-params']);
    expect(JSON.stringify(stack.resolve(database.databaseArn))).toContain(':cluster:orders');
  });

  test('makes nothing', () => {
    const under = newStack();
    oldMysql(under);
    expect(Template.fromStack(under.stack).toJSON().Resources).toBeUndefined();
  });

  test('lets others in by its security groups, at its port', () => {
    const under = newStack();
    const host = new ec2.SecurityGroup(under.stack, 'Host', { vpc: under.vpc });
    const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(under.stack, 'Group', 'sg-0123');
    oldMysql(under, { port: 3307, securityGroups: [securityGroup] }).connections.allowDefaultPortFrom(host);
    Template.fromStack(under.stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: 'sg-0123',
      FromPort: 3307,
      ToPort: 3307,
    });
  });
});

describe('bad attributes', () => {
  const AURORA = DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0');
  test.each([
    ['an URL', { endpointAddress: 'mysql://shop' }, /Got endpointAddress 'mysql:\/\/shop'.*bare host name/],
    ['a reader with its port', { readerEndpointAddress: 'shop:3306' }, "Got readerEndpointAddress 'shop:3306'"],
    ['port 0', { port: 0 }, 'Got port 0. Accepted are whole numbers from 1 to 65535'],
    ['port 65536', { port: 65536 }, 'Got port 65536'],
    ['no identity', { instanceIdentifier: undefined }, 'Got neither clusterIdentifier nor instanceIdentifier'],
    ['two identities', { clusterIdentifier: 'c' }, "Got both clusterIdentifier 'c' and instanceIdentifier 'shop'"],
    ['Aurora as an instance', { engine: AURORA }, /Got instanceIdentifier 'shop' for Aurora MySQL.*runs in clusters/],
    [
      'a cluster that is not Aurora',
      { clusterIdentifier: 'c', instanceIdentifier: undefined },
      /Got clusterIdentifier 'c' for MySQL 8.0.39.*Multi-AZ DB clusters/,
    ],
    ['a cluster parameter group of an instance', { clusterParameterGroupName: 'p' }, 'parameterGroupName'],
    ['a server name without TLS', { tls: false, tlsServerName: 'a.example.com' }, 'with tls: false'],
    ['no secret', { secret: undefined }, /Got no secret for shop.*Secret.fromSecretNameV2/],
  ])('are refused: %s', (_, attrs, message) => {
    expect(() => oldMysql(newStack(), attrs)).toThrow(message);
  });

  const CLUSTER = { engine: AURORA, clusterIdentifier: 'shop', instanceIdentifier: undefined };
  const named = (name: string) => `${name}.eu-west-1.rds.amazonaws.com`;
  const WRITER = { ...CLUSTER, endpointAddress: named('shop.cluster-abc123') };
  test.each([
    [
      'an instance for writers of a cluster',
      { ...CLUSTER, endpointAddress: named('Shop-1.abc123') },
      /Got endpointAddress 'Shop-1\.abc123\..*', one instance's endpoint, .*fails over.*writer endpoint/,
    ],
    [
      'one in China',
      { ...CLUSTER, endpointAddress: 'shop-1.abc123.cn-north-1.rds.amazonaws.com.cn' },
      /Got endpointAddress 'shop-1\..*', one instance's endpoint/,
    ],
    [
      'the writer for readers',
      { ...WRITER, readerEndpointAddress: named('shop.cluster-abc123') },
      /Got readerEndpointAddress 'shop\.cluster-abc123.*', the endpoint of the writer\. State .*cluster-ro-/,
    ],
    [
      'a custom endpoint for readers',
      { ...WRITER, readerEndpointAddress: named('few.cluster-custom-abc123') },
      /Got readerEndpointAddress 'few\..*', a custom endpoint, .*customEndpoints: blueReaderTarget/,
    ],
    [
      'an instance for readers',
      { ...WRITER, readerEndpointAddress: named('shop-2.abc123') },
      /Got readerEndpointAddress 'shop-2\..*', one instance's endpoint\. .*instanceEndpoints: blueReaderTarget/,
    ],
  ])('of Aurora are refused: %s', (_, attrs, message) => {
    expect(() => oldMysql(newStack(), attrs)).toThrow(message);
  });

  test('are none where a name of your own leads to a cluster, or a replica serves readers', () => {
    const own = { endpointAddress: 'shop.acme.internal', readerEndpointAddress: 'shop-reader.acme.internal' };
    expect(oldMysql(newStack(), { ...CLUSTER, ...own }).endpointAddress).toBe('shop.acme.internal');
    const replica = { readerEndpointAddress: named('shop-reader.abc123') };
    expect(oldMysql(newStack(), replica).readerEndpointAddress).toBe(named('shop-reader.abc123'));
  });

  test('that are tokens are taken as they are', () => {
    const text = Lazy.string({ produce: () => 'mysql://no' });
    const number = Lazy.number({ produce: () => 0 });
    const database = oldMysql(newStack(), {
      engine: DatabaseEngine.mysql(text),
      instanceIdentifier: text,
      endpointAddress: text,
      readerEndpointAddress: text,
      port: number,
      instanceClass: DatabaseInstanceClass.of(text),
    });
    expect([database.endpointAddress, database.endpointPort]).toEqual([text, number]);
  });
});

describe('an engine past its end of support', () => {
  beforeEach(() => jest.useFakeTimers({ now: new Date('2026-08-01T00:00:00Z') }));
  afterEach(() => jest.useRealTimers());

  test('is a warning with the date, by a stable id', () => {
    const under = newStack();
    oldMysql(under);
    expect(warnings(under)).toEqual([
      expect.stringMatching(/MySQL 8\.0\.39 ended on 2026-07-31\. Until 2029-07-31 AWS charges extra .*version 8\.4/),
    ]);
  });

  test('is none on its last day', () => {
    jest.setSystemTime(new Date('2026-07-31T23:59:59Z'));
    const under = newStack();
    oldMysql(under);
    expect(warnings(under)).toEqual([]);
  });

  test('says so where there is no extended support', () => {
    const under = newStack();
    oldMysql(under, { engine: DatabaseEngine.mysql('5.6.51') });
    expect(warnings(under)[0]).toContain('It gets no more security fixes.');
  });
});

describe('a construct of the CDK', () => {
  function cluster(under: StackUnderTest, props: Partial<rds.DatabaseClusterProps> = {}) {
    const { stack, vpc } = under;
    const engine = rds.DatabaseClusterEngine.auroraMysql({ version: rds.AuroraMysqlEngineVersion.VER_3_08_0 });
    return new rds.DatabaseCluster(stack, 'Cluster', {
      engine,
      vpc,
      parameterGroup: new rds.ParameterGroup(stack, 'Parameters', { engine, parameters: { binlog_format: 'ROW' } }),
      writer: rds.ClusterInstance.provisioned('writer', { instanceType: new ec2.InstanceType('r6g.large') }),
      readers: [rds.ClusterInstance.provisioned('reader', { instanceType: new ec2.InstanceType('r6g.xlarge') })],
      ...props,
    });
  }

  test('that is a cluster tells all there is to know', () => {
    const under = newStack();
    const construct = cluster(under);
    const database = Database.fromCluster(under.stack, 'Blue', construct);
    expect(String(database.engine)).toBe('Aurora MySQL 8.0.mysql_aurora.3.08.0');
    expect(database.instanceClass?.name).toBe('db.r6g.large');
    expect(database.secret).toBe(construct.secret);
    expect(database.securityGroups).toEqual(construct.connections.securityGroups);
    const resolved = under.stack.resolve({
      id: database.clusterIdentifier,
      instances: database.instanceIdentifiers,
      writer: database.endpointAddress,
      reader: database.readerEndpointAddress,
      group: database.clusterParameterGroupName,
    });
    const logicalId = under.stack.getLogicalId(construct.node.defaultChild as rds.CfnDBCluster);
    expect(resolved).toEqual({
      id: { Ref: logicalId },
      instances: [{ Ref: expect.stringContaining('writer') }, { Ref: expect.stringContaining('reader') }],
      writer: { 'Fn::GetAtt': [logicalId, 'Endpoint.Address'] },
      reader: { 'Fn::GetAtt': [logicalId, 'ReadEndpoint.Address'] },
      group: { Ref: expect.stringContaining('Parameters') },
    });
  });

  test('on a class that is newer than what is known here has no known class', () => {
    const under = newStack();
    const writer = rds.ClusterInstance.provisioned('writer', { instanceType: new ec2.InstanceType('r99g.large') });
    expect(Database.fromCluster(under.stack, 'Blue', cluster(under, { writer })).instanceClass).toBeUndefined();
  });

  test('keeps its template as it is', () => {
    const plain = newStack();
    cluster(plain);
    const adapted = newStack();
    Database.fromCluster(adapted.stack, 'Blue', cluster(adapted));
    expect(Template.fromStack(adapted.stack).toJSON()).toEqual(Template.fromStack(plain.stack).toJSON());
  });

  test('that is an instance tells all there is to know', () => {
    const under = newStack();
    const instance = new rds.DatabaseInstance(under.stack, 'Instance', {
      engine: rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_0_39 }),
      instanceType: new ec2.InstanceType('m5.large'),
      vpc: under.vpc,
      port: 3307,
    });
    const database = Database.fromInstance(under.stack, 'Blue', instance);
    expect(String(database.engine)).toBe('MySQL 8.0.39');
    expect([database.instanceClass?.name, database.endpointPort]).toEqual(['db.m5.large', 3307]);
    expect(database.secret).toBe(instance.secret);
    expect(database.clusterIdentifier).toBeUndefined();
    expect(under.stack.resolve(database.instanceIdentifier)).toEqual(under.stack.resolve(instance.instanceIdentifier));
  });

  test('can be told more, and otherwise, than it tells', () => {
    const under = newStack();
    const database = Database.fromCluster(under.stack, 'Blue', cluster(under), {
      secret: under.secret,
      instanceClass: DatabaseInstanceClass.of('db.r5.large'),
      tls: false,
    });
    expect([database.secret, database.instanceClass?.name, database.tls]).toEqual([under.secret, 'db.r5.large', false]);
  });

  test('that was imported needs its engine and a secret', () => {
    const { stack, secret } = newStack();
    const imported = (id: string, engine?: rds.IClusterEngine) =>
      rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, id, {
        clusterIdentifier: 'shop',
        clusterEndpointAddress: 'shop.cluster-abc123.eu-west-1.rds.amazonaws.com',
        readerEndpointAddress: 'shop.cluster-ro-abc123.eu-west-1.rds.amazonaws.com',
        instanceIdentifiers: ['shop-1'],
        instanceEndpointAddresses: ['shop-1.abc123.eu-west-1.rds.amazonaws.com'],
        port: 3306,
        engine,
      });
    const engine = rds.DatabaseClusterEngine.auroraMysql({ version: rds.AuroraMysqlEngineVersion.VER_3_08_0 });
    expect(() => Database.fromCluster(stack, 'A', imported('1'), { secret })).toThrow(
      'The engine of Databases/1 is not known',
    );
    expect(() =>
      Database.fromCluster(stack, 'B', imported('2', rds.DatabaseClusterEngine.AURORA_MYSQL), { secret }),
    ).toThrow('The version of aurora-mysql of Databases/2 is not known');
    expect(() => Database.fromCluster(stack, 'C', imported('3', engine))).toThrow('Got no secret for shop');
    const database = Database.fromCluster(stack, 'D', imported('4', engine), { secret });
    expect([database.instanceIdentifiers, database.instanceClass]).toEqual([['shop-1'], undefined]);
  });

  test('of another engine is refused', () => {
    const { stack, vpc } = newStack();
    const instance = new rds.DatabaseInstance(stack, 'Instance', {
      engine: rds.DatabaseInstanceEngine.mariaDb({ version: rds.MariaDbEngineVersion.VER_10_11 }),
      vpc,
    });
    expect(() => Database.fromInstance(stack, 'Blue', instance)).toThrow(
      "Got engine 'mariadb'. Accepted are mysql, aurora-mysql, postgres, aurora-postgresql.",
    );
  });

  test('finds a secret in what has one, and none in what does not', () => {
    const { stack, vpc } = newStack();
    const instance = new rds.DatabaseInstance(stack, 'Instance', {
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16_4 }),
      credentials: rds.Credentials.fromPassword('admin', SecretValue.unsafePlainText('not-a-secret')),
      vpc,
    });
    expect(() => Database.fromInstance(stack, 'Blue', instance)).toThrow('Got no secret for');
    const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Stated', 'orders/master');
    expect(Database.fromInstance(stack, 'Blue2', instance, { secret }).secret).toBe(secret);
  });
});
