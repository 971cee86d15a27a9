import { CfnParameter, Stack, Token } from 'aws-cdk-lib';
import {
  CfnLaunchTemplate,
  type IMachineImage,
  type Instance,
  InstanceArchitecture,
  type InstanceType,
  MachineImage,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { ValidationError } from '../validation-error';

const LATEST = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-';

/** The newest Amazon Linux 2023 for the processor. */
export function latestImage({ architecture }: InstanceType): IMachineImage {
  const suffix = architecture === InstanceArchitecture.ARM_64 ? 'arm64' : 'x86_64';
  return MachineImage.resolveSsmParameterAtLaunch(`${LATEST}${suffix}`);
}

/**
 * Has EC2 look the image up when it starts the instance. The template says by which parameter, and never changes: no later
 * deploy takes another image, which would replace the host. A launch template takes a parameter's name; an instance's own
 * property takes ids alone.
 *
 * @see docs/aws-facts.md#ec2-image-at-launch
 */
export function lookUpAtLaunch(instance: Instance): void {
  const template = new CfnLaunchTemplate(instance, 'Image', {
    launchTemplateData: { imageId: instance.instance.imageId },
  });
  instance.instance.imageId = undefined;
  instance.instance.launchTemplate = { launchTemplateId: template.ref, version: template.attrLatestVersionNumber };
}

/** @throws ValidationError for an image that each deploy looks up again */
export function checkPinned(scope: Construct, image: IMachineImage): IMachineImage {
  const { imageId } = image.getImage(scope);
  if (!isLookedUpByDeploy(scope, imageId)) return image;
  throw new ValidationError(
    `${scope.node.path}.machineImage: got an image that CloudFormation looks up at each deploy; a newer one would replace the host and cut its runs. Accepted are images that stay: leave it out for the newest Amazon Linux 2023 at the start, name one by MachineImage.genericLinux, or set cachedInContext.`,
  );
}

/** Whether the id is the value of a parameter of the template that CloudFormation reads from Parameter Store. */
function isLookedUpByDeploy(scope: Construct, imageId: string): boolean {
  if (!Token.isUnresolved(imageId)) return imageId.startsWith('{{resolve:ssm:');
  const stack = Stack.of(scope);
  const resolved: unknown = stack.resolve(imageId);
  if (typeof resolved === 'string') return resolved.startsWith('{{resolve:ssm:');
  const { Ref: reference } = resolved as { readonly Ref?: string };
  return stack.node
    .findAll()
    .some(
      (each) =>
        each instanceof CfnParameter &&
        stack.resolve(each.logicalId) === reference &&
        each.type.startsWith('AWS::SSM::Parameter::Value'),
    );
}
