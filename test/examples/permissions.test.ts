import type { Role, Statement } from '../../rehearsal/assembly';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { EXAMPLES, HOSTS, synthesized } from './example-under-test';
import { problemsOf, rightsWithoutState, rolesOf, statesWithoutPermission } from './service-authorization';

afterAll(removeTemporaryFolders);

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

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';

const statementsOf = ({ policies }: Role) => policies.flatMap(({ statements }) => statements);

/** Every statement of an example's roles, with the role. */
function permissionsOf(name: string) {
  const { assembly } = synthesized(name);
  const roles = rolesOf(assembly);
  const all = roles.flatMap((role) =>
    statementsOf(role).map((statement): [string, Statement] => [role.logicalId, statement]),
  );
  return { assembly, roles, all };
}

describe.each([...EXAMPLES, ...HOSTS])('in %s', (name) => {
  const { assembly, roles, all } = permissionsOf(name);

  test('no role has all of a service, or what AWS has put into a policy of its own', () => {
    expect(all.length).toBeGreaterThan(20);
    for (const [role, { Effect, Action }] of all) {
      expect([role, Effect]).toEqual([role, 'Allow']);
      expect(listed(Action).filter((action) => action.includes('*'))).toEqual([]);
    }
    expect(roles.flatMap(({ managedPolicyArns }) => managedPolicyArns)).toEqual([]);
  });

  test('every action, resource and condition is one that AWS knows, and nothing is wider than it need be', async () => {
    const problems = await Promise.all(all.map(([, statement]) => problemsOf(statement)));
    expect(problems.flat()).toEqual([]);
  });

  test('every state may make its call', () => {
    const problems = assembly
      .stateMachines()
      .flatMap((machine) => statesWithoutPermission(machine, assembly.role(machine.roleArn)));
    expect(problems).toEqual([]);
  });

  test('a state machine may do nothing that none of its states does', () => {
    const machines = assembly.stateMachines();
    const unused = machines.map((machine) => rightsWithoutState(machine, assembly.role(machine.roleArn)));
    expect([machines.length > 1, unused.flat()]).toEqual([true, []]);
  });
});

describe.each(EXAMPLES)('in %s', (name) => {
  const { assembly, roles, all } = permissionsOf(name);

  test('state machines and rules of this account alone may have their services take a role', () => {
    const services = roles
      .flatMap(({ trust }) => trust)
      .filter(({ Principal }) => /"(states|events)\.amazonaws\.com"/.test(JSON.stringify(Principal)));
    expect(services.length).toBeGreaterThanOrEqual(4);
    for (const { Condition } of services) {
      expect(Condition).toEqual({
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
        ArnLike: {
          'aws:SourceArn': expect.stringMatching(`^arn:aws:(states|events):${REGION}:${ACCOUNT}:(stateMachine:|rule/)`),
        },
      });
    }
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

// @see docs/aws-facts.md#rds-final-snapshot-tags
test('for the tags of a last snapshot, nothing but the snapshot can be tagged', () => {
  const tagged = permissionsOf('mysql-to-aurora').all.flatMap(([, { Action, Resource }]) =>
    listed(Action).includes('rds:AddTagsToResource') ? listed(Resource) : [],
  );
  expect(tagged).toEqual([`arn:aws:rds:${REGION}:${ACCOUNT}:snapshot:cutover-final-*`]);
});
