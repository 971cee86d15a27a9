// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are IAM’s own policy variables.
import { evaluate, type PolicyStatement } from '../../../../rehearsal/aws/policy';

const parameter = 'arn:aws:ssm:eu-west-1:111122223333:parameter/cutover/journal';

function decide(
  statements: readonly PolicyStatement[],
  action = 'ssm:PutParameter',
  resource = parameter,
  context = {},
) {
  return evaluate(statements, { action, resource, context });
}

const allow = (statement: Partial<PolicyStatement>): PolicyStatement => ({
  Effect: 'Allow',
  Action: 'ssm:PutParameter',
  Resource: '*',
  ...statement,
});
const deny = (statement: Partial<PolicyStatement>): PolicyStatement => ({ ...allow(statement), Effect: 'Deny' });

test('what nothing allows is denied', () => {
  expect(decide([])).toBe('implicitDeny');
  expect(decide([allow({ Action: 'ssm:GetParameter' })])).toBe('implicitDeny');
});

test('an explicit deny wins over any allow, wherever it stands', () => {
  expect(decide([allow({})])).toBe('allowed');
  expect(decide([deny({}), allow({})])).toBe('explicitDeny');
  expect(decide([allow({}), deny({ Resource: `${parameter}*` })])).toBe('explicitDeny');
});

test('actions match without case and by wildcard, resources with case', () => {
  expect(decide([allow({ Action: ['s3:*', 'SSM:put*'] })])).toBe('allowed');
  expect(decide([allow({ Action: 'ssm:PutParamete?' })])).toBe('allowed');
  expect(decide([allow({ Resource: parameter.replace('journal', '*') })])).toBe('allowed');
  expect(decide([allow({ Resource: parameter.toUpperCase() })])).toBe('implicitDeny');
  expect(decide([allow({ Resource: `${parameter}s` })])).toBe('implicitDeny');
});

test('NotAction and NotResource are all but what they list', () => {
  const { Action: _action, Resource: _resource, ...rest } = allow({});
  expect(decide([{ ...rest, NotAction: 'ssm:Get*', Resource: '*' }])).toBe('allowed');
  expect(decide([{ ...rest, NotAction: 'ssm:*', Resource: '*' }])).toBe('implicitDeny');
  expect(decide([{ ...rest, Action: '*', NotResource: parameter }])).toBe('implicitDeny');
});

test('an API without resources is allowed only by a statement for all resources', () => {
  const describe = (Resource: string) =>
    decide([allow({ Action: 'ec2:DescribeSecurityGroupRules', Resource })], 'ec2:DescribeSecurityGroupRules', '*');
  expect(describe('*')).toBe('allowed');
  expect(describe('arn:aws:ec2:*:*:security-group/*')).toBe('implicitDeny');
});

test('a policy variable takes the request’s fact, and never matches without it', () => {
  const statement = allow({ Resource: 'arn:aws:ssm:*:*:parameter/${aws:PrincipalTag/team}/*' });
  const own = 'arn:aws:ssm:eu-west-1:1:parameter/blue/x';
  expect(decide([statement], 'ssm:PutParameter', own, { 'aws:PrincipalTag/team': 'blue' })).toBe('allowed');
  expect(decide([statement], 'ssm:PutParameter', own, { 'aws:PrincipalTag/team': 'red' })).toBe('implicitDeny');
  expect(decide([statement], 'ssm:PutParameter', own)).toBe('implicitDeny');
});

describe('conditions', () => {
  const holds = (operator: string, expected: string | string[], actual: string | string[] | undefined) =>
    decide([allow({ Condition: { [operator]: { 'my:Key': expected } } })], undefined, undefined, {
      'my:key': actual,
    }) === 'allowed';

  test.each([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a', undefined, false],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', 'a', undefined, true],
    ['StringLike', 'a*', 'abc', true],
    ['StringNotLike', 'a*', 'abc', false],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIfExists', 'a', 'b', false],
    ['ArnLike', 'arn:aws:sns:*:1:topic-?', 'arn:aws:sns:eu-west-1:1:topic-a', true],
    ['ArnLike', 'arn:*:sns:*:1:t', 'arn:', false],
    ['ArnLike', 'arn:aws:*:topic', 'arn:aws:sns:eu-west-1:1:topic', false],
    ['ArnEquals', 'arn:aws:sns:*:1:t', 'arn:aws:sns:eu-west-1:1:t', true],
    ['ArnNotLike', 'arn:aws:sns:*:1:t', 'arn:aws:sns:eu-west-1:1:t', false],
    ['Bool', 'true', 'true', true],
    ['Null', 'true', undefined, true],
    ['Null', 'true', 'x', false],
    ['Null', 'false', 'x', true],
    ['NumericLessThanEquals', '10', '9', true],
    ['NumericGreaterThan', '10', '9', false],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b', 'a'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', 'a', undefined, true],
    ['ForAnyValue:StringEquals', 'a', ['c', 'a'], true],
    ['ForAnyValue:StringEquals', 'a', undefined, false],
    ['ForAllValues:StringLike', 'a*', ['ab', 'ac'], true],
  ] as const)('%s %j with %j: %s', (operator, expected, actual, result) => {
    expect(
      holds(operator, [expected].flat(), actual === undefined || typeof actual === 'string' ? actual : [...actual]),
    ).toBe(result);
  });

  test('all operators and keys of a statement must hold', () => {
    const condition = { StringEquals: { 'k:a': '1', 'k:b': '2' } };
    const both = decide([allow({ Condition: condition })], undefined, undefined, { 'k:a': '1', 'k:b': '2' });
    const one = decide([allow({ Condition: condition })], undefined, undefined, { 'k:a': '1', 'k:b': '3' });
    expect([both, one]).toEqual(['allowed', 'implicitDeny']);
  });

  test('an operator that is not known is refused by name', () => {
    expect(() => holds('DateLessThan', 'x', 'y')).toThrow('The condition operator DateLessThan is not supported');
    expect(() => holds('StringMatches', 'x', 'y')).toThrow('The condition operator StringMatches is not supported');
  });
});
