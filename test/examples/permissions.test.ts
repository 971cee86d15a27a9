import type { Statement } from '../../rehearsal/assembly';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { EXAMPLES, synthesized } from './example-under-test';

afterAll(removeTemporaryFolders);

/** Actions that know no resources, by the Service Authorization Reference. */
const WITHOUT_RESOURCES: Readonly<Record<string, string>> = {
  'application-autoscaling:DescribeScalableTargets': 'Application Auto Scaling lists targets of a namespace',
  'application-autoscaling:DescribeScalingPolicies': 'Application Auto Scaling lists policies of a namespace',
  'application-autoscaling:DescribeScheduledActions': 'Application Auto Scaling lists actions of a namespace',
  'cloudwatch:DescribeAlarms': 'CloudWatch gives composite alarms to those alone who may see all',
  'ec2:DescribeInstances': 'EC2 describes what matches a filter',
  'ec2:DescribeSecurityGroupRules': 'EC2 describes what matches a filter',
  'elasticloadbalancing:DescribeRules': 'Elastic Load Balancing describes the rules of a listener',
  'logs:CreateLogDelivery': 'vended logs, by which a state machine logs',
  'logs:DeleteLogDelivery': 'vended logs',
  'logs:DescribeLogGroups': 'vended logs',
  'logs:DescribeResourcePolicies': 'vended logs',
  'logs:GetLogDelivery': 'vended logs',
  'logs:ListLogDeliveries': 'vended logs',
  'logs:PutResourcePolicy': 'vended logs',
  'logs:UpdateLogDelivery': 'vended logs',
  'rds:DescribeDBEngineVersions': 'RDS lists engine versions',
  'rds:DescribeEvents': 'RDS tells what happened to whatever there is',
  'rds:DescribeOrderableDBInstanceOptions': 'RDS lists what it offers',
  'ssm:DescribeInstanceInformation': 'Systems Manager lists the instances that it manages',
  'ssm:UpdateInstanceInformation': 'Systems Manager Agent: an instance reports itself',
  'ssmmessages:CreateControlChannel': 'Session Manager: a channel has no ARN',
  'ssmmessages:CreateDataChannel': 'Session Manager',
  'ssmmessages:OpenControlChannel': 'Session Manager',
  'ssmmessages:OpenDataChannel': 'Session Manager',
};

/** All that the migration host may do: read, connect, take tasks and answer them, and write its own logs. */
const OF_THE_HOST = [
  'logs:CreateLogStream',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'logs:PutLogEvents',
  's3:GetObject',
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'ssm:GetParameter',
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'states:GetActivityTask',
  'states:SendTaskFailure',
  'states:SendTaskHeartbeat',
  'states:SendTaskSuccess',
];

const listed = (value: unknown): string[] => [value].flat().map(String);

describe.each(EXAMPLES)('in %s', (name) => {
  const { assembly } = synthesized(name);
  const roles = assembly
    .resources('AWS::IAM::Role')
    .map((resource) => assembly.role(String(resource.attribute('Arn'))));
  const statementsOf = (role: (typeof roles)[number]) => role.policies.flatMap(({ statements }) => statements);
  const all: [string, Statement][] = roles.flatMap((role) =>
    statementsOf(role).map((statement): [string, Statement] => [role.logicalId, statement]),
  );

  test('no role has all of a service, or what AWS has put into a policy of its own', () => {
    expect(all.length).toBeGreaterThan(20);
    for (const [role, { Effect, Action }] of all) {
      expect([role, Effect]).toEqual([role, 'Allow']);
      expect(listed(Action).filter((action) => action.includes('*'))).toEqual([]);
    }
    expect(roles.flatMap(({ managedPolicyArns }) => managedPolicyArns)).toEqual([]);
  });

  test('all resources are named, where the action knows any', () => {
    const everywhere = all.filter(([, { Resource }]) => listed(Resource).includes('*'));
    const actions = everywhere.flatMap(([, { Action }]) => listed(Action));
    expect(actions.filter((action) => !(action in WITHOUT_RESOURCES))).toEqual([]);
  });

  test('the host’s role changes no AWS resource', () => {
    const [host] = roles.filter(({ trust }) => JSON.stringify(trust).includes('ec2.amazonaws.com'));
    const actions = (host === undefined ? [] : statementsOf(host)).flatMap(({ Action }) => listed(Action));
    expect(actions.length).toBeGreaterThan(10);
    expect(actions.filter((action) => !OF_THE_HOST.includes(action))).toEqual([]);
  });

  test('only the migration’s own names of the zone can be changed', () => {
    const own = assembly.resources('Custom::CutoverRecord').map((record) => record.property('RecordName'));
    const changes = all.filter(([, { Action }]) => listed(Action).includes('route53:ChangeResourceRecordSets'));
    expect(changes.length).toBeGreaterThanOrEqual(2);
    for (const [, { Condition }] of changes) {
      const { 'ForAllValues:StringEquals': only } = Condition as Record<string, Record<string, string[]>>;
      const names = only?.['route53:ChangeResourceRecordSetsNormalizedRecordNames'];
      expect(names?.length).toBeGreaterThan(0);
      expect(own).toEqual(expect.arrayContaining(names ?? []));
    }
  });
});
