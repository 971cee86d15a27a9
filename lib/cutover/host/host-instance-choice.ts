import {
  AmazonLinuxCpuType,
  type IMachineImage,
  InstanceArchitecture,
  type InstanceProps,
  type InstanceType,
  type IPeer,
  type IVpc,
  MachineImage,
  Peer,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import { ValidationError } from '../../validation-error';
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

/** @throws if there are none: the host's program is in S3 */
export function httpsPeersOf({
  httpsPeers = [Peer.anyIpv4()],
}: Pick<MigrationHostOptions, 'httpsPeers'>): readonly IPeer[] {
  if (httpsPeers.length > 0) return httpsPeers;
  throw new ValidationError(
    'host.httpsPeers: got none; the host gets its program and packages from S3. State S3 by its prefix list, or leave it out.',
  );
}
