import type { JsonObject, Role, Statement } from '../../../../rehearsal/assembly';
import { assumeRole } from '../../../../rehearsal/aws/policy';

const role = (parts: Partial<Role>): Role => ({
  arn: 'arn:aws:iam::111122223333:role/path/Machine',
  name: 'Machine',
  logicalId: 'Machine',
  policies: [],
  managedPolicyArns: [],
  trust: [trust()],
  ...parts,
});

function trust(condition?: JsonObject): Statement {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'states.amazonaws.com' } };
  return condition === undefined ? statement : { ...statement, Condition: condition };
}

const states = { service: 'states.amazonaws.com' };

test('a session is named after role and session', () => {
  expect(assumeRole(role({}), 's1', states).arn).toBe('arn:aws:sts::111122223333:assumed-role/Machine/s1');
});

test("the statements of all policies count, AWS's own too", () => {
  const statement = { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' };
  const principal = assumeRole(
    role({
      policies: [{ name: 'inline', statements: [statement] }],
      managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'],
    }),
    's1',
    states,
  );
  expect(principal.statements[0]).toEqual(statement);
  expect(JSON.stringify(principal.statements)).toContain('ssmmessages:OpenDataChannel');
});

test.each([
  [{ Effect: 'Maybe', Action: 'a', Resource: '*' }, 'has the Effect "Maybe"'],
  [{ Effect: 'Allow', Resource: '*' }, 'needs either Action or NotAction'],
  [{ Effect: 'Allow', Action: 'a' }, 'needs either Resource or NotResource'],
  [{ Effect: 'Allow', Action: 'a', Resource: '*', Principal: '*' }, 'has Principal'],
])('the statement %j is refused', (statement, message) => {
  expect(() => assumeRole(role({ policies: [{ name: 'p', statements: [statement] }] }), 's', states)).toThrow(message);
});

test('a managed policy that is not known is refused by name', () => {
  const arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  expect(() => assumeRole(role({ managedPolicyArns: [arn] }), 's', states)).toThrow(
    `The managed policy ${arn} is not known here`,
  );
});

const OWN_ONLY = {
  StringEquals: { 'aws:SourceAccount': '111122223333' },
  ArnLike: { 'aws:SourceArn': 'arn:aws:states:eu-central-1:111122223333:stateMachine:*' },
};

test('a service has an older name, with its Region in it', () => {
  const older = { ...trust(), Principal: { Service: 'states.eu-central-1.amazonaws.com' } };
  expect(assumeRole(role({ trust: [older] }), 's1', states).roleArn).toBe(
    'arn:aws:iam::111122223333:role/path/Machine',
  );
});

test('a role that trusts its own account is taken for a state machine of it', () => {
  const sourceArn = 'arn:aws:states:eu-central-1:111122223333:stateMachine:night';
  const own = role({ trust: [trust(OWN_ONLY)] });
  expect(assumeRole(own, 's1', { ...states, sourceArn }).roleArn).toBe(own.arn);
});

test.each([
  ['a state machine of another account', 'states', 'arn:aws:states:eu-central-1:444455556666:stateMachine:night'],
  ['a state machine of another Region', 'states', 'arn:aws:states:eu-west-1:111122223333:stateMachine:night'],
  ['an execution', 'states', 'arn:aws:states:eu-central-1:111122223333:execution:night:1'],
  ['nobody said which', 'states', undefined],
  ['a rule', 'events', 'arn:aws:events:eu-central-1:111122223333:rule/look'],
])('and not for %s', (_, service, sourceArn) => {
  const by = { service: `${service}.amazonaws.com`, ...(sourceArn !== undefined && { sourceArn }) };
  expect(() => assumeRole(role({ trust: [trust(OWN_ONLY)] }), 's1', by)).toThrow(
    `${service}.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/path/Machine`,
  );
});
