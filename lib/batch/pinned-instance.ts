import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  HttpTokens,
  Instance,
  InstanceType,
  type ISecurityGroup,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BatchHostProps } from './batch-host-props';
import { checkPinned, latestImage, lookUpAtLaunch } from './pinned-image';

export interface PinnedInstanceProps extends BatchHostProps {
  readonly role: IRole;
  readonly securityGroup: ISecurityGroup;
}

/**
 * An instance of which nothing changes with jobs, packages or the program: what CloudFormation would restart or replace it
 * for is stated once, and there is no user data.
 *
 * @see docs/aws-facts.md#ec2-instance-replacement
 */
export function pinnedInstance(scope: Construct, id: string, props: PinnedInstanceProps): Instance {
  const { vpc, role, securityGroup, machineImage, instanceType = new InstanceType('t4g.medium') } = props;
  const elsewhere = props.elasticIp === true ? { subnetType: SubnetType.PUBLIC } : undefined;
  const instance = new Instance(scope, id, {
    vpc,
    vpcSubnets: props.vpcSubnets ?? elsewhere,
    instanceType,
    machineImage: machineImage === undefined ? latestImage(instanceType) : checkPinned(scope, machineImage),
    role,
    securityGroup,
    httpTokens: HttpTokens.REQUIRED,
    detailedMonitoring: true,
    disableApiTermination: true,
    blockDevices: [
      {
        deviceName: '/dev/xvda',
        volume: BlockDeviceVolume.ebs(props.volumeSize ?? 30, {
          encrypted: true,
          volumeType: EbsDeviceVolumeType.GP3,
          // It has the ledger.
          deleteOnTermination: false,
        }),
      },
    ],
  });
  if (machineImage === undefined) lookUpAtLaunch(instance);
  instance.instance.addPropertyDeletionOverride('UserData');
  // The subnet says it already; a zone in the template is what CloudFormation's validator warns of (W3010).
  instance.instance.addPropertyDeletionOverride('AvailabilityZone');
  return instance;
}
