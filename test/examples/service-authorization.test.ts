import type { Stack } from 'aws-cdk-lib';
import { CacheConsistency } from '../../lib';
import { Databases } from '../lib/aurora/databases-under-test';
import { Surroundings } from '../lib/migration-under-test';
import { KINDS } from '../lib/workloads/random-workloads';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { problemsOf, rightsWithoutState, rolesOf, statesWithoutPermission } from './service-authorization';

afterAll(removeTemporaryFolders);

const on = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const PARAMETER = 'arn:aws:ssm:eu-west-1:111122223333:parameter/shop';

test.each([
  ['an action that there is not', on('ssm:PutParameters', PARAMETER), 'ssm:PutParameters does not exist'],
  [
    'all resources for an action that knows some',
    on('ssm:PutParameter', '*'),
    'ssm:PutParameter on *:: knows resources',
  ],
  [
    'a resource for an action that knows none',
    on('ec2:DescribeInstances', 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1'),
    'ec2:DescribeInstances on a resource:: knows none',
  ],
  [
    'a resource of another type',
    on('ssm:PutParameter', 'arn:aws:ssm:eu-west-1:111122223333:document/shop'),
    'ssm:PutParameter takes arn:',
  ],
  [
    'a resource that only the other statement’s action knows',
    on('ssm:PutParameter', [PARAMETER, 'arn:aws:sns:eu-west-1:111122223333:shop']),
    'arn:aws:sns:eu-west-1:111122223333:shop is of no type that ssm:PutParameter knows',
  ],
  [
    'a resource of a statement that one of its actions does not know',
    on(['ssm:PutParameter', 'sns:Publish'], [PARAMETER, 'arn:aws:sns:eu-west-1:111122223333:shop']),
    'sns:Publish on arn:aws:ssm:eu-west-1:111122223333:parameter/shop',
  ],
  [
    'a condition that the action’s requests never have',
    on('ssm:PutParameter', PARAMETER, { Condition: { StringEquals: { 'rds:DatabaseName': 'shop' } } }),
    'ssm:PutParameter with rds:DatabaseName:: knows ',
  ],
])('%s is found', async (_, statement, problem) => {
  expect(await problemsOf(statement)).toContainEqual(expect.stringContaining(problem));
});

const everyKind = (stack: Stack) =>
  Object.values(KINDS).map(({ make }, index) => make(stack, { name: `w${index}`, after: [] }));

function live() {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(CacheConsistency.LIVE, { workloads: everyKind(surroundings.stack) });
  return surroundings.deploy();
}

function binlogReplica() {
  const databases = new Databases();
  databases.follow({ approval: databases.topic(), alarms: [databases.alarm('OrderErrors')] });
  return databases.deploy();
}

/** What no example has. */
describe.each([
  ['LIVE, with every kind of workload', live],
  ['binlogReplica', binlogReplica],
])('%s', (_, deploy) => {
  const assembly = deploy();

  test('allows only what AWS knows, on what it knows', async () => {
    const statements = rolesOf(assembly).flatMap(({ policies }) => policies.flatMap((policy) => policy.statements));
    expect(statements.length).toBeGreaterThan(20);
    expect((await Promise.all(statements.map(problemsOf))).flat()).toEqual([]);
  });

  test('lets every state make its call', () => {
    const problems = assembly
      .stateMachines()
      .flatMap((machine) => statesWithoutPermission(machine, assembly.role(machine.roleArn)));
    expect(problems).toEqual([]);
  });

  test('allows a state machine nothing that none of its states does, and finds what is', () => {
    for (const machine of assembly.stateMachines()) {
      const role = assembly.role(machine.roleArn);
      expect(rightsWithoutState(machine, role)).toEqual([]);
      const idle = { ...machine, definition: { StartAt: 'Idle', States: { Idle: { Type: 'Succeed' } } } };
      expect(rightsWithoutState(idle, role).length).toBeGreaterThan(3);
    }
  });
});
