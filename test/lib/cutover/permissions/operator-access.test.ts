import { ManagedPolicy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { evaluate } from '../../../../rehearsal/aws/policy/evaluate';
import { parseStatement } from '../../../../rehearsal/aws/policy/statement';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:sessions';
const EXECUTIONS = 'arn:aws:states:eu-west-1:111122223333:execution:sessions:*';
const PARAMETERS = 'arn:aws:ssm:eu-west-1:111122223333:parameter/cdk-cutover/sessions';

const LOOK = [
  { Effect: 'Allow', Action: ['states:DescribeExecution', 'states:GetExecutionHistory'], Resource: EXECUTIONS },
  {
    Effect: 'Allow',
    Action: 'ssm:GetParameters',
    Resource: ['approval', 'configuration', 'confirmation', 'journal', 'lock', 'state-machine'].map(
      (leaf) => `${PARAMETERS}/${leaf}`,
    ),
  },
];

test('anyone who starts executions does not approve them, and anyone who approves starts none', () => {
  const surroundings = new Surroundings();
  const [operators, approvers] = ['Operators', 'Approvers'].map(
    (id) => new Role(surroundings.stack, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }),
  );
  const migration = surroundings.migrate({ migrationName: 'sessions' });
  if (operators !== undefined) migration.grantOperate(operators);
  if (approvers !== undefined) migration.grantApprove(approvers);
  const assembly = surroundings.deploy();
  const statementsOf = (id: string) => {
    const [role] = assembly.resources('AWS::IAM::Role').filter(({ logicalId }) => logicalId.startsWith(id));
    return assembly.role(String(role?.attribute('Arn'))).policies.flatMap(({ statements }) => statements);
  };
  expect(statementsOf('Operators')).toEqual([
    { Effect: 'Allow', Action: 'states:StartExecution', Resource: MACHINE },
    { Effect: 'Allow', Action: 'states:StopExecution', Resource: EXECUTIONS },
    {
      Effect: 'Allow',
      Action: ['states:DescribeStateMachine', 'states:ListExecutions', 'states:ListTagsForResource'],
      Resource: MACHINE,
    },
    {
      Effect: 'Allow',
      Action: 'cloudformation:DescribeStackResource',
      Resource: expect.stringMatching(/^arn:aws:cloudformation:eu-west-1:111122223333:stack\/Shop\/[-0-9a-f]{36}$/),
    },
    {
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: [
        expect.stringMatching(/^arn:aws:ssm:eu-west-1:111122223333:document\/.*Clients/),
        expect.stringMatching(/^arn:aws:ec2:eu-west-1:111122223333:instance\/i-[0-9a-f]+$/),
      ],
    },
    {
      Effect: 'Allow',
      Action: ['cloudwatch:GetMetricData', 'ssm:DescribeParameters', 'ssm:GetCommandInvocation'],
      Resource: '*',
    },
    ...LOOK,
  ]);
  expect(statementsOf('Approvers')).toEqual([
    { Effect: 'Allow', Action: ['states:SendTaskFailure', 'states:SendTaskSuccess'], Resource: MACHINE },
    ...LOOK,
  ]);
});

describe('with separation of duties', () => {
  const principals = (surroundings: Surroundings) =>
    ['Operators', 'Schedulers', 'Approvers'].map(
      (id) =>
        new Role(surroundings.stack, id, {
          assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
          // Somebody gave it to them, and meant well.
          managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSStepFunctionsFullAccess')],
          inlinePolicies: {
            All: new PolicyDocument({
              statements: [new PolicyStatement({ actions: ['states:*'], resources: ['*'] })],
            }),
          },
        }),
    ) as [Role, Role, Role];

  const EXECUTION = EXECUTIONS.replace('*', '8f2d');
  const START = [
    ['states:StartExecution', MACHINE],
    ['states:RedriveExecution', EXECUTION],
  ] as const;
  const ANSWER = [
    ['states:SendTaskSuccess', MACHINE],
    ['states:SendTaskFailure', MACHINE],
  ] as const;

  test.each([
    [true, 'explicitDeny'],
    [false, 'allowed'],
  ] as const)(
    '%p: of those who have states:* from elsewhere, who starts cannot approve, and the reverse',
    (separationOfDuties, other) => {
      const surroundings = new Surroundings();
      const [operators, schedulers, approvers] = principals(surroundings);
      const migration = surroundings.migrate({
        migrationName: 'sessions',
        approval: surroundings.topic(),
        separationOfDuties,
      });
      migration.grantOperate(operators);
      migration.grantSchedule(schedulers);
      migration.grantApprove(approvers);
      const assembly = surroundings.deploy();
      const decided = (id: string, [action, resource]: readonly [string, string]) => {
        const [role] = assembly.resources('AWS::IAM::Role').filter(({ logicalId }) => logicalId.startsWith(id));
        const statements = assembly
          .role(String(role?.attribute('Arn')))
          .policies.flatMap((policy) => policy.statements);
        return evaluate(statements.map(parseStatement), { action, resource, context: {} });
      };
      for (const who of ['Operators', 'Schedulers']) {
        expect(ANSWER.map((call) => decided(who, call))).toEqual([other, other]);
        expect(START.map((call) => decided(who, call))).toEqual(['allowed', 'allowed']);
      }
      expect(START.map((call) => decided('Approvers', call))).toEqual([other, other]);
      expect(ANSWER.map((call) => decided('Approvers', call))).toEqual(['allowed', 'allowed']);
      // Another migration's executions are another matter.
      const [ofAnother] = [['states:SendTaskSuccess', MACHINE.replace('sessions', 'carts')] as const];
      expect(decided('Operators', ofAnother)).toBe('allowed');
    },
  );

  test.each(['grantOperate', 'grantSchedule'] as const)('nobody has %s and grantApprove', (start) => {
    const surroundings = new Surroundings();
    const [role] = principals(surroundings);
    const migration = surroundings.migrate({ approval: surroundings.topic(), separationOfDuties: true });
    migration[start](role);
    expect(() => migration.grantApprove(role)).toThrow(
      `grantApprove: got Shop/Operators, which has ${start}; with separationOfDuties accepted are other principals`,
    );
    // Anyone who starts may have it started at a time, too.
    migration[start === 'grantOperate' ? 'grantSchedule' : 'grantOperate'](role);
  });

  test('nor is there a migration that asks nobody', () => {
    const surroundings = new Surroundings();
    expect(() => surroundings.migrate({ separationOfDuties: true })).toThrow(
      'separationOfDuties: got true without an approval',
    );
  });
});
