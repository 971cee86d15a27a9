import { type ISecurityGroup, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ValidationError } from '../../validation-error';
import type { Side } from './sides';

/**
 * The migration writes rules into the groups of both sides, and takes clients' rules away and puts them back.
 *
 * @throws if a group was imported as one that must not change
 */
export function checkGroupsMayChange(sides: Readonly<Record<string, Side | undefined>>): void {
  for (const [name, side] of Object.entries(sides)) {
    const group = side?.securityGroups.find(isImmutable);
    if (group === undefined) continue;
    throw new ValidationError(
      `${name}: got the security group ${group.securityGroupId}, imported with mutable: false; the migration writes rules into it, for its host, and closes and opens it. Import it without mutable: false.`,
    );
  }
}

/** The CDK says it nowhere but in the class, whose methods to add rules do nothing. */
function isImmutable(group: ISecurityGroup): boolean {
  return !(group instanceof SecurityGroup) && Object.hasOwn(Object.getPrototypeOf(group), 'addIngressRule');
}
