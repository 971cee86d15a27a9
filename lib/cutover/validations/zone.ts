import { Stack } from 'aws-cdk-lib';
import { CfnVPC, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnHostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { IConstruct } from 'constructs';
import { warn } from '../annotations';
import { onceWritten } from './once-written';

export interface ZoneCheckProps {
  readonly name: string;
  readonly zone: IHostedZone;
  readonly vpc: IVpc;
}

/** Warns of a zone of the app that the VPC does not resolve. VPCs may be added to it until synthesis. */
export function checkZone(migration: IConstruct, { name, zone, vpc }: ZoneCheckProps): void {
  onceWritten(migration, () => {
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
  });
}

/** As the template has them, each a text. */
function vpcIdsOf(zone: CfnHostedZone, stack: Stack): string[] {
  const vpcs: unknown = stack.resolve(zone.vpcs);
  if (!Array.isArray(vpcs)) return [];
  return vpcs.map(({ vpcId }: { vpcId: unknown }) => JSON.stringify(vpcId));
}
