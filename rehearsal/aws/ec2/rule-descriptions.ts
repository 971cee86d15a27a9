import type { RevokedSecurityGroupRule, SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Rule } from './security-group';

/** As DescribeSecurityGroupRules shows it. */
export function describeRule(rule: Rule, groupId: string, ownerId: string): SecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: groupId,
    GroupOwnerId: ownerId,
    IsEgress: rule.isEgress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...(rule.source.kind === 'cidr' && { CidrIpv4: rule.source.cidr }),
    ...(rule.source.kind === 'cidr6' && { CidrIpv6: rule.source.cidr }),
    ...(rule.source.kind === 'prefixList' && { PrefixListId: rule.source.prefixListId }),
    ...(rule.source.kind === 'group' && {
      ReferencedGroupInfo: { GroupId: rule.source.groupId, UserId: rule.source.userId ?? ownerId },
    }),
    ...(rule.description !== undefined && { Description: rule.description }),
    Tags: [],
  };
}

/** As RevokeSecurityGroupIngress shows what it took away. */
export function describeRevokedRule(rule: Rule, groupId: string): RevokedSecurityGroupRule {
  const { source } = rule;
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: groupId,
    IsEgress: rule.isEgress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...(source.kind === 'cidr' && { CidrIpv4: source.cidr }),
    ...(source.kind === 'cidr6' && { CidrIpv6: source.cidr }),
    ...(source.kind === 'prefixList' && { PrefixListId: source.prefixListId }),
    ...(source.kind === 'group' && { ReferencedGroupId: source.groupId }),
    ...(rule.description !== undefined && { Description: rule.description }),
  };
}
