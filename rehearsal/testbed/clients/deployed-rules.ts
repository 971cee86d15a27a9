import type { IpPermission } from '@aws-sdk/client-ec2';
import type { Assembly, JsonObject, Resource } from '../../assembly';
import { type NewRule, rulesOf } from '../../aws/ec2/security-group';

/** What EC2 gives to a group whose template says nothing of traffic out; so has one from elsewhere here. */
const ALL_OUT: JsonObject = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };

/**
 * The rules that a deploy of the assembly gives to a security group, be it one of the assembly's or not: those in its
 * own `SecurityGroupIngress` and `SecurityGroupEgress`, where the CDK writes ranges of addresses, and those that are
 * resources, where it writes groups.
 *
 * @throws AwsError for a rule that EC2 refuses
 */
export function deployedRules(assembly: Assembly, groupId: string): readonly NewRule[] {
  const group = assembly.resources('AWS::EC2::SecurityGroup').find(({ physicalId }) => physicalId === groupId);
  const own = (name: string) => (group?.property(name) as readonly JsonObject[] | undefined) ?? [];
  const separate = (type: string) =>
    assembly
      .resources(type)
      .filter((rule) => rule.property('GroupId') === groupId)
      .map(({ properties }) => properties);
  const out = own('SecurityGroupEgress');
  return [
    ...[...own('SecurityGroupIngress'), ...separate('AWS::EC2::SecurityGroupIngress')].flatMap((rule) =>
      rulesOf([permissionOf(rule)], false),
    ),
    ...[...(out.length === 0 ? [ALL_OUT] : out), ...separate('AWS::EC2::SecurityGroupEgress')].flatMap((rule) =>
      rulesOf([permissionOf(rule)], true),
    ),
  ];
}

/** The groups that the assembly makes, or writes rules into, or names as the source of one. */
export function groupsOfAssembly(assembly: Assembly): readonly string[] {
  const separate = ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'].flatMap((type) =>
    assembly
      .resources(type)
      .flatMap((rule) => named(rule, 'GroupId', 'SourceSecurityGroupId', 'DestinationSecurityGroupId')),
  );
  const made = assembly.resources('AWS::EC2::SecurityGroup').map(({ physicalId }) => String(physicalId));
  return [...new Set([...made, ...separate])];
}

function named(rule: Resource, ...properties: readonly string[]): string[] {
  return properties.map((name) => rule.property(name)).flatMap((id) => (id === undefined ? [] : [String(id)]));
}

/** A rule as CloudFormation has it, as EC2 takes it. */
function permissionOf(rule: JsonObject): IpPermission {
  const text = (...names: readonly string[]) => {
    const value = names.map((name) => rule[name]).find((each) => each !== undefined && each !== null);
    return value === undefined ? undefined : String(value);
  };
  const [fromPort, toPort] = [text('FromPort'), text('ToPort')];
  const description = text('Description');
  const described = description === undefined ? {} : { Description: description };
  const [cidr, cidr6] = [text('CidrIp'), text('CidrIpv6')];
  const group = text('SourceSecurityGroupId', 'DestinationSecurityGroupId');
  const list = text('SourcePrefixListId', 'DestinationPrefixListId');
  const owner = text('SourceSecurityGroupOwnerId');
  return {
    IpProtocol: text('IpProtocol'),
    ...(fromPort !== undefined && { FromPort: Number(fromPort) }),
    ...(toPort !== undefined && { ToPort: Number(toPort) }),
    ...(cidr !== undefined && { IpRanges: [{ CidrIp: cidr, ...described }] }),
    ...(cidr6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: cidr6, ...described }] }),
    ...(group !== undefined && {
      UserIdGroupPairs: [{ GroupId: group, ...(owner !== undefined && { UserId: owner }), ...described }],
    }),
    ...(list !== undefined && { PrefixListIds: [{ PrefixListId: list, ...described }] }),
  };
}
