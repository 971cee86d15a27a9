import {
  AmazonLinuxCpuType,
  type IMachineImage,
  InstanceArchitecture,
  type InstanceProps,
  type InstanceType,
  type IVpc,
  MachineImage,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import type { MigrationHostOptions } from './migration-host-options';

/** Where nothing is stated: subnets without a way out, if VPC endpoints make that enough. */
export function subnetsOf({
  vpc,
  vpcSubnets,
  vpcEndpoints,
}: Pick<MigrationHostOptions, 'vpcSubnets' | 'vpcEndpoints'> & { readonly vpc: IVpc }): Pick<
  InstanceProps,
  'vpcSubnets'
> {
  if (vpcSubnets !== undefined) return { vpcSubnets };
  const isolated = vpcEndpoints === true && vpc.isolatedSubnets.length > 0;
  return isolated ? { vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } } : {};
}

export function latestImage(instanceType: InstanceType): IMachineImage {
  return MachineImage.latestAmazonLinux2023({
    cpuType:
      instanceType.architecture === InstanceArchitecture.ARM_64 ? AmazonLinuxCpuType.ARM_64 : AmazonLinuxCpuType.X86_64,
  });
}
