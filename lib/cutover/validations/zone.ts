import { Stack, Token } from 'aws-cdk-lib';
import { CfnVPC, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnHostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { IConstruct } from 'constructs';
import { warn } from '../annotations';
import { qualifiedName } from '../record/qualified-name';
import { onceWritten } from './once-written';

export interface ZoneCheckProps {
  readonly name: string;
  readonly zone: IHostedZone;
  readonly vpc: IVpc;
  readonly recordName: string;
}

/** Warns of a record that the VPC does not resolve, as far as the app says. VPCs may be added to zones until synthesis. */
export function checkZone(migration: IConstruct, props: ZoneCheckProps): void {
  onceWritten(migration, () => {
    warnOfOtherVpc(migration, props);
    warnOfNearerZone(migration, props);
  });
}

function warnOfOtherVpc(migration: IConstruct, { name, zone, vpc }: ZoneCheckProps): void {
  const resource = zone.node.defaultChild;
  if (!(resource instanceof CfnHostedZone)) return;
  const stack = Stack.of(zone);
  const ids = vpcIdsOf(resource, stack);
  const own = JSON.stringify(stack.resolve(vpc.vpcId));
  const isMade = vpc.node.defaultChild instanceof CfnVPC;
  // An id that is stated may be that of a VPC whose id a token names.
  const areOthers = ids.every(
    (id) => id !== own && id.startsWith('{') === own.startsWith('{') && (isMade || !id.startsWith('{')),
  );
  if (ids.length === 0 || !areOthers) return;
  warn(
    migration,
    'cdk-cutover:OtherVpc',
    `${name}.zone: ${zone.node.path} answers in another VPC than ${vpc.node.path}: clients there would not resolve the record. Add the VPC to the zone, or state the zone that it resolves.`,
  );
}

/**
 * A resolver asks the zone with the most specific name, and no other one where the record is not in it.
 *
 * @see docs/aws-facts.md#route53-most-specific-zone
 */
function warnOfNearerZone(migration: IConstruct, { name, zone, vpc, recordName }: ZoneCheckProps): void {
  if (Token.isUnresolved(recordName) || Token.isUnresolved(zone.zoneName)) return;
  const full = `.${qualifiedName(recordName, zone.zoneName).toLowerCase()}`;
  const nearer = migration.node.root.node.findAll().find((each): each is CfnHostedZone => {
    if (!(each instanceof CfnHostedZone) || each.name === undefined || Token.isUnresolved(each.name)) return false;
    const other = each.name.toLowerCase().replace(/\.$/, '');
    const isNearer = other.length > zone.zoneName.length && full.endsWith(`.${other}`);
    return isNearer && vpcIdsOf(each, Stack.of(each)).includes(JSON.stringify(Stack.of(each).resolve(vpc.vpcId)));
  });
  if (nearer === undefined) return;
  warn(
    migration,
    'cdk-cutover:NearerZone',
    `${name}.zone: ${nearer.node.path} is a zone of the same VPC whose name is nearer to ${full.slice(1)} than that of ${zone.node.path}: resolvers ask that one alone, and would not find the record. State that zone, or another name.`,
  );
}

/** As the template has them, each a text. */
function vpcIdsOf(zone: CfnHostedZone, stack: Stack): string[] {
  const vpcs: unknown = stack.resolve(zone.vpcs);
  if (!Array.isArray(vpcs)) return [];
  return vpcs.map(({ vpcId }: { vpcId: unknown }) => JSON.stringify(vpcId));
}
