import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { ValidationError } from '../../validation-error';
import { warn } from '../annotations';

export interface HostSubnets {
  readonly vpc: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly vpcEndpoints?: boolean;
}

/** Warns of a host that would never get its program, or would have a public address. @throws if there is no subnet for it */
export function checkHostSubnets(host: IConstruct, { vpc, vpcSubnets, vpcEndpoints }: HostSubnets): void {
  const selected = select(vpc, vpcSubnets);
  const isAll = (subnets: readonly { readonly subnetId: string }[]) =>
    selected.length > 0 && selected.every((id) => subnets.some(({ subnetId }) => subnetId === id));
  if (isAll(vpc.isolatedSubnets) && vpcEndpoints !== true) {
    warn(
      host,
      'cdk-cutover:HostWithoutWayOut',
      `host: its subnets of ${vpc.node.path} are isolated, and vpcEndpoints is not set: unless endpoints are there already, the host gets neither its program nor any task, and the deploy fails. Set host.vpcEndpoints, or choose host.vpcSubnets with a way out.`,
    );
  }
  if (isAll(vpc.publicSubnets)) {
    warn(
      host,
      'cdk-cutover:HostInPublicSubnets',
      `host: its subnets of ${vpc.node.path} are public, and may give it a public address, which it has no use for. Choose private ones: host.vpcSubnets.`,
    );
  }
}

function select(vpc: IVpc, selection: SubnetSelection | undefined): readonly string[] {
  try {
    return vpc.selectSubnets(selection).subnetIds;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ValidationError(
      `vpc: got ${vpc.node.path}, which has no subnets for the migration host (${reason.split('\n')[0]}). State its private subnets, e.g. privateSubnetIds of Vpc.fromVpcAttributes, or choose others with host.vpcSubnets.`,
    );
  }
}
