import { App, CfnOutput, Duration, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { type Assembly, loadAssembly } from '../../../rehearsal/assembly';
import { removeTemporaryFolders, temporaryFolder } from './written-assembly';

/** An app of a stage with two stacks: a cache in the one, a state machine that needs it in the other. */
function synthesize(context: Record<string, unknown>): Assembly {
  const outdir = temporaryFolder();
  const app = new App({ outdir, context: { 'aws:cdk:enable-path-metadata': true, ...context } });
  const stage = new Stage(app, 'Prod');
  const base = new Stack(stage, 'Base');
  const vpc = new ec2.Vpc(base, 'Vpc', { maxAzs: 2, natGateways: 0 });
  const group = new ec2.SecurityGroup(base, 'CacheGroup', { vpc });
  const cache = new elasticache.CfnReplicationGroup(base, 'Cache', {
    replicationGroupId: 'Sessions8',
    replicationGroupDescription: 'sessions',
    securityGroupIds: [group.securityGroupId],
    port: 6380,
  });

  const migration = new Stack(stage, 'Migration');
  const topic = new sns.Topic(migration, 'Approvals');
  const activity = new sfn.Activity(migration, 'Agent');
  const revoke = tasks.CallAwsService.jsonata(migration, 'Revoke', {
    service: 'ec2',
    action: 'revokeSecurityGroupIngress',
    parameters: { GroupId: group.securityGroupId, SecurityGroupRuleIds: '{% $ids %}' },
    iamResources: [`arn:aws:ec2:*:*:security-group/${group.securityGroupId}`],
  });
  const endpoint = sfn.Pass.jsonata(migration, 'Endpoint', {
    outputs: { address: cache.attrPrimaryEndPointAddress, port: cache.attrPrimaryEndPointPort },
  });
  const copy = tasks.StepFunctionsInvokeActivity.jsonata(migration, 'Copy', {
    activity,
    heartbeatTimeout: sfn.Timeout.duration(Duration.seconds(30)),
  });
  const announce = tasks.SnsPublish.jsonata(migration, 'Announce', { topic, message: sfn.TaskInput.fromText('hi') });
  const machine = new sfn.StateMachine(migration, 'Machine', {
    definitionBody: sfn.DefinitionBody.fromChainable(revoke.next(endpoint).next(copy).next(announce)),
    queryLanguage: sfn.QueryLanguage.JSONATA,
  });
  machine.role.addManagedPolicy(
    new iam.ManagedPolicy(migration, 'Extra', {
      statements: [new iam.PolicyStatement({ actions: ['ssm:GetParameter'], resources: ['*'] })],
    }),
  );
  machine.role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess'));
  new CfnOutput(migration, 'MachineArn', { value: machine.stateMachineArn });
  app.synth();
  return loadAssembly(outdir);
}

afterAll(removeTemporaryFolders);

describe.each([
  ['strong', {}],
  ['weak', { '@aws-cdk/core:defaultCrossStackReferences': 'weak' }],
])('with %s references between stacks', (_kind, context) => {
  let assembly: Assembly;
  beforeAll(() => {
    assembly = synthesize(context);
  });

  test('the state machine’s definition holds the other stack’s ids and attributes', () => {
    const [group] = assembly.resources('AWS::EC2::SecurityGroup');
    const [cache] = assembly.resources('AWS::ElastiCache::ReplicationGroup');
    const [machine] = assembly.stateMachines();
    expect(machine?.definition).toMatchObject({
      QueryLanguage: 'JSONata',
      States: {
        Revoke: {
          Resource: 'arn:aws:states:::aws-sdk:ec2:revokeSecurityGroupIngress',
          Arguments: { GroupId: group?.physicalId },
        },
        Endpoint: { Output: { address: cache?.attribute('PrimaryEndPoint.Address'), port: '6380' } },
        Copy: { Resource: assembly.resources('AWS::StepFunctions::Activity')[0]?.physicalId },
      },
    });
    expect(cache?.physicalId).toBe('sessions8');
    expect(machine?.constructPath).toBe('Prod/Migration/Machine/Resource');
    expect(assembly.output('Prod-Migration', 'MachineArn')).toBe(machine?.arn);
  });

  test('the state machine’s role has the statements of its policies, managed ones too', () => {
    const [machine] = assembly.stateMachines();
    const role = assembly.role(machine?.roleArn ?? '');
    const actions = role.policies.flatMap(({ statements }) => statements.flatMap(({ Action }) => Action));
    expect(actions).toEqual(
      expect.arrayContaining(['ec2:revokeSecurityGroupIngress', 'sns:Publish', 'ssm:GetParameter']),
    );
    expect(role.managedPolicyArns).toEqual(['arn:aws:iam::aws:policy/ReadOnlyAccess']);
    expect(role.trust).toMatchObject([{ Action: 'sts:AssumeRole', Principal: { Service: 'states.amazonaws.com' } }]);
    expect(JSON.stringify(role.policies)).toContain(String(assembly.resources('AWS::SNS::Topic')[0]?.physicalId));
  });

  test('every property of every resource resolves', () => {
    const properties = assembly.resources().map((resource) => resource.properties);
    expect(properties.length).toBeGreaterThan(10);
    expect(JSON.stringify(properties)).not.toMatch(/"Fn::|"Ref":/);
  });
});
