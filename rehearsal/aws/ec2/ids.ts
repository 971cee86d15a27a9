import { AwsError } from '../aws-error';

/**
 * Ids by their form: a prefix, and 8 or 17 hexadecimal digits. EC2 refuses what is not so wherever it takes an id, as the
 * value of a filter too; what has the form and is nobody's, it does not find.
 *
 * @see docs/aws-facts.md#ec2-malformed-ids
 */
interface IdForm {
  readonly prefix: string;
  readonly code: string;
  readonly message: (id: string) => string;
}

export const GROUP_TO_CHANGE: IdForm = {
  prefix: 'sg',
  code: 'InvalidGroupId.Malformed',
  message: (id) => `Invalid id: "${id}" (expecting "sg-...")`,
};
export const GROUP: IdForm = {
  prefix: 'sg',
  code: 'InvalidGroupId.Malformed',
  message: (id) => `The security group ID '${id}' is malformed`,
};
export const GROUP_RULE: IdForm = {
  prefix: 'sgr',
  code: 'InvalidSecurityGroupRuleId.Malformed',
  message: (id) => `The security group rule ID '${id}' is malformed`,
};
export const PREFIX_LIST: IdForm = {
  prefix: 'pl',
  code: 'InvalidPrefixListId.Malformed',
  message: (id) => `The prefix list ID '${id}' is malformed`,
};
export const VPC: IdForm = {
  prefix: 'vpc',
  code: 'InvalidVpcID.Malformed',
  message: (id) => `The vpc ID '${id}' is malformed`,
};
export const INSTANCE: IdForm = {
  prefix: 'i',
  code: 'InvalidInstanceID.Malformed',
  message: (id) => `Invalid id: "${id}"`,
};

/** @throws AwsError for one that has not the form. */
export function checkIds({ prefix, code, message }: IdForm, ids: readonly (string | undefined)[] = []): void {
  const form = new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`);
  for (const id of ids) {
    if (id === undefined || !form.test(id)) throw new AwsError(code, message(id ?? ''));
  }
}
