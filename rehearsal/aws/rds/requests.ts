import type { Filter } from '@aws-sdk/client-rds';
import { AwsError, NotRehearsedError } from '../aws-error';

export const invalidMarker = () => new AwsError('InvalidParameterValue', 'Invalid marker.');

/** Every list of RDS takes 20 to 100 records a page. */
export function checkPageSize(size = 100): number {
  if (size < 20 || size > 100) {
    throw new AwsError('InvalidParameterValue', `Invalid value ${size} for MaxRecords. Must be between 20 and 100`);
  }
  return size;
}

export const combination = (message: string) => new AwsError('InvalidParameterCombination', message);

/** What is asked for and not done here ends the rehearsal, instead of being passed over. */
export function checkMembers(action: string, request: object, known: readonly string[]): void {
  const other = Object.keys(request).find((member) => !known.includes(member));
  if (other !== undefined) throw new NotRehearsedError(`${action} with ${other}`);
}

/**
 * Whether something passes every filter.
 *
 * @param values - by a filter's name: what of it may be asked for
 * @throws AwsError for another filter
 */
export function passes(filters: readonly Filter[] = [], values: Readonly<Record<string, readonly string[]>>): boolean {
  return filters.every(({ Name: name = '', Values: wanted = [] }) => {
    const own = values[name];
    if (own === undefined) throw new AwsError('InvalidParameterValue', `Unrecognized filter name: ${name}`);
    return own.some((value) => wanted.includes(value));
  });
}
