import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError, NotRehearsedError } from '../aws-error';

/** @throws AwsError for a filter that the action does not have, even where there is nothing to filter. */
export function checkFilters(filters: readonly Filter[] = [], known: readonly string[]): void {
  for (const { Name: name = '' } of filters) {
    if (name.startsWith('tag')) {
      throw new NotRehearsedError(`The filter ${name}`);
    }
    if (!known.includes(name)) {
      throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
    }
  }
}

/** Every filter must be met, by any of its values. */
export function meets(filters: readonly Filter[] = [], facts: Readonly<Record<string, string | undefined>>): boolean {
  return filters.every(({ Name: name = '', Values: values = [] }) => values.includes(facts[name] ?? ''));
}

/** Of describing security groups and their rules. */
export function checkPageSize(size: number): void {
  if (size < 5 || size > 1000) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
}
