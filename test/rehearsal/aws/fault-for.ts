import type { Fault, FaultHook, FaultTarget } from '../../../rehearsal/aws/faults';

/** A fault for the first `times` calls that match, then none. */
export function faultFor(match: (target: FaultTarget) => boolean, fault: Fault, times = 1): FaultHook {
  let left = times;
  return (target) => {
    if (left === 0 || !match(target)) {
      return undefined;
    }
    left -= 1;
    return fault;
  };
}
