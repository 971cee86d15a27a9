import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CacheConsistency, CacheEngine, type CacheMigrationProps, TransitEncryption } from '../../../../lib';
import { findMigration } from '../../../../rehearsal/testbed/migration';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { ACCOUNT, BLUE_GROUP, REGION, Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

const REDIS = { engine: CacheEngine.redis('6.0') };
const ENCRYPTED = { transitEncryption: TransitEncryption.REQUIRED };
const relay = {};

describe('refused at synthesis, with a sentence', () => {
  const refusal = (props: Partial<CacheMigrationProps>, blue: object = {}, green: object = {}) => {
    const surroundings = new Surroundings({ ...REDIS, ...blue });
    return () => surroundings.migrate({ relay, green: surroundings.green(green), ...props });
  };

  test.each([CacheConsistency.COLD, CacheConsistency.LIVE])('at %s', (consistency) => {
    expect(refusal({ consistency })).toThrow(`relay: got it at ${consistency}; accepted at FENCED only`);
  });

  test('encryption in transit without a certificate, on either side', () => {
    const encrypted = { transitEncryption: TransitEncryption.PREFERRED };
    expect(refusal({}, { engine: CacheEngine.redis('7.0'), ...encrypted }, encrypted)).toThrow(
      "blue: got transit encryption 'preferred' with a relay without a certificate",
    );
    expect(refusal({}, {}, { transitEncryption: TransitEncryption.PREFERRED })).toThrow(
      /^green: got transit encryption 'preferred' with a relay without a certificate/,
    );
  });

  test('a certificate, and a cache that clients reach in clear text', () => {
    const surroundings = new Surroundings(REDIS);
    const certificate = Secret.fromSecretNameV2(surroundings.stack, 'Certificate', 'certificate');
    expect(() => surroundings.migrate({ relay: { certificate } })).toThrow(
      "blue: got transit encryption 'none' with relay.certificate",
    );
  });

  test('a certificate in another Region', () => {
    const surroundings = new Surroundings({ engine: CacheEngine.redis('7.0'), ...ENCRYPTED });
    const arn = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:relay-a1b2c3`;
    const certificate = Secret.fromSecretCompleteArn(surroundings.stack, 'Certificate', arn);
    const green = surroundings.green(ENCRYPTED);
    expect(() => surroundings.migrate({ relay: { certificate }, green })).toThrow(
      /relay\.certificate: got .*Region us-east-1/,
    );
  });

  test('credentials that differ', () => {
    const surroundings = new Surroundings(REDIS);
    const green = surroundings.green();
    const authSecret = Secret.fromSecretNameV2(surroundings.stack, 'Secret', 'blue');
    Object.assign(surroundings.blue, { authSecret });
    expect(() => surroundings.migrate({ relay, green })).toThrow(/got different authSecrets with a relay/);
  });

  test('a port that only root may listen on', () => {
    expect(refusal({}, { port: 637 }, { port: 637 })).toThrow(/blue: got the port 637 with a relay/);
  });

  test('more security groups than a network interface takes', () => {
    const surroundings = new Surroundings(REDIS);
    const green = surroundings.green();
    Object.assign(surroundings.blue, { securityGroups: Array(5).fill(surroundings.blueGroup) });
    expect(() => surroundings.migrate({ relay, green })).toThrow(/got 5 security groups with a relay/);
  });

  test.each([Duration.millis(50), Duration.minutes(1)])('a pause of %s', (maxPause) => {
    expect(refusal({ relay: { maxPause } })).toThrow(/relay\.maxPause: got (50|60000) ms; accepted are 100 ms to 10 s/);
  });
});

describe('a migration with a relay', () => {
  const surroundings = new Surroundings(REDIS);
  surroundings.migrate({ relay: { maxPause: Duration.millis(700) }, migrationName: 'sessions' });
  const assembly = surroundings.deploy();
  const [record] = assembly.resources('Custom::CutoverRecord');
  const [instance] = assembly.resources('AWS::EC2::Instance');
  const migration = findMigration(assembly);
  const definition = JSON.stringify(migration.stateMachine.definition);

  test('has no fence: clients go through the relay, are handed over, and leave it', () => {
    expect(migration.manifest.phases.map(({ name }) => name)).toEqual([
      ...['Preflight', 'Replicate', 'Settle', 'Interpose', 'Handover', 'Withdraw', 'Resume', 'End', 'Watch'],
    ]);
    expect(definition).toContain('"maxPauseMs":700');
  });

  test('has a record with a third entry, whose name leads to the host', () => {
    expect(record?.properties).toMatchObject({
      RelayName: 'relay.sessions.internal.example',
      RelayAddress: instance?.attribute('PrivateIp'),
    });
    expect(migration.record).toMatchObject({ relay: 'relay.sessions.internal.example' });
  });

  test('changes all three weights in each batch, and looks at all three', () => {
    const batches = [...definition.matchAll(/"Changes":(\[.*?\}\}\])/g)].map(([, changes = '']) => changes);
    expect(batches.length).toBeGreaterThan(3);
    for (const batch of batches) expect(batch.match(/"SetIdentifier":"(blue|green|relay)"/g)).toHaveLength(3);
    expect(definition.match(/"MaxItems":"3"/g)?.length).toBe(definition.match(/"MaxItems"/g)?.length);
  });

  test('lets clients on to the host who may enter blue, by blue’s own group too, and thousands of them', () => {
    expect(instance?.property('SecurityGroupIds')).toContain(BLUE_GROUP);
    const userData = Buffer.from(String(instance?.property('UserData')), 'base64').toString();
    expect(userData).toMatch(/LimitNOFILE=131072[\s\S]*ip_local_port_range/);
  });

  test('is told within seconds of a host that is dead, and has EC2 bring it back', () => {
    const template = Template.fromStack(surroundings.stack);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: [
        Match.objectLike({
          MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: 'NotRelaying' }), Period: 10 }),
        }),
      ],
      TreatMissingData: 'breaching',
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: { state: { value: ['ALARM', 'OK'] } },
      }),
    });
    for (const [MetricName, action, EvaluationPeriods] of [
      ['StatusCheckFailed_System', 'recover', 2],
      ['StatusCheckFailed_Instance', 'reboot', 3],
    ] as const) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ...{ MetricName, EvaluationPeriods },
        AlarmActions: [{ 'Fn::Join': ['', Match.arrayWith([`:automate:eu-west-1:ec2:${action}`])] }],
      });
    }
  });

  test('gets another host for another instance type: one that serves is not restarted by a deploy', () => {
    const hostOf = (instanceType: string) => {
      const other = new Surroundings(REDIS);
      other.migrate({ relay, migrationName: 'sessions', host: { instanceType: new InstanceType(instanceType) } });
      return Object.keys(Template.fromStack(other.stack).findResources('AWS::EC2::Instance'));
    };
    expect(hostOf('c7gn.large')).not.toEqual(hostOf('c7g.large'));
  });

  test('names no new host before the record has agreed to a change of its address', () => {
    const template = surroundings.app.synth().getStackByName('Shop').template as {
      Resources: Record<string, { Type: string; DependsOn?: string[]; Properties?: { Name?: string } }>;
    };
    const resources = Object.values(template.Resources);
    const name = resources.find(({ Properties }) => Properties?.Name === '/cdk-cutover/sessions/host');
    const [logicalId] =
      Object.entries(template.Resources).find(([, { Type }]) => Type === 'Custom::CutoverRecord') ?? [];
    expect(name?.DependsOn).toContain(logicalId);
  });
});

describe('a migration with a relay that speaks TLS', () => {
  const surroundings = new Surroundings({ engine: CacheEngine.redis('7.0'), ...ENCRYPTED });
  const arn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:relay-a1b2c3`;
  const certificate = Secret.fromSecretCompleteArn(surroundings.stack, 'Certificate', arn);
  surroundings.migrate({ relay: { certificate }, green: surroundings.green(ENCRYPTED) });
  const assembly = surroundings.deploy();

  test('tells the agent which secret its certificate is in, and nothing of it', () => {
    expect(findMigration(assembly).configuration).toMatchObject({ relayCertificateArn: arn, blue: { tls: true } });
    expect(JSON.stringify(surroundings.app.synth().getStackByName('Shop').template)).not.toContain('resolve:secrets');
  });

  test('lets the host read that secret, and no other', () => {
    const policies = Object.values(Template.fromStack(surroundings.stack).findResources('AWS::IAM::Policy'));
    const secrets = policies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('secretsmanager:GetSecretValue'));
    expect(secrets.map(({ Resource }) => Resource)).toEqual([arn]);
  });
});
