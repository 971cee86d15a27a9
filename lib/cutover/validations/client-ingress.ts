import { Stack, Token } from 'aws-cdk-lib';
import { CfnSecurityGroup, CfnSecurityGroupIngress, type ISecurityGroup, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { warn } from '../annotations';
import { onceWritten } from './once-written';
import type { Side } from './sides';

export interface ClientIngressCheckProps {
  readonly blue: Side;
  readonly green: Side;
  readonly leftBehind: readonly string[];
}

/** An ingress rule for a side's port: where its traffic comes from, in words, and a range of addresses as such. */
interface KnownRule {
  readonly source: string;
  readonly name: string;
  readonly cidr: boolean;
}

/**
 * Warns of clients that may enter blue and not green, of which the app writes the rules. Rules from elsewhere the
 * preflight sees.
 */
export function checkClientIngress(migration: IConstruct, { blue, green, leftBehind }: ClientIngressCheckProps): void {
  onceWritten(migration, () => {
    // Of a group that is not made here others may write rules.
    if (green.securityGroups.length === 0 || !green.securityGroups.every((group) => group instanceof SecurityGroup))
      return;
    const admitted = rulesOf(migration, green);
    const missing = rulesOf(migration, blue)
      .filter(({ source }) => !leftBehind.includes(source))
      .filter((rule) => !admits(admitted, rule));
    const names = [...new Set(missing.map(({ name }) => name))];
    if (admitted.length === 0) warnOf(migration, 'its security groups let nobody in but the migration host');
    else if (names.length > 0) warnOf(migration, `${names.join(', ')} may connect to blue, and not to green`);
  });
}

function warnOf(migration: IConstruct, what: string): void {
  warn(
    migration,
    'cdk-cutover:ClientsShutOut',
    `green: ${what}, so that the preflight fails unless a rule is written elsewhere. Open it with green.connections.allowFrom(…), or list in clientsLeftBehind who stays out.`,
  );
}

function rulesOf(migration: IConstruct, { securityGroups, endpointPort: port }: Side): KnownRule[] {
  return securityGroups.flatMap((group) => [...inline(group, port), ...separate(migration, group, port)]);
}

/** The CDK writes ranges of addresses into the group itself. */
function inline(group: ISecurityGroup, port: number): KnownRule[] {
  const resource = group.node.defaultChild;
  if (!(resource instanceof CfnSecurityGroup)) return [];
  const rules: unknown = Stack.of(group).resolve(resource.securityGroupIngress) ?? [];
  if (!Array.isArray(rules)) return [];
  return rules.filter((rule) => isForPort(rule, port)).flatMap((rule) => known(rule));
}

/** Those of the app, but for the migration's own. */
function separate(migration: IConstruct, group: ISecurityGroup, port: number): KnownRule[] {
  return migration.node.root.node
    .findAll()
    .filter((each) => each instanceof CfnSecurityGroupIngress)
    .filter((rule) => rule.groupId === group.securityGroupId && isForPort(rule, port))
    .filter((rule) => !rule.node.scopes.includes(migration))
    .flatMap((rule) => known(rule));
}

function known(rule: CfnSecurityGroup.IngressProperty): KnownRule[] {
  const source = rule.sourceSecurityGroupId ?? rule.sourcePrefixListId ?? rule.cidrIp ?? rule.cidrIpv6;
  if (source === undefined) return [];
  const text = typeof source === 'string' ? source : JSON.stringify(source);
  const isToken = Token.isUnresolved(text) || typeof source !== 'string';
  const name = isToken ? (rule.description ?? 'a source that a token names') : text;
  return [{ source: text, name, cidr: (rule.cidrIp ?? rule.cidrIpv6) !== undefined }];
}

function isForPort(rule: CfnSecurityGroup.IngressProperty, port: number): boolean {
  if (rule.ipProtocol === '-1' || Token.isUnresolved(port)) return true;
  const { fromPort = -1, toPort = -1 } = rule;
  if (Token.isUnresolved(fromPort) || Token.isUnresolved(toPort)) return true;
  return ['tcp', '6'].includes(rule.ipProtocol) && fromPort <= port && port <= toPort;
}

/** Whether green's rules let in whom a rule of blue does, or may: a range that a token names may be any. */
function admits(admitted: readonly KnownRule[], { source, cidr }: KnownRule): boolean {
  if (admitted.some((rule) => rule.source === source || rule.source === '0.0.0.0/0')) return true;
  const ranges = admitted.filter((rule) => rule.cidr).map((rule) => rangeOf(rule.source));
  if (ranges.some((range) => range === undefined)) return true;
  // Members of a group have addresses that only the preflight knows.
  if (!cidr) return ranges.length > 0;
  const all = rangeOf(source);
  if (all === undefined) return ranges.length > 0;
  const known = ranges.filter((range) => range !== undefined);
  const edges = known.map(({ last }) => last + 1).filter((edge) => edge > all.first && edge <= all.last);
  return [all.first, ...edges].every((edge) => known.some(({ first, last }) => first <= edge && edge <= last));
}

/** The addresses of an IPv4 range as numbers; undefined for a token, or IPv6. */
function rangeOf(cidr: string): { readonly first: number; readonly last: number } | undefined {
  const [, address, bits] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr) ?? [];
  if (address === undefined || bits === undefined) return undefined;
  const first = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { first, last: first + 2 ** (32 - Number(bits)) - 1 };
}
