import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { jsonata } from '../states/jsonata';

/**
 * What one look can hold: an answer of more than 256 KiB ends the execution, and a rule with its description and tags
 * has up to a thousand characters.
 */
export const RULES_IN_A_LOOK = 200;

/**
 * A filter's values are refused unless they have the form of an id. This id nobody has.
 *
 * @see docs/aws-facts.md#ec2-malformed-ids
 */
const NOBODYS_GROUP = 'sg-00000000000000000';

/** What the journal has of a rule, by EC2's own names: all that tells two rules of a group apart. */
const FIELDS = {
  groupId: 'GroupId',
  protocol: 'IpProtocol',
  fromPort: 'FromPort',
  toPort: 'ToPort',
  cidr: 'CidrIpv4',
  cidr6: 'CidrIpv6',
  prefixList: 'PrefixListId',
  source: 'ReferencedGroupInfo.GroupId',
  sourceOwner: 'ReferencedGroupInfo.UserId',
};

const SEPARATED = " & ' ' & ";
/** JSONata, of a rule of the journal: what tells it apart from others. */
export const KEY = `(${Object.keys(FIELDS).join(SEPARATED)})`;
/** The same, of a rule as EC2 describes it. */
export const KEY_DESCRIBED = `(${Object.values(FIELDS).join(SEPARATED)})`;
/** The same, as a function of a rule of the journal. */
export const KEY_OF = `function($r) { ${Object.keys(FIELDS)
  .map((field) => `$r.${field}`)
  .join(SEPARATED)} }`;

/** Looks at the rules of a side's groups. */
export function describeRules(
  scope: Construct,
  name: string,
  side: string,
  result: { readonly outputs: unknown; readonly assign?: Record<string, unknown> },
): TaskStateBase {
  return awsCall(scope, name, {
    call: 'ec2:describeSecurityGroupRules',
    parameters: {
      // A filter needs a value, also for a side whose groups are not known.
      Filters: [
        { Name: 'group-id', Values: expression(`$append(${side}.securityGroupIds, [${literal(NOBODYS_GROUP)}])`) },
      ],
      MaxResults: RULES_IN_A_LOOK,
    },
    iamAction: 'ec2:DescribeSecurityGroupRules',
    resources: ['*'],
    wildcard: 'DescribeSecurityGroupRules knows no resources.',
    ...result,
  });
}

/** Whose rules are no clients': the migration host's, and the groups' that replicate from one side to the other. */
export interface NotClients {
  readonly hostSecurityGroupId: string;
  readonly replicationSecurityGroupIds?: readonly string[];
}

/** JSONata: whether a rule with these fields lets in to a port. */
function leadsTo(port: string, protocol: string, from: string, to: string): string {
  return `(${protocol} = '-1' or (${protocol} = 'tcp' and ${from} <= ${port} and ${to} >= ${port}))`;
}

/** JSONata: of a description's answer, the ingress rules for the side's port. */
export function rulesOfPort(side: string): string {
  return `$states.result.SecurityGroupRules[${isOfPort(side)}]`;
}

/** JSONata: of a description's answer, the ingress rules through which clients reach the side's port. */
export function clientRules(
  side: string,
  { hostSecurityGroupId, replicationSecurityGroupIds = [] }: NotClients,
): string {
  const replicates =
    replicationSecurityGroupIds.length === 0
      ? ''
      : jsonata`
        and $not(ReferencedGroupInfo.GroupId in [${replicationSecurityGroupIds.map(literal).join(', ')}]
        and ReferencedGroupInfo.GroupId != GroupId)
      `;
  return `$states.result.SecurityGroupRules[
    ${isOfPort(side)}
    and $not(ReferencedGroupInfo.GroupId = ${literal(hostSecurityGroupId)})
    ${replicates}
  ]`;
}

function isOfPort(side: string): string {
  return `$not(IsEgress) and ${leadsTo(`${side}.port`, FIELDS.protocol, FIELDS.fromPort, FIELDS.toPort)}`;
}

/** JSONata: rules as EC2 describes them, as the journal has them. */
export function forJournal(described: string): string {
  const fields = { ...FIELDS, description: 'Description' };
  const members = Object.entries(fields).map(([field, name]) => `'${field}': ${name}`);
  return `[${described}.{${members.join(', ')}}]`;
}

/** JSONata: what the journal has of a side's client ingress. */
export function journaledIngress(side: string): string {
  return `$lookup($journal.ingress, ${side}.side)`;
}

/** JSONata: the journal says that a side's client ingress is revoked, or about to be. */
export function isRevoked(side: string): string {
  return `${journaledIngress(side)}.revoked = true`;
}

/**
 * JSONata: the rules of a side that the journal has, of the groups that the side has now. Rules that lead elsewhere than to
 * the side's port were never recorded: anyone who wrote them into the journal is not to have them authorized.
 */
export function recordedRules(side: string): string {
  return jsonata`
    ($ids := ${side}.securityGroupIds; $port := ${side}.port;
    [${journaledIngress(side)}.rules[groupId in $ids and ${leadsTo('$port', 'protocol', 'fromPort', 'toPort')}]])
  `;
}

/** JSONata: rules of the journal as EC2 takes them. */
export function permissionsOf(rules: string, described: boolean): string {
  const description = described ? `, 'Description': description` : '';
  return `[${rules}.{
    'IpProtocol': protocol, 'FromPort': fromPort, 'ToPort': toPort,
    'IpRanges': $exists(cidr) ? [{'CidrIp': cidr${description}}],
    'Ipv6Ranges': $exists(cidr6) ? [{'CidrIpv6': cidr6${description}}],
    'PrefixListIds': $exists(prefixList) ? [{'PrefixListId': prefixList${description}}],
    'UserIdGroupPairs': $exists(source) ? [{'GroupId': source, 'UserId': sourceOwner${description}}]
  }]`;
}
