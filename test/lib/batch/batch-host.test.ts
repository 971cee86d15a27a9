import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnParameter, Duration, SecretValue, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { InstanceType, MachineImage, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { BatchDecision, BatchHost, BatchSecret } from '../../../lib';
import { removeTemporaryFolders, temporaryFolder } from '../../rehearsal/assembly/written-assembly';
import { HostOfApp, JOB } from './host-of-app';

afterAll(removeTemporaryFolders);

const instanceOf = (app: HostOfApp) => app.template().findResources('AWS::EC2::Instance');

function filesWith(text: string): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/orders.sh'), text);
  return folder;
}

test('the instance is the same to the last letter, whatever its jobs, files, packages and set-up are', () => {
  const [one, other] = [new HostOfApp(), new HostOfApp()];
  one.host();
  other.host({
    jobs: [
      { ...JOB, schedule: '@daily' },
      { ...JOB, name: 'mails' },
    ],
    files: filesWith('other'),
    packages: ['php8.3-cli'],
    setup: ['true'],
    users: [{ name: 'batch' }],
    timeZone: 'Asia/Tokyo',
    logFiles: [{ path: '/var/log/app.log' }],
    backup: false,
  });
  expect(instanceOf(other)).toEqual(instanceOf(one));
  const [{ Properties }] = Object.values(instanceOf(one)) as [{ Properties: Record<string, unknown> }];
  expect(Properties).not.toHaveProperty('UserData');
});

test('what the app says reaches the host at each deploy that changes it, and the deploy waits', () => {
  const parametersOf = (files: string) => {
    const app = new HostOfApp();
    app.host({ files });
    const [association] = Object.values(app.template().findResources('AWS::SSM::Association'));
    expect(association?.Properties).toMatchObject({
      WaitForSuccessTimeoutSeconds: 2400,
      ScheduleExpression: 'rate(30 minutes)',
      Targets: [{ Key: 'InstanceIds', Values: [{ Ref: expect.stringMatching(/^BatchInstance/) }] }],
    });
    expect(association?.Properties).not.toHaveProperty('ApplyOnlyAtCronInterval', true);
    return association?.Properties.Parameters;
  };
  const [one, same, other] = [parametersOf(filesWith('1')), parametersOf(filesWith('1')), parametersOf(filesWith('2'))];
  expect(same).toEqual(one);
  expect(other.key).not.toEqual(one.key);
  expect(other.digest).not.toEqual(one.digest);
});

test('the asset has the digest of each of its files, and the association that of the list', () => {
  const app = new HostOfApp();
  app.host({ files: filesWith('one') });
  const [association] = Object.values(app.template().findResources('AWS::SSM::Association'));
  const { directory } = app.app.synth();
  const folder = readdirSync(directory)
    .map((name) => join(directory, name))
    .find((name) => name.includes('asset.') && readdirSync(name).includes('SHA256SUMS'));
  const digest = (file: string) =>
    createHash('sha256')
      .update(readFileSync(join(String(folder), file)))
      .digest('hex');
  expect(association?.Properties.Parameters.digest).toEqual([digest('SHA256SUMS')]);
  const lines = readFileSync(join(String(folder), 'SHA256SUMS'), 'utf8')
    .trim()
    .split('\n');
  expect(lines.map((line) => line.split('  ')[1])).toEqual([
    'batch-host.js',
    'definitions.json',
    'files/bin/orders.sh',
  ]);
  for (const line of lines) {
    const [sum, file = ''] = line.split('  ');
    expect(sum).toBe(digest(file));
  }
});

test('texts that only the deploy knows come with the association, each once', () => {
  const app = new HostOfApp();
  const parameter = new CfnParameter(app.stack, 'Level');
  const own = new LogGroup(app.stack, 'Own');
  app.job(
    {
      environment: { LEVEL: parameter.valueAsString, SAME: parameter.valueAsString },
      command: `run ${parameter.valueAsString}`,
    },
    { logFiles: [{ path: '/var/log/a.log', logGroup: own }] },
  );
  const [association] = Object.values(app.template().findResources('AWS::SSM::Association'));
  const [, pieces] = Object(association).Properties.Parameters.bindings[0]['Fn::Base64']['Fn::Join'];
  expect(pieces.filter((piece: unknown) => JSON.stringify(piece) === '{"Ref":"Level"}')).toHaveLength(2);
  const { jobs } = JSON.parse(app.definitions());
  expect(jobs[0].environment.LEVEL).toEqual(jobs[0].environment.SAME);
  expect(jobs[0].environment.LEVEL).toEqual({ binding: expect.any(Number) });
});

test('no secret is in a template or an asset; a role may read those of its jobs, and their keys', () => {
  const app = new HostOfApp();
  const key = new Key(app.stack, 'Key');
  const secret = new Secret(app.stack, 'Database', { encryptionKey: key });
  app.host({
    jobs: [
      { ...JOB, secrets: { DB_PASSWORD: BatchSecret.fromField(secret, 'password') } },
      { ...JOB, name: 'mails', secrets: { DB_PASSWORD: BatchSecret.fromField(secret, 'password') } },
    ],
  });
  app.template().hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          Resource: { Ref: Match.stringLikeRegexp('^Database') },
        }),
      ]),
    },
  });
  expect(app.written()).not.toContain('resolve:secretsmanager');
});

test.each([
  ['a variable', { environment: { PASSWORD: SecretValue.secretsManager('shop').unsafeUnwrap() } }],
  ['a command', { command: `run ${SecretValue.secretsManager('shop', { jsonField: 'password' }).unsafeUnwrap()}` }],
])('a secret in %s, which the deploy would write out, is refused', (_, more) => {
  expect(() => new HostOfApp().job(more)).toThrow(
    /Shop\/Batch: got a secret in a command or variable.*BatchSecret\.fromField/,
  );
});

test('the newest Amazon Linux is looked up when the host is made, and never again', () => {
  const imageOf = (type?: string) => {
    const app = new HostOfApp();
    app.host({ ...(type !== undefined && { instanceType: new InstanceType(type) }) });
    const [instance] = Object.values(instanceOf(app));
    expect(instance?.Properties).not.toHaveProperty('ImageId');
    const [template] = Object.values(app.template().findResources('AWS::EC2::LaunchTemplate'));
    return template?.Properties.LaunchTemplateData.ImageId;
  };
  const at = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-';
  expect([imageOf(), imageOf('m5.large')]).toEqual([`${at}arm64`, `${at}x86_64`]);
});

test('an image that each deploy looks up again is refused, and one that stays is taken', () => {
  for (const image of [MachineImage.latestAmazonLinux2023(), MachineImage.fromSsmParameter('/own/image')]) {
    expect(() => new HostOfApp().host({ machineImage: image })).toThrow(
      /Shop\/Batch\.machineImage: got an image that CloudFormation looks up at each deploy/,
    );
  }
  const app = new HostOfApp();
  app.host({ machineImage: MachineImage.genericLinux({ 'eu-west-1': 'ami-0123456789abcdef0' }) });
  app.template().hasResourceProperties('AWS::EC2::Instance', { ImageId: 'ami-0123456789abcdef0' });
});

test('the host has no way in, no key pair, a disk that stays, and cannot be ended by mistake', () => {
  const app = new HostOfApp();
  app.host();
  app.template().hasResourceProperties('AWS::EC2::Instance', {
    KeyName: Match.absent(),
    DisableApiTermination: true,
    SubnetId: 'subnet-0123456789abcdef0',
    BlockDeviceMappings: [{ Ebs: { Encrypted: true, DeleteOnTermination: false } }],
  });
  app.template().hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
  app.template().resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
});

test('an address of its own stands in a public subnet', () => {
  const app = new HostOfApp();
  app.host({ elasticIp: true });
  app.template().hasResourceProperties('AWS::EC2::Instance', { SubnetId: 'subnet-0123456789abcdef1' });
  app.template().resourceCountIs('AWS::EC2::EIP', 1);
  app.template().resourceCountIs('AWS::EC2::EIPAssociation', 1);
});

test('an alarm a reason and one for all of them tell those that are to be told; hardware that fails is left by itself', () => {
  const app = new HostOfApp();
  app.host({
    notify: Topic.fromTopicArn(app.stack, 'OnCall', 'arn:aws:sns:eu-west-1:111122223333:on-call'),
    hostName: 'shop',
  });
  const template = app.template();
  for (const [metric, missing] of [
    ['BatchFailed', 'notBreaching'],
    ['BatchMissed', 'notBreaching'],
    ['BatchTooLong', 'notBreaching'],
    ['BatchHeartbeat', 'breaching'],
    ['BatchDiskUsed', 'notBreaching'],
  ]) {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: metric,
      TreatMissingData: missing,
      Namespace: 'CdkCutover',
      Dimensions: [{ Name: 'BatchHost', Value: 'shop' }],
    });
  }
  template.hasResourceProperties('AWS::CloudWatch::CompositeAlarm', {
    AlarmActions: ['arn:aws:sns:eu-west-1:111122223333:on-call'],
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'StatusCheckFailed_System',
    AlarmActions: [{ 'Fn::Join': ['', Match.arrayWith([':automate:eu-west-1:ec2:recover'])] }],
  });
  template.hasResourceProperties('AWS::Backup::BackupVault', {
    Notifications: { BackupVaultEvents: Match.arrayWith(['BACKUP_JOB_FAILED']) },
  });
});

test('the alarm over silence is made when the host runs', () => {
  const app = new HostOfApp();
  app.host();
  app.template().hasResource('AWS::CloudWatch::Alarm', {
    Properties: { MetricName: 'BatchHeartbeat' },
    DependsOn: [Match.stringLikeRegexp('^BatchApply')],
  });
});

test('there is a backup each night unless it is not wanted, kept as long as stated', () => {
  const [kept, without] = [new HostOfApp(), new HostOfApp()];
  kept.host({ backupRetention: Duration.days(7) });
  without.host({ backup: false });
  kept.template().hasResourceProperties('AWS::Backup::BackupPlan', {
    BackupPlan: { BackupPlanRule: [Match.objectLike({ Lifecycle: { DeleteAfterDays: 7 } })] },
  });
  without.template().resourceCountIs('AWS::Backup::BackupPlan', 0);
});

test('a job that is retired is not on the host', () => {
  const app = new HostOfApp();
  const host = app.host({ jobs: [JOB, { ...JOB, name: 'old', decision: BatchDecision.RETIRED }] });
  expect(JSON.parse(app.definitions()).jobs.map(({ name }: { name: string }) => name)).toEqual(['orders']);
  expect(() => host.logGroupOf('old')).toThrow(
    "job: got 'old'; accepted is one of those that run: orders. (at path 'Shop/Batch')",
  );
  expect(() => host.metricFailed('old')).toThrow("job: got 'old'");
});

test('each job has metrics of its own', () => {
  const host = new HostOfApp().host({ hostName: 'shop' });
  const dimensions = { BatchHost: 'shop', Job: 'orders' };
  expect([host.metricFailed('orders'), host.metricMissed('orders'), host.metricTooLong('orders')]).toMatchObject([
    { metricName: 'BatchFailed', dimensions },
    { metricName: 'BatchMissed', dimensions },
    { metricName: 'BatchTooLong', dimensions },
  ]);
});

test('operators connect by the document that logs, and logs may have a key of the app', () => {
  const app = new HostOfApp();
  const host = app.host({ logEncryptionKey: new Key(app.stack, 'Key') });
  host.grantConnect(Role.fromRoleArn(app.stack, 'Operators', 'arn:aws:iam::111122223333:role/operators'));
  app.template().hasResourceProperties('AWS::IAM::Policy', {
    Roles: ['operators'],
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'ssm:StartSession' })]) },
  });
  app.template().allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue() });
  expect(new Stack().resolve(host.sessionDocumentName)).toMatchObject({ Ref: expect.stringContaining('Document') });
});

test('the private subnets of elasticIp are refused', () => {
  expect(() =>
    new HostOfApp().host({ elasticIp: true, vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS } }),
  ).toThrow(/elasticIp: got private subnets/);
});

test('a stack that is not bound to an account and Region may have one', () => {
  const stack = new Stack(undefined, 'Anywhere');
  new BatchHost(stack, 'Batch', { vpc: new Vpc(stack, 'Vpc'), jobs: [JOB] });
  Template.fromStack(stack).hasResourceProperties('AWS::SSM::Association', {
    Parameters: { region: [{ Ref: 'AWS::Region' }] },
  });
});

test('more texts of the deploy than Systems Manager takes are refused', () => {
  const jobs = Array.from({ length: 300 }, (_, at) => ({ ...JOB, name: `job-${at}` }));
  expect(() => new HostOfApp().host({ jobs })).toThrow(/got more than 280 texts.*Divide the jobs among two hosts/);
});
