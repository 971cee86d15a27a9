import { AwsError } from '../aws-error';

const LONGEST = 63;

/**
 * A name that something is to be given, as RDS keeps it: in lower case.
 *
 * @throws AwsError InvalidParameterValue
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
 */
export function newIdentifier(parameter: string, wanted: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/.test(wanted) || wanted.length > LONGEST) {
    throw new AwsError(
      'InvalidParameterValue',
      `The parameter ${parameter} is not a valid identifier: got "${wanted}". Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; must not end with a hyphen or contain two consecutive hyphens; and have at most ${LONGEST} characters.`,
    );
  }
  return wanted.toLowerCase();
}
