import { Token } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ValidationError } from '../../validation-error';

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

/**
 * Clients come by a record, which has no port.
 *
 * @throws if they would look for green on blue's port, where nobody listens
 */
export function assertSamePort(blue: Side, green: Side): void {
  const [here, there] = [blue.endpointPort, green.endpointPort];
  if (here === there || Token.isUnresolved(here) || Token.isUnresolved(there)) return;
  throw new ValidationError(
    `green: got the port ${there}, and blue has ${here}; clients are led by a record, which has no port, and would find nobody on ${here}. Make green on blue's port.`,
  );
}

/** A group that is on both sides: revoking client ingress of one would revoke it of the other. */
export function sharedSecurityGroup(blue: Side, green: Side): ISecurityGroup | undefined {
  return blue.securityGroups.find((group) =>
    green.securityGroups.some((other) => other.securityGroupId === group.securityGroupId),
  );
}
