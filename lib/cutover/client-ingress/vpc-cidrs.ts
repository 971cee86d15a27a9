import { CfnVPC, type IVpc } from 'aws-cdk-lib/aws-ec2';

/** The addresses that a VPC's clients have, as far as the app knows them without a reference to the VPC's stack. */
export function vpcCidrs(vpc: IVpc): string[] {
  const resource = vpc.node.defaultChild;
  if (resource instanceof CfnVPC) return resource.cidrBlock === undefined ? [] : [resource.cidrBlock];
  try {
    return [vpc.vpcCidrBlock];
  } catch {
    // Of a VPC that is imported by its attributes, the CDK throws where the range was not stated.
    return [];
  }
}
