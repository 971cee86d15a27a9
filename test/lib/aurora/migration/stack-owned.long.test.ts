import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { aws_ec2 as ec2, RemovalPolicy, aws_rds as rds, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { type AuroraMigration, Database } from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { BLUE_GROUP, Databases } from '../databases-under-test';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const { auroraMysql } = rds.DatabaseClusterEngine;
const { VER_3_08_0, VER_3_10_1 } = rds.AuroraMysqlEngineVersion;

interface Stated {
  readonly version?: rds.AuroraMysqlEngineVersion;
  readonly size?: string;
  readonly props?: Partial<rds.DatabaseClusterProps>;
}

const KEPT = { removalPolicy: RemovalPolicy.RETAIN, deletionProtection: true };

/** A cluster of the CDK in a stack of the app. */
function clusterOf(databases: Databases, { version = VER_3_08_0, size = 'r6g.large', props = {} }: Stated = {}) {
  return new rds.DatabaseCluster(databases.stack, 'Stock', {
    engine: auroraMysql({ version }),
    writer: rds.ClusterInstance.provisioned('Writer', { instanceType: new ec2.InstanceType(size) }),
    parameterGroup: new rds.ParameterGroup(databases.stack, `Parameters${version.auroraMysqlFullVersion.slice(-6)}`, {
      engine: auroraMysql({ version }),
      parameters: { binlog_format: 'ROW' },
    }),
    credentials: rds.Credentials.fromSecret(databases.secret),
    securityGroups: [databases.group('StockGroup', BLUE_GROUP)],
    vpc: databases.vpc,
    ...props,
  });
}

function migrate(databases: Databases, cluster: rds.DatabaseCluster): AuroraMigration {
  return databases.manage({ blue: Database.fromCluster(databases.stack, 'Blue', cluster) });
}

/** What synthesis says of who owns blue. */
function said(databases: Databases): string[] {
  return Annotations.fromStack(databases.stack)
    .findWarning('*', Match.stringLikeRegexp('cdk-cutover:BlueOwnedByStack'))
    .map(({ entry }) => String(entry.data));
}

test('a cluster that CloudFormation could delete by the name of production is named, with what keeps it', () => {
  const databases = new Databases();
  migrate(databases, clusterOf(databases));
  expect(said(databases)).toEqual([
    expect.stringMatching(
      /Shop\/Stock\/Resource.*deletionProtection: true on the cluster, removalPolicy: RemovalPolicy\.RETAIN on Shop\/Stock\/Resource, .*RETAIN on Shop\/Stock\/Writer/,
    ),
  ]);
});

test('one that stays whatever the template says is passed, and so is protection that is only known in the account', () => {
  for (const props of [
    KEPT,
    { ...KEPT, deletionProtection: Token.asAny({ Ref: 'Protected' }) as unknown as boolean },
  ]) {
    const databases = new Databases();
    migrate(databases, clusterOf(databases, { props }));
    expect(said(databases)).toEqual([]);
  }
});

test('an instance of it that CloudFormation could delete is named too, even if its policy is stated last', () => {
  const databases = new Databases();
  const cluster = clusterOf(databases, { props: KEPT });
  migrate(databases, cluster);
  const writer = cluster.node.findAll().find((each) => each instanceof rds.CfnDBInstance);
  writer?.applyRemovalPolicy(RemovalPolicy.DESTROY);
  expect(said(databases)).toEqual([
    expect.stringMatching(/before the cutover: removalPolicy: \S+ on Shop\/Stock\/Writer/),
  ]);
});

test('a resource is known by a name that is stated twice, and one of another app is not known', () => {
  const databases = new Databases();
  new rds.CfnDBCluster(databases.stack, 'ByHand', { dbClusterIdentifier: 'Blue', engine: 'aurora-mysql' });
  databases.manage();
  expect(said(databases)).toHaveLength(1);
  const others = new Databases();
  others.manage();
  expect(said(others)).toEqual([]);
});

test('it is no matter where clients move by a record: blue keeps its name', () => {
  const databases = new Databases();
  const cluster = Database.fromCluster(databases.stack, 'Blue', clusterOf(databases));
  databases.follow({ blue: cluster });
  expect(said(databases)).toEqual([]);
});

test('a master password that RDS manages is refused where it was typed', () => {
  const databases = new Databases();
  const blue = new rds.CfnDBCluster(databases.stack, 'Managed', {
    engine: 'aurora-mysql',
    manageMasterUserPassword: true,
  });
  expect(() =>
    databases.manage({ blue: databases.cluster('Blue', BLUE_GROUP, { clusterIdentifier: blue.ref }) }),
  ).toThrow(/manageMasterUserPassword\); RDS Blue\/Green Deployments do not support that/);
});

const CDK = join(__dirname, '../../../../node_modules/aws-cdk/bin/cdk');

/** What a reviewer reads between two states of the app, a line a resource and a line a property that changes. */
function diff(before: Databases, after: Databases): string[] {
  const template = join(before.app.synth().directory, 'Shop.template.json');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [CDK, 'diff', 'Shop', '--app', after.app.synth().directory, '--template', template, '--no-color', '--no-notices'],
    { encoding: 'utf8', env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' } },
  );
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => /^\[[-+~]\] AWS::RDS|^ [├└]─ \[|may be replaced|destroy/.test(line));
}

/** The README's "When CloudFormation owns blue", step by step: what each deploy would change of the database. */
test('the procedure around a switchover replaces and deletes nothing of the database', () => {
  const app = (stated: Stated, migrating: boolean) => {
    const databases = new Databases();
    const cluster = clusterOf(databases, stated);
    if (migrating) migrate(databases, cluster);
    return databases;
  };
  const kept = { props: KEPT };
  const asItIs = { version: VER_3_10_1, size: 'r7g.large', ...kept };

  const keep = diff(app({}, false), app(kept, false));
  expect(keep.join('\n')).not.toMatch(/replaced|destroy/);
  expect(keep.filter((line) => line.startsWith('[')).sort()).toEqual([
    expect.stringMatching(/^\[~\] AWS::RDS::DBCluster Stock/),
    expect.stringMatching(/^\[~\] AWS::RDS::DBInstance Stock\/Writer/),
    expect.stringMatching(/^\[~\] AWS::RDS::DBSubnetGroup Stock\/Subnets/),
  ]);

  const ofDatabase = (lines: readonly string[]) => lines.filter((line) => line.includes('AWS::RDS'));
  expect(ofDatabase(diff(app(kept, false), app(kept, true)))).toEqual([]);
  expect(ofDatabase(diff(app(kept, true), app(kept, false)))).toEqual([]);

  const catchUp = diff(app(kept, false), app(asItIs, false));
  expect(catchUp.join('\n')).not.toMatch(/replaced/);
  expect(catchUp.filter((line) => /^ /.test(line)).map((line) => line.replace(/^.*\] /, ''))).toEqual(
    expect.arrayContaining(['DBClusterParameterGroupName', 'EngineVersion', 'DBInstanceClass']),
  );
});

test('a stack of the CDK keeps nothing by itself: the finding is no rare case', () => {
  const databases = new Databases();
  clusterOf(databases);
  const [cluster] = Object.values(Template.fromStack(databases.stack).findResources('AWS::RDS::DBCluster'));
  expect(cluster).toMatchObject({ DeletionPolicy: 'Snapshot' });
});
