import { lookUp, matchesArn, matchesPattern, type RequestContext, substituteVariables } from './match';
import type { ConditionValue, PolicyStatement } from './statement';

type Test = (expected: string, actual: string) => boolean;

const number = (compare: (actual: number, expected: number) => boolean): Test => {
  return (expected, actual) => compare(Number(actual), Number(expected));
};

/** Each operator, and whether it is the negation of its test. */
const OPERATORS: Readonly<Record<string, { readonly test: Test; readonly negated?: true }>> = {
  StringEquals: { test: (expected, actual) => expected === actual },
  StringNotEquals: { test: (expected, actual) => expected === actual, negated: true },
  StringEqualsIgnoreCase: { test: (expected, actual) => expected.toLowerCase() === actual.toLowerCase() },
  StringNotEqualsIgnoreCase: {
    test: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
    negated: true,
  },
  StringLike: { test: matchesPattern },
  StringNotLike: { test: matchesPattern, negated: true },
  // IAM evaluates ArnEquals and ArnLike alike.
  ArnEquals: { test: matchesArn },
  ArnLike: { test: matchesArn },
  ArnNotEquals: { test: matchesArn, negated: true },
  ArnNotLike: { test: matchesArn, negated: true },
  Bool: { test: (expected, actual) => expected.toLowerCase() === actual.toLowerCase() },
  NumericEquals: { test: number((actual, expected) => actual === expected) },
  NumericNotEquals: { test: number((actual, expected) => actual === expected), negated: true },
  NumericLessThan: { test: number((actual, expected) => actual < expected) },
  NumericLessThanEquals: { test: number((actual, expected) => actual <= expected) },
  NumericGreaterThan: { test: number((actual, expected) => actual > expected) },
  NumericGreaterThanEquals: { test: number((actual, expected) => actual >= expected) },
};

/**
 * Whether every condition of a statement holds.
 *
 * @throws Error naming a condition operator that is not known here.
 */
export function conditionsHold(condition: PolicyStatement['Condition'], context: RequestContext): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => holds(operator, key, expected, context)),
  );
}

function holds(written: string, key: string, expected: ConditionValue, context: RequestContext): boolean {
  const [, quantifier, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(written) ?? [];
  const actual = lookUp(context, key);
  const expectedValues = [expected].flat().map(String);
  if (name === 'Null') {
    return expectedValues.includes(String(actual === undefined));
  }
  const operator = OPERATORS[name];
  if (operator === undefined) {
    throw new Error(
      `The condition operator ${written} is not supported; known are Null, ${Object.keys(OPERATORS).join(', ')}.`,
    );
  }
  const patterns = expectedValues
    .map((value) => substituteVariables(value, context))
    .filter((value) => value !== undefined);
  const matches = (value: string) =>
    patterns.some((pattern) => operator.test(pattern, value)) !== (operator.negated === true);
  const values = actual === undefined ? [] : [actual].flat();
  switch (quantifier) {
    case 'ForAllValues':
      return values.every(matches);
    case 'ForAnyValue':
      return values.some(matches);
    default:
      // A negated operator holds where the key is missing; a plain one does not.
      return values.length === 0 ? ifExists !== undefined || operator.negated === true : values.every(matches);
  }
}
