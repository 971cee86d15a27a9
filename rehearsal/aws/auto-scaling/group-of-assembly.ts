import type { Resource } from '../../assembly';
import type { NewGroup } from './auto-scaling';

/** An Auto Scaling group (AWS::AutoScaling::AutoScalingGroup) of the assembly. */
export function groupOf(resource: Resource): NewGroup {
  const least = Number(resource.property('MinSize'));
  return {
    name: String(resource.physicalId),
    least,
    most: Number(resource.property('MaxSize')),
    desired: Number(resource.property('DesiredCapacity') ?? least),
  };
}
