import { isIPv6 } from 'node:net';
import type { IpPermission } from '@aws-sdk/client-ec2';
import { AwsError, NotRehearsedError } from '../aws-error';
import { checkIds, GROUP, PREFIX_LIST } from './ids';
import { type RuleSource, sourceText } from './rule-source';
import { checkDescription } from './rule-text';

/** One permission from one source: what EC2 calls a security group rule. */
export interface Rule {
  readonly id: string;
  readonly isEgress: boolean;
  /** `tcp`, `udp`, `icmp`, or `-1` for all. */
  readonly protocol: string;
  /** -1 for all. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly source: RuleSource;
  readonly description?: string;
}

export type NewRule = Omit<Rule, 'id'>;

const PROTOCOL_NAMES: Readonly<Record<string, string>> = {
  '6': 'tcp',
  '17': 'udp',
  '1': 'icmp',
  '58': 'icmpv6',
  all: '-1',
};
const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6', '-1'];

/**
 * The rules that permissions stand for: one a source.
 *
 * @throws AwsError where EC2 refuses them.
 */
export function rulesOf(permissions: readonly IpPermission[], isEgress: boolean): readonly NewRule[] {
  if (permissions.length === 0) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain the parameter ipPermissions or securityGroupRuleIds',
    );
  }
  return permissions.flatMap((permission) => {
    const range = portRange(permission);
    const sources = sourcesOf(permission);
    if (sources.length === 0) {
      throw new AwsError(
        'InvalidParameterValue',
        'Invalid value for ipPermissions: must specify a source: ipRanges, ipv6Ranges, userIdGroupPairs or prefixListIds',
      );
    }
    for (const { source, description } of sources) {
      checkSource(source);
      checkDescription(description);
    }
    return sources.map(({ source, description }) => ({
      isEgress,
      ...range,
      source,
      ...(description !== undefined && { description }),
    }));
  });
}

function portRange({ IpProtocol, FromPort, ToPort }: IpPermission) {
  if (IpProtocol === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter ipProtocol');
  }
  const protocol = PROTOCOL_NAMES[IpProtocol.toLowerCase()] ?? IpProtocol.toLowerCase();
  if (!PROTOCOLS.includes(protocol)) {
    throw new NotRehearsedError(`A security group rule of protocol ${IpProtocol}`);
  }
  // With all protocols, any ports given are left out of account.
  if (protocol === '-1') {
    return { protocol, fromPort: -1, toPort: -1 };
  }
  if (FromPort === undefined || ToPort === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value for portRange. Must specify both from and to ports with ${protocol.toUpperCase()}/UDP.`,
    );
  }
  const isOutOfRange = [FromPort, ToPort].some((port) => !Number.isInteger(port) || port < -1 || port > 65_535);
  // Of ICMP they are a type and a code, of which neither is the greater.
  if (isOutOfRange || (!protocol.startsWith('icmp') && FromPort > ToPort)) {
    throw new AwsError('InvalidParameterValue', `Invalid TCP/UDP port range (${FromPort}:${ToPort}).`);
  }
  return { protocol, fromPort: FromPort, toPort: ToPort };
}

function sourcesOf(
  permission: IpPermission,
): readonly { readonly source: RuleSource; readonly description: string | undefined }[] {
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) => ({
      source: { kind: 'cidr' as const, cidr: checkedCidr(CidrIp) },
      description: Description,
    })),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 = '', Description }) => ({
      source: { kind: 'cidr6' as const, cidr: checkedCidr6(CidrIpv6) },
      description: Description,
    })),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId = '', UserId, Description }) => ({
      source: { kind: 'group' as const, groupId: GroupId, ...(UserId !== undefined && { userId: UserId }) },
      description: Description,
    })),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId = '', Description }) => ({
      source: { kind: 'prefixList' as const, prefixListId: PrefixListId },
      description: Description,
    })),
  ];
}

function checkedCidr(cidr = ''): string {
  const [, address = '', bits = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr) ?? [];
  if (address === '' || Number(bits) > 32 || address.split('.').some((part) => Number(part) > 255)) {
    throw new AwsError('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  }
  return cidr;
}

function checkedCidr6(cidr: string): string {
  const [address = '', bits = ''] = cidr.split('/');
  if (!isIPv6(address) || !/^\d{1,3}$/.test(bits) || Number(bits) > 128) {
    throw new AwsError('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  }
  return cidr;
}

function checkSource(source: RuleSource): void {
  if (source.kind === 'prefixList') checkIds(PREFIX_LIST, [source.prefixListId]);
  if (source.kind !== 'group') return;
  checkIds(GROUP, [source.groupId]);
  if (source.userId !== undefined && !/^\d{12}$/.test(source.userId)) {
    throw new AwsError('InvalidUserID.Malformed', `Invalid user id: "${source.userId}"`);
  }
}

/** Rules are alike when all but their ids and descriptions are. */
export function isSameRule(left: NewRule, right: NewRule): boolean {
  const facts = (rule: NewRule) =>
    JSON.stringify([rule.isEgress, rule.protocol, rule.fromPort, rule.toPort, sourceText(rule.source)]);
  return facts(left) === facts(right);
}
