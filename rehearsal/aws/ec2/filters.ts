import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError, NotRehearsedError } from '../aws-error';
import { checkIds, GROUP, GROUP_RULE, VPC } from './ids';

/** Filters whose values are ids. */
const FORMS = { 'group-id': GROUP, 'security-group-rule-id': GROUP_RULE, 'vpc-id': VPC };

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html */
const MAX_VALUES = 200;

/** @throws AwsError for a filter or a value that the action cannot have, even where there is nothing to filter. */
export function checkFilters(filters: readonly Filter[] = [], known: readonly string[]): void {
  for (const { Name: name = '', Values: values = [] } of filters) {
    if (name.startsWith('tag')) {
      throw new NotRehearsedError(`The filter ${name}`);
    }
    if (!known.includes(name)) {
      throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
    }
    if (values.length > MAX_VALUES) {
      throw new AwsError(
        'FilterLimitExceeded',
        `The maximum number of filter values specified on a single call is ${MAX_VALUES}`,
      );
    }
    if (isIdFilter(name)) checkIds(FORMS[name], values);
  }
}

function isIdFilter(name: string): name is keyof typeof FORMS {
  return name in FORMS;
}

/** Every filter must be met, by any of its values. */
export function meets(filters: readonly Filter[] = [], facts: Readonly<Record<string, string | undefined>>): boolean {
  return filters.every(({ Name: name = '', Values: values = [] }) => values.includes(facts[name] ?? ''));
}
