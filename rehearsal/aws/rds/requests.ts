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

/** The values of one filter. @throws AwsError for another one */
export function filterValues(filters: readonly Filter[] = [], name: string): readonly string[] | undefined {
  const other = filters.find((filter) => filter.Name !== name);
  if (other !== undefined) throw new AwsError('InvalidParameterValue', `Unrecognized filter name: ${other.Name}`);
  return filters.length === 0 ? undefined : filters.flatMap(({ Values }) => Values ?? []);
}
