import { Token } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';

/** What both kinds of sides have. */
export interface Side {
  readonly endpointAddress: string;
  readonly endpointPort: number;
  readonly securityGroups: readonly ISecurityGroup[];
}

/** Whether both names stand for one server. */
export function isSameSide(blue: Side, green: Side): boolean {
  const sameAddress =
    !Token.isUnresolved(blue.endpointAddress) &&
    blue.endpointAddress.toLowerCase() === green.endpointAddress.toLowerCase() &&
    blue.endpointPort === green.endpointPort;
  return blue === green || sameAddress;
}

/** A group that is on both sides: revoking client ingress of one would revoke it of the other. */
export function sharedSecurityGroup(blue: Side, green: Side): ISecurityGroup | undefined {
  return blue.securityGroups.find((group) =>
    green.securityGroups.some((other) => other.securityGroupId === group.securityGroupId),
  );
}
