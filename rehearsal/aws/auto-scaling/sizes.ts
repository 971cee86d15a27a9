import type { UpdateAutoScalingGroupType } from '@aws-sdk/client-auto-scaling';
import { AwsError } from '../aws-error';

export interface Sizes {
  readonly least: number;
  readonly most: number;
  readonly desired: number;
}

/**
 * A group's sizes after an update: what it leaves out stays, but for a desired capacity that would lie outside.
 *
 * @throws AwsError of sizes that contradict each other
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
export function updatedSizes(current: Sizes, request: UpdateAutoScalingGroupType): Sizes {
  const least = request.MinSize ?? current.least;
  const most = request.MaxSize ?? current.most;
  for (const [name, value] of [
    ['MinSize', least],
    ['MaxSize', most],
    ['DesiredCapacity', request.DesiredCapacity ?? 0],
  ] as const) {
    if (!Number.isInteger(value) || value < 0) {
      throw new AwsError('ValidationError', `${name} must be a whole number from 0; got ${value}.`);
    }
  }
  if (most < least) {
    throw new AwsError('ValidationError', `Max bound, ${most}, must be greater than or equal to min bound, ${least}`);
  }
  const { DesiredCapacity: asked } = request;
  if (asked !== undefined && (asked < least || asked > most)) {
    throw new AwsError(
      'ValidationError',
      `Desired capacity:${asked} must be between the specified min size:${least} and max size:${most}`,
    );
  }
  return { least, most, desired: asked ?? Math.min(most, Math.max(least, current.desired)) };
}
