import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../aws-error';
import { FIELDS, type Field, fieldOf, valuesOf } from './condition-values';

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MAX_VALUES = 5;
const MAX_WILDCARDS = 6;
const MAX_VALUE_LENGTH = 128;

/** A rule may look at these more than once. */
const REPEATABLE: readonly Field[] = ['http-header', 'query-string'];
/** Which member belongs to which field, besides `Values`. */
const CONFIGS: Readonly<Record<Field, keyof RuleCondition>> = {
  'path-pattern': 'PathPatternConfig',
  'host-header': 'HostHeaderConfig',
  'http-header': 'HttpHeaderConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'query-string': 'QueryStringConfig',
  'source-ip': 'SourceIpConfig',
};
const WITH_PLAIN_VALUES: readonly Field[] = ['path-pattern', 'host-header'];

/**
 * Refuses conditions that a load balancer would not take.
 *
 * @throws AwsError ValidationError
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
 */
export function checkConditions(conditions: readonly RuleCondition[]): void {
  if (conditions.length === 0) {
    throw invalid('A condition must be specified');
  }
  const fields = conditions.map(checkCondition);
  const twice = fields.find((field, index) => fields.indexOf(field) !== index && !REPEATABLE.includes(field));
  if (twice !== undefined) {
    throw invalid(`A rule can only have one '${twice}' condition`);
  }
  const values = conditions.flatMap(valuesOf);
  if (values.length > MAX_VALUES) {
    throw invalid(`A rule can only have '${MAX_VALUES}' condition values`);
  }
  if ((values.join('').match(/[*?]/g) ?? []).length > MAX_WILDCARDS) {
    throw invalid(`A rule can only have '${MAX_WILDCARDS}' condition wildcards`);
  }
}

function checkCondition(condition: RuleCondition): Field {
  const field = fieldOf(condition);
  if (field === undefined) {
    throw invalid(`Condition field '${condition.Field}' must be one of '[${FIELDS.join(', ')}]'`);
  }
  const foreign = FIELDS.find((other) => other !== field && condition[CONFIGS[other]] !== undefined);
  if (foreign !== undefined) {
    throw invalid(`A '${field}' condition cannot have a ${CONFIGS[foreign]}`);
  }
  if (condition.Values !== undefined && !WITH_PLAIN_VALUES.includes(field)) {
    throw invalid(`A '${field}' condition takes its values in ${CONFIGS[field]}`);
  }
  // Several values go into the configuration; `Values` alone takes one.
  if ((condition.Values ?? []).length > 1 && condition[CONFIGS[field]] === undefined) {
    throw invalid(`A '${field}' condition with several values takes them in ${CONFIGS[field]}`);
  }
  const values = valuesOf(condition);
  if (values.length === 0 || values.includes('')) {
    throw invalid('A condition value must be specified');
  }
  for (const value of values) {
    checkValue(field, value);
  }
  return field;
}

function checkValue(field: Field, value: string): void {
  if (value.length > MAX_VALUE_LENGTH && field !== 'query-string') {
    throw invalid(
      `Condition value '${value}' must have at most ${MAX_VALUE_LENGTH} characters; it has ${value.length}`,
    );
  }
  if (field === 'path-pattern' && !/^[A-Za-z0-9_\-.$/~"'@:+&*?]+$/.test(value)) {
    throw invalid(`Condition value '${value}' contains a character that is not valid in a path pattern`);
  }
  if (field === 'host-header' && !/^[A-Za-z0-9\-_.*?]*\.[A-Za-z*?]+$/.test(value)) {
    throw invalid(`Condition value '${value}' is no host name: it must have a '.', and only letters after the last`);
  }
  if (field === 'http-request-method' && !/^[A-Z_-]{1,40}$/.test(value)) {
    throw invalid(`Condition value '${value}' is no HTTP method: A-Z, - and _`);
  }
}

const invalid = (text: string) => new AwsError('ValidationError', text);
