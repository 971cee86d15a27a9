import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { Observed } from '../night/observed';

/** A rule in a group that nobody is in. The address is of those kept for documentation. */
const PERMISSIONS = [
  { IpProtocol: 'tcp', FromPort: 6379, ToPort: 6379, IpRanges: [{ CidrIp: '192.0.2.1/32', Description: 'Verify' }] },
];

export const authorize = ({ clients, places }: Observed) =>
  clients.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId: places.scratchGroupId, IpPermissions: PERMISSIONS }),
  );

export const revoke = ({ clients, places }: Observed) =>
  clients.ec2.send(
    new RevokeSecurityGroupIngressCommand({ GroupId: places.scratchGroupId, IpPermissions: PERMISSIONS }),
  );

/** How many rules of ingress a look shows. */
export async function rulesSeen({ clients, places }: Observed): Promise<number> {
  const Filters = [{ Name: 'group-id', Values: [places.scratchGroupId] }];
  const { SecurityGroupRules = [] } = await clients.ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules.filter(({ IsEgress }) => IsEgress === false).length;
}
