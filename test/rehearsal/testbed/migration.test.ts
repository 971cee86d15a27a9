import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NestedStack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AuroraMigration,
  AuroraStrategy,
  Database,
  DatabaseEngine,
  DatabaseInstanceClass,
  Workload,
} from '../../../lib';
import { loadAssembly } from '../../../rehearsal/assembly';
import { readRunbook } from '../../../rehearsal/runbook/runbook';
import { findMigration } from '../../../rehearsal/testbed/migration';
import { StrangersApp } from '../../lib/strangers-app';
import { removeTemporaryFolders } from '../assembly/written-assembly';

afterAll(removeTemporaryFolders);

const assemblyOf = ({ app }: StrangersApp) => loadAssembly(app.synth().directory);

test('of several migrations of one stack, each is found by its name, with what is its own', () => {
  const app = new StrangersApp();
  app.migrate({ migrationName: 'first', record: { zone: app.zone, recordName: 'one' } }, 'Move');
  app.migrate({ migrationName: 'second', record: { zone: app.zone, recordName: 'two' } }, 'Move2');
  const assembly = assemblyOf(app);
  const [first, second] = ['first', 'second'].map((name) => findMigration(assembly, name));
  expect([first?.record?.name, second?.record?.name]).toEqual(['one.acme.internal', 'two.acme.internal']);
  expect(first?.host.roleArn).not.toBe(second?.host.roleArn);
  expect(first?.stateMachine.arn).not.toBe(second?.stateMachine.arn);
  expect(first?.activityArns).toHaveLength(1);
  expect(() => findMigration(assembly)).toThrow(/holds several migrations: first, second\. Name one of them\.$/);
  expect(() => findMigration(assembly, 'third')).toThrow(/holds no migration third; it has first, second\.$/);
});

test('an app without a migration holds none, whatever else it has', () => {
  const app = new StrangersApp();
  expect(() => findMigration(assemblyOf(app))).toThrow(/holds no migration \(no state machine with a manifest\)/);
});

test('a manifest of another version is refused, and one that misses a workload', () => {
  const app = new StrangersApp();
  const alarm = Alarm.fromAlarmArn(app.stack, 'Alarm', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:orders');
  app.migrate({ migrationName: 'acme', workloads: [Workload.alarms({ name: 'orders', alarms: [alarm] })] });
  const { directory } = app.app.synth();
  const file = join(directory, 'Case.template.json');
  const written = readFileSync(file, 'utf8');
  const changed = (change: object) => () => {
    const { Resources: resources, ...rest } = JSON.parse(written) as {
      Resources: Record<string, { Metadata?: object }>;
    };
    for (const { Metadata: metadata = {} } of Object.values(resources)) {
      if ('cdk-cutover:manifest' in metadata) Object.assign(metadata['cdk-cutover:manifest'] as object, change);
    }
    writeFileSync(file, JSON.stringify({ Resources: resources, ...rest }));
    return findMigration(loadAssembly(directory));
  };
  expect(changed({})).not.toThrow();
  expect(changed({ version: 2 })).toThrow(/has the version 2; accepted is 1/);
  expect(changed({ workloads: [] })).toThrow(/does not know the workload orders/);
});

test('two that have one name, in two Regions, are told apart by nobody', () => {
  const env = { account: '111122223333', region: 'eu-west-1' };
  const one = new StrangersApp({ env });
  const two = new StrangersApp({ app: one.app, env: { ...env, region: 'us-east-1' } });
  for (const app of [one, two]) app.migrate({ migrationName: 'same' });
  expect(() => findMigration(assemblyOf(one), 'same')).toThrow(
    /2 migrations with the name same, in the stacks Case, Other/,
  );
});

test('a migration in a nested stack is found, and what it takes from the stack around it', async () => {
  const app = new StrangersApp({ scope: (stack) => new NestedStack(stack, 'Inner') });
  const blue = app.blue();
  app.migrate({ blue, green: app.green(blue), migrationName: 'inner' });
  const assembly = assemblyOf(app);
  const { sides, record } = findMigration(assembly);
  const groups = assembly.resources('AWS::EC2::SecurityGroup').map(({ physicalId }) => physicalId);
  expect(groups).toEqual(expect.arrayContaining([...sides.blue.securityGroupIds, ...sides.green.securityGroupIds]));
  const labels = record?.targets.green.split('.').map(({ length }) => length) ?? [];
  expect(Math.max(...labels)).toBeLessThanOrEqual(63);
  await expect(readRunbook(assembly.directory)).resolves.toMatchObject({ migration: 'inner' });
});

test('the runbook knows which names are stand-ins', async () => {
  const app = new StrangersApp({ env: { account: '111122223333', region: 'eu-west-1' } });
  app.migrate();
  const { blue, green, standIns } = await readRunbook(app.app.synth().directory);
  expect(blue).toBe('acme.abcdef.0001.euw1.cache.amazonaws.com');
  expect(standIns).toEqual([green]);
});

test.each([
  ['its name', (app: StrangersApp) => Secret.fromSecretNameV2(app.stack, 'Master', 'shop/my-secret'), true],
  ['its ARN', (app: StrangersApp) => Secret.fromSecretCompleteArn(app.stack, 'Master', `${ARN}my-secret`), false],
])('of a secret that is known by %s the ARN is taken for what it is', (_, secretOf, isPartial) => {
  const app = new StrangersApp({ env: { account: '111122223333', region: 'eu-west-1' } });
  const secret = secretOf(app);
  const blue = Database.fromAttributes(app.stack, 'Blue', {
    engine: DatabaseEngine.auroraMysql('5.7.mysql_aurora.2.11.6'),
    clusterIdentifier: 'blue',
    instanceIdentifiers: ['blue-1'],
    instanceClass: DatabaseInstanceClass.of('db.r5.large'),
    endpointAddress: 'blue.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com',
    readerEndpointAddress: 'blue.cluster-ro-abcdefghijkl.eu-west-1.rds.amazonaws.com',
    clusterParameterGroupName: 'blue',
    secret,
    securityGroups: [app.blueGroup],
  });
  new AuroraMigration(app.stack, 'Move', {
    vpc: app.vpc,
    blue,
    strategy: AuroraStrategy.managedBlueGreen({
      targetEngine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.2'),
      targetInstanceClass: DatabaseInstanceClass.of('db.r6g.large'),
      targetClusterParameterGroupName: 'blue-aurora3',
    }),
  });
  const migration = findMigration(assemblyOf(app));
  if (migration.kind !== 'database') throw new Error('It is a database’s.');
  expect(migration.partialSecretArns.includes(migration.configuration.blue.secretArn)).toBe(isPartial);
});

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/';
