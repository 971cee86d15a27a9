import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../validation-error';

/** Every parameter of a migration lies below this. */
const PREFIX = '/cdk-cutover';

/**
 * SSM allows 1011 characters for a parameter's name with its ARN, and Step Functions 80 for an activity's name. The
 * migration's name is part of both.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
const LONGEST = 64;

/** @param property under which users state it */
export function checkMigrationName(name: string, property = 'migrationName'): void {
  if (Token.isUnresolved(name)) return;
  if (name.length === 0 || name.length > LONGEST || !/^[A-Za-z0-9._-]+$/.test(name)) {
    throw new ValidationError(
      `${property}: got '${name}' (${name.length} characters); accepted are 1 to ${LONGEST} letters, digits, '.', '_' and '-', ` +
        'because it is part of SSM parameter names. Choose a shorter or plainer name, or leave it out.',
    );
  }
  if (/^(aws|ssm)/i.test(name)) {
    throw new ValidationError(
      `${property}: got '${name}'; SSM refuses names that begin with 'aws' or 'ssm'. Choose another.`,
    );
  }
}

export function parameterName(
  migrationName: string,
  leaf:
    | 'approval'
    | 'confirmation'
    | 'clock'
    | 'configuration'
    | 'host'
    | 'journal'
    | 'lock'
    | 'state-machine'
    | `workloads/${number}`,
): string {
  return `${PREFIX}/${migrationName}/${leaf}`;
}
