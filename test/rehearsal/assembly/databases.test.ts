import { App, aws_ec2 as ec2, aws_rds as rds, Stack, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { AuroraReplicaCluster, Database, DatabaseEngine, DatabaseInstanceClass } from '../../../lib/aurora';
import { type Assembly, loadAssembly } from '../../../rehearsal/assembly';
import { removeTemporaryFolders, temporaryFolder, writeAssembly } from './written-assembly';

afterAll(removeTemporaryFolders);

/** What databases of the CDK and of this library look like once deployed. */
describe('an app with databases', () => {
  let assembly: Assembly;
  beforeAll(() => {
    const outdir = temporaryFolder();
    const app = new App({ outdir });
    const stack = new Stack(app, 'Databases', { env: { account: '111122223333', region: 'eu-west-1' } });
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0 });
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Master', 'shop/master');
    const blue = new rds.DatabaseInstance(stack, 'Shop', {
      instanceIdentifier: 'Shop',
      engine: rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_4_3 }),
      instanceType: new ec2.InstanceType('r5.large'),
      vpc,
      vpcSubnets,
    });
    new AuroraReplicaCluster(stack, 'Shop3', {
      vpc,
      vpcSubnets,
      engine: DatabaseEngine.auroraMysql('8.4.mysql_aurora.8.4.7'),
      replaces: Database.fromInstance(stack, 'Blue', blue, { secret }),
      instanceClass: DatabaseInstanceClass.of('db.r7g.large'),
    });
    new rds.DatabaseCluster(stack, 'Orders', {
      engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }),
      writer: rds.ClusterInstance.provisioned('Writer', { instanceType: new ec2.InstanceType('r6g.large') }),
      vpc,
      vpcSubnets,
    });
    app.synth();
    assembly = loadAssembly(outdir);
  });

  const cluster = (engine: string) =>
    assembly.resources('AWS::RDS::DBCluster').find((each) => each.property('Engine') === engine);

  test('resolves every property of every resource', () => {
    const properties = assembly.resources().map((resource) => resource.properties);
    expect(JSON.stringify(properties)).not.toMatch(/"Fn::|"Ref":/);
  });

  test('has a replica that names its source by the ARN, and instances that name their cluster', () => {
    const source = assembly.resources('AWS::RDS::DBInstance').find((each) => each.physicalId === 'shop');
    expect(cluster('aurora-mysql')?.property('ReplicationSourceIdentifier')).toBe(source?.attribute('DBInstanceArn'));
    const members = assembly
      .resources('AWS::RDS::DBInstance')
      .filter((each) => each.property('DBClusterIdentifier') === cluster('aurora-mysql')?.physicalId);
    expect(members).toHaveLength(2);
  });

  test('has endpoints as RDS names them, all with one hash', () => {
    const hosts = [cluster('aurora-mysql'), cluster('aurora-postgresql')].map((each) => [
      each?.attribute('Endpoint.Address'),
      each?.attribute('ReadEndpoint.Address'),
    ]);
    const source = assembly.resources('AWS::RDS::DBInstance').find((each) => each.physicalId === 'shop');
    const suffix = String(source?.attribute('Endpoint.Address')).replace(/^shop\./, '');
    expect(suffix).toMatch(/^c[0-9a-f]{11}\.eu-west-1\.rds\.amazonaws\.com$/);
    for (const [writer, reader] of hosts) {
      expect(writer).toMatch(/^databases-\w+-[0-9a-f]+\.cluster-c/);
      expect(reader).toBe(String(writer).replace('.cluster-', '.cluster-ro-'));
      expect(writer).toContain(`.cluster-${suffix}`);
    }
  });

  test('listens on the engine’s own port', () => {
    expect(cluster('aurora-mysql')?.attribute('Endpoint.Port')).toBe('3306');
    expect(cluster('aurora-postgresql')?.attribute('Endpoint.Port')).toBe('5432');
  });
});

/** One resource of a type, with nothing but these properties. */
function resource(type: string, properties: object, stackName = 'App') {
  const folder = writeAssembly({ [stackName]: { Resources: { Database: { Type: type, Properties: properties } } } });
  const [found] = loadAssembly(folder).resources(type);
  if (found === undefined) throw new Error(`No resource of type ${type} in the assembly.`);
  return found;
}

test.each([
  ['AWS::ElastiCache::User', 'Arn', /^arn:aws:elasticache:[^:]+:[^:]+:user:app-database-/],
  ['AWS::ElastiCache::UserGroup', 'Arn', /^arn:aws:elasticache:[^:]+:[^:]+:usergroup:app-database-/],
  ['AWS::RDS::DBCluster', 'DBClusterArn', /:cluster:app-database-/],
  ['AWS::RDS::DBCluster', 'DBClusterResourceId', /^cluster-[0-9A-F]{26}$/],
  ['AWS::RDS::DBCluster', 'MasterUserSecret.SecretArn', /:secret:rds!cluster-[0-9a-f-]{36}-[0-9a-f]{6}$/],
  ['AWS::RDS::DBInstance', 'DBInstanceArn', /:db:app-database-/],
  ['AWS::RDS::DBInstance', 'DbiResourceId', /^db-[0-9A-F]{26}$/],
  ['AWS::RDS::DBInstance', 'MasterUserSecret.SecretArn', /:secret:rds!db-/],
  ['AWS::RDS::DBParameterGroup', 'DBParameterGroupName', /^app-database-/],
  ['AWS::RDS::DBParameterGroup', 'DBParameterGroupArn', /:pg:app-database-/],
  ['AWS::RDS::DBSubnetGroup', 'DBSubnetGroupArn', /:subgrp:app-database-/],
])('%s has %s', (type, attribute, form) => {
  expect(resource(type, {}).attribute(attribute)).toMatch(form);
});

test.each([
  [{ Engine: 'postgres' }, '5432'],
  [{ Engine: 'mysql' }, '3306'],
  [{ Engine: 'postgres', Port: '6432' }, '6432'],
])('an instance with %j listens on %s', (properties, port) => {
  expect(resource('AWS::RDS::DBInstance', properties).attribute('Endpoint.Port')).toBe(port);
});

test('a name that CloudFormation makes up is cut to what RDS takes, and stays different from others', () => {
  const stackName = 'AStackWhoseNameIsSoLongThatTogetherWithTheRestItGoesBeyondSixty';
  const cluster = String(resource('AWS::RDS::DBCluster', {}, stackName).physicalId);
  expect(cluster).toHaveLength(63);
  expect(cluster).toMatch(/^astackwhosename.*[a-z]-[0-9a-f]{12}$/);
});

test('an identifier is in lower case, as RDS keeps it', () => {
  expect(resource('AWS::RDS::DBCluster', { DBClusterIdentifier: 'Shop3' }).physicalId).toBe('shop3');
  expect(resource('AWS::RDS::DBClusterParameterGroup', { DBClusterParameterGroupName: 'Shop3' }).physicalId).toBe(
    'shop3',
  );
});
