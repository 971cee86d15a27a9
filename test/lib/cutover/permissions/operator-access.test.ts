import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
