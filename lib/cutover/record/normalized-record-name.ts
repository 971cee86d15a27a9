import { Token } from 'aws-cdk-lib';

/**
 * A record's name as IAM's condition key has it. A token is left as it is: lower case would make other text of it.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html
 */
export function normalizedRecordName(recordName: string): string {
  return Token.isUnresolved(recordName) ? recordName : recordName.toLowerCase();
}
