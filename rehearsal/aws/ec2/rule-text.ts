import { AwsError } from '../aws-error';

/** @see docs/aws-facts.md#ec2-rule-descriptions */
const DESCRIPTION = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/** @throws AwsError for a description of a rule that EC2 does not take. */
export function checkDescription(description: string | undefined): void {
  if (description === undefined || DESCRIPTION.test(description)) return;
  throw new AwsError(
    'InvalidParameterValue',
    'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
  );
}
