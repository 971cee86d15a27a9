import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AuroraMysqlEngineVersion, ClusterInstance, DatabaseCluster, DatabaseClusterEngine } from 'aws-cdk-lib/aws-rds';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CacheConsistency, Database } from '../../lib';
import type { Assembly } from '../../rehearsal/assembly';
import { ControlPlane } from '../../rehearsal/aws/control-plane';
import { leftToIam, managedFor } from '../../rehearsal/aws/kms/key-policy';
import { Keys } from '../../rehearsal/aws/kms/keys';
import { needsOfKey } from '../../rehearsal/aws/kms/kms';
import { assumeRole } from '../../rehearsal/aws/policy';
import { SecretsManager } from '../../rehearsal/aws/secrets-manager';
import { findMigration } from '../../rehearsal/testbed/migration';
import { problemsOf, rolesOf } from '../examples/service-authorization';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { testEnvironment } from '../rehearsal/aws/test-environment';
import { DatabaseCloud } from './aurora/database-cloud';
import { BLUE_GROUP, Databases } from './aurora/databases-under-test';
import { putManaged } from './aurora/existing-databases';
import { Cloud } from './cloud';
import { ACCOUNT, REGION, Surroundings } from './migration-under-test';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const keyArn = (digit: number) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${digit}2345678-1234-1234-1234-123456789012`;
const STORAGE = keyArn(1);
const OTHER = keyArn(2);
const OF_RDS = keyArn(3);
const OF_SECRETS = keyArn(4);
const OF_ASSETS = keyArn(5);
const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:shop/master-AbCdEf`;

const key = (stack: Stack, arn: string) => Key.fromKeyArn(stack, `Key${arn.at(-36)}`, arn);

const encryptedSecret = (stack: Stack): ISecret =>
  Secret.fromSecretAttributes(stack, 'EncryptedSecret', {
    secretCompleteArn: SECRET,
    encryptionKey: key(stack, OF_SECRETS),
  });

/** A managed migration whose topic, secret, logs, assets and, if stated, storage have keys of their own. */
function managed(storage?: string): Assembly {
  const databases = new Databases();
  const { stack } = databases;
  databases.manage({
    logEncryptionKey: new Key(stack, 'LogsKey'),
    blue: databases.cluster('Blue', BLUE_GROUP, {
      secret: encryptedSecret(stack),
      ...(storage !== undefined && { encryptionKey: key(stack, storage) }),
    }),
    approval: new Topic(stack, 'Approvals', { masterKey: new Key(stack, 'ApprovalsKey') }),
    host: { assetsKey: key(stack, OF_ASSETS) },
    watch: Duration.minutes(2),
  });
  return databases.deploy();
}

async function cloudWith(assembly: Assembly, storage?: string): Promise<DatabaseCloud> {
  const cloud = await DatabaseCloud.of(assembly, (rds) => putManaged(rds, storage));
  cloud.keys.add({ arn: OF_RDS, aliases: ['alias/aws/rds'], policy: managedFor('rds', ACCOUNT) });
  return cloud;
}

describe('blue’s storage', () => {
  const stated = managed(STORAGE);
  const unstated = managed();

  test('with a key that is stated: RDS makes green with it, and blue is retired in the end', async () => {
    const cloud = await cloudWith(stated, STORAGE);
    expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
    expect(cloud.rds.databases.clusters.map(({ kmsKeyArn }) => kmsKeyArn)).toEqual([STORAGE, STORAGE]);
    expect(await cloud.run('retire')).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'retired' } });
  });

  test.each([
    ['no key', unstated, STORAGE],
    ['another key', stated, OTHER],
  ])('with %s stated is refused by the preflight', async (_, assembly, storage) => {
    const { cause } = await (await cloudWith(assembly, storage)).run('cutover');
    expect(cause).toContain(`Preflight: KeyNotStated: Blue is encrypted with ${storage}, and stated is `);
    expect(cause).toContain('state it as encryptionKey of the database, and deploy.');
  });

  test.each([
    ['RDS’s own key', OF_RDS],
    ['no key', undefined],
  ])('with %s needs nothing', async (_, storage) => {
    expect(await (await cloudWith(unstated, storage)).run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('with a key whose policy does not leave it to IAM is refused by RDS, before anybody is touched', async () => {
    const cloud = await cloudWith(stated, STORAGE);
    const [statement] = leftToIam('999999999999');
    cloud.keys.add({ arn: STORAGE, policy: statement === undefined ? [] : [statement] });
    expect((await cloud.run('cutover')).cause).toMatch(/^Create: Rds\.KmsKeyNotAccessible.* is not enabled or you/);
  });

  test('is known of a cluster of the app', () => {
    const databases = new Databases();
    const { stack } = databases;
    const cluster = new DatabaseCluster(stack, 'Cluster', {
      engine: DatabaseClusterEngine.auroraMysql({ version: AuroraMysqlEngineVersion.VER_3_08_0 }),
      vpc: databases.vpc,
      vpcSubnets: { subnets: databases.vpc.privateSubnets },
      writer: ClusterInstance.provisioned('Writer'),
      storageEncryptionKey: key(stack, STORAGE),
    });
    expect(stack.resolve(Database.fromCluster(stack, 'Blue', cluster).encryptionKeyArn)).toBe(STORAGE);
  });
});

describe('the host', () => {
  const assembly = managed(STORAGE);
  const host = assumeRole(assembly.role(findMigration(assembly).host.roleArn), 'i-0123456789abcdef0', {
    service: 'ec2.amazonaws.com',
  });
  const { environment } = testEnvironment();
  const keys = new Keys(ACCOUNT);

  test('reads a secret that is encrypted with a key of its own', async () => {
    const secrets = new SecretsManager(environment);
    secrets.add(SECRET, '{"username":"admin","password":"hunter2"}', OF_SECRETS);
    const plane = new ControlPlane({ environment, services: [secrets], keys });
    const read = (principal = host) =>
      plane.call({
        service: 'secretsmanager',
        action: 'getSecretValue',
        arguments: { SecretId: SECRET },
        principal,
      });
    expect(await read()).toMatchObject({ SecretString: expect.stringContaining('hunter2') });
    const withoutKey = { ...host, statements: host.statements.filter(({ Resource }) => Resource !== OF_SECRETS) };
    await expect(read(withoutKey)).rejects.toThrow('Access to KMS is not allowed');
  });

  test('reads its program from a bucket that is encrypted with a key of its own', () => {
    const [need] = needsOfKey(environment, { arn: OF_ASSETS, via: 's3', actions: ['kms:Decrypt'] });
    const request = { action: 'kms:Decrypt', resource: OF_ASSETS, context: need?.context ?? {} };
    expect(keys.refusal(host, request)).toBeUndefined();
    expect(keys.refusal(host, { ...request, context: {} })).toMatch(/no identity-based policy allows/);
  });
});

describe('the log groups', () => {
  const logGroups = (template: Template) => Object.values(template.findResources('AWS::Logs::LogGroup'));
  const sessions = (encrypted: boolean) => ({
    Content: Match.objectLike({ inputs: Match.objectLike({ cloudWatchEncryptionEnabled: encrypted }) }),
  });

  test('are all encrypted with the key that is stated, which CloudWatch Logs may use', () => {
    const surroundings = new Surroundings();
    surroundings.migrate({ logEncryptionKey: new Key(surroundings.stack, 'LogsKey') });
    const template = Template.fromStack(surroundings.stack);
    const [[keyId] = []] = Object.entries(template.findResources('AWS::KMS::Key'));
    const groups = logGroups(template);
    expect(groups.length).toBeGreaterThanOrEqual(5);
    for (const { Properties } of groups) expect(Properties.KmsKeyId).toEqual({ 'Fn::GetAtt': [keyId, 'Arn'] });
    template.hasResourceProperties('AWS::SSM::Document', sessions(true));
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: `logs.${REGION}.amazonaws.com` },
            Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': Match.anyValue() } },
          }),
        ]),
      },
    });
  });

  test('are left to CloudWatch Logs where none is', () => {
    const surroundings = new Surroundings();
    surroundings.migrate();
    const template = Template.fromStack(surroundings.stack);
    for (const { Properties } of logGroups(template)) expect(Properties.KmsKeyId).toBeUndefined();
    template.hasResourceProperties('AWS::SSM::Document', sessions(false));
  });

  test('are not encrypted with an alias, which names no key', () => {
    const surroundings = new Surroundings();
    const alias = Key.fromKeyArn(surroundings.stack, 'Alias', `arn:aws:kms:${REGION}:${ACCOUNT}:alias/logs`);
    expect(() => surroundings.migrate({ logEncryptionKey: alias })).toThrow(/got the alias .*Accepted is the key/);
  });
});

test('a cache with a key for everything moves there and back, and is retired', async () => {
  const surroundings = new Surroundings();
  const { stack } = surroundings;
  surroundings.migrate({
    logEncryptionKey: new Key(stack, 'LogsKey'),
    migrationName: 'sessions',
    consistency: CacheConsistency.FENCED,
    approval: new Topic(stack, 'Approvals', { masterKey: new Key(stack, 'ApprovalsKey') }),
    host: { assetsKey: key(stack, OF_ASSETS) },
    watch: Duration.minutes(2),
  });
  const assembly = surroundings.deploy();
  const cloud = await Cloud.of(assembly, true);
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(await cloud.run('rollback')).toMatchObject({ status: 'SUCCEEDED' });
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(await cloud.run('retire')).toMatchObject({ status: 'SUCCEEDED' });
  const statements = rolesOf(assembly).flatMap(({ policies }) => policies.flatMap((policy) => policy.statements));
  expect((await Promise.all(statements.map(problemsOf))).flat()).toEqual([]);
});
