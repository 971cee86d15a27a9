import { Iam } from '../../../rehearsal/aws/iam';
import { callerOf, testEnvironment } from './stage';

const ROLE = 'arn:aws:iam::111122223333:role/Machine';

function stage() {
  const { environment } = testEnvironment();
  const iam = new Iam((arn) =>
    arn === ROLE
      ? [
          { Effect: 'Allow', Action: 'ssm:PutParameter', Resource: 'arn:aws:ssm:*:*:parameter/cutover/*' },
          { Effect: 'Deny', Action: 'ssm:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        ]
      : undefined,
  );
  return callerOf(environment, iam);
}

const parameter = (name: string) => `arn:aws:ssm:eu-west-1:111122223333:parameter/${name}`;

test('says of every action and resource whether the role could', async () => {
  expect(
    await stage().call('simulatePrincipalPolicy', {
      PolicySourceArn: ROLE,
      ActionNames: ['ssm:PutParameter', 'ssm:GetParameter'],
      ResourceArns: [parameter('cutover/a'), parameter('b')],
    }),
  ).toMatchObject({
    EvaluationResults: [
      { EvalActionName: 'ssm:PutParameter', EvalResourceName: parameter('cutover/a'), EvalDecision: 'allowed' },
      { EvalDecision: 'implicitDeny' },
      { EvalActionName: 'ssm:GetParameter', EvalDecision: 'implicitDeny' },
      { EvalDecision: 'implicitDeny' },
    ],
  });
});

test('context entries count', async () => {
  const entry = { ContextKeyName: 'aws:SecureTransport', ContextKeyValues: ['false'], ContextKeyType: 'boolean' };
  expect(
    await stage().call('simulatePrincipalPolicy', {
      PolicySourceArn: ROLE,
      ActionNames: ['ssm:PutParameter'],
      ResourceArns: [parameter('cutover/a')],
      ContextEntries: [entry],
    }),
  ).toMatchObject({ EvaluationResults: [{ EvalDecision: 'explicitDeny' }] });
});

test('an unknown role and a malformed action are refused', async () => {
  const { refusal } = stage();
  expect(
    await refusal('simulatePrincipalPolicy', { PolicySourceArn: `${ROLE}x`, ActionNames: ['ssm:PutParameter'] }),
  ).toEqual({
    error: 'Iam.NoSuchEntityException',
    cause: 'The role with name Machinex cannot be found.',
  });
  expect((await refusal('simulatePrincipalPolicy', { PolicySourceArn: ROLE, ActionNames: ['put'] })).error).toBe(
    'Iam.InvalidInputException',
  );
});
