import { textOf } from './facts';
import type { InAccount } from './rehearsed-kind';

/** How a group of instances is that the assembly only names. */
const SIZES = { least: 1, most: 4, desired: 2 };

export const autoScalingGroup: InAccount = {
  place: 'account',
  deploy({ facts }, { autoScaling }) {
    autoScaling.addGroup({ name: textOf(facts, 'group'), ...SIZES });
  },
  observe({ facts }, { autoScaling }) {
    const { AutoScalingGroups: [group] = [] } = autoScaling.operations.describeAutoScalingGroups.run({
      AutoScalingGroupNames: [textOf(facts, 'group')],
    });
    const { MinSize: least, MaxSize: most, DesiredCapacity: desired } = group ?? {};
    const instances = (group?.Instances ?? []).map(({ LifecycleState: state }) => state).sort();
    const suspended = (group?.SuspendedProcesses ?? []).map(({ ProcessName: process }) => process).sort();
    return `${least} to ${most}, ${desired} desired, ${instances.join(', ') || 'none there'}; suspended: ${suspended.join(', ') || 'nothing'}`;
  },
};
