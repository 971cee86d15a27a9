import type { Role } from '../../../../rehearsal/assembly';
import { assumeRole } from '../../../../rehearsal/aws/policy';

const role = (parts: Partial<Role>): Role => ({
  arn: 'arn:aws:iam::111122223333:role/path/Machine',
  name: 'Machine',
  logicalId: 'Machine',
  policies: [],
  managedPolicyArns: [],
  trust: [],
  ...parts,
});

test('a session is named after role and session', () => {
  expect(assumeRole(role({}), 's1').arn).toBe('arn:aws:sts::111122223333:assumed-role/Machine/s1');
});

test("the statements of all policies count, AWS's own too", () => {
  const statement = { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' };
  const principal = assumeRole(
    role({
      policies: [{ name: 'inline', statements: [statement] }],
      managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'],
    }),
    's1',
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
  expect(() => assumeRole(role({ policies: [{ name: 'p', statements: [statement] }] }), 's')).toThrow(message);
});

test('a managed policy that is not known is refused by name', () => {
  const arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  expect(() => assumeRole(role({ managedPolicyArns: [arn] }), 's')).toThrow(
    `The managed policy ${arn} is not known here`,
  );
});
