import { canary } from '../phases/managed/canary';
import { create } from '../phases/managed/create';
import { evict } from '../phases/managed/evict';
import type { ManagedSteps } from '../phases/managed/managed-steps';
import { preflight } from '../phases/managed/preflight';
import { reattach } from '../phases/managed/reattach';
import { resize } from '../phases/managed/resize';
import { retire } from '../phases/managed/retire';
import { suspend } from '../phases/managed/suspend';
import { switchOver } from '../phases/managed/switchover';
import type { CommonPhases, Runbook } from './runbook';

/** RDS makes green, keeps it current, fences, drains and renames: we try it, stop what must stop, and prove. */
export function managedBlueGreen(steps: ManagedSteps, common: CommonPhases): Runbook {
  const { targetInstanceClass, associatedRoles = [] } = steps.options;
  return {
    phases: [
      preflight(steps),
      create(steps),
      ...(targetInstanceClass === undefined ? [] : [resize(steps, targetInstanceClass.name)]),
      canary(steps),
      ...common.approve,
      suspend(steps),
      ...common.quiesce,
      switchOver(steps),
      reattach(steps, associatedRoles),
      evict(steps),
      common.resume,
      common.watch,
    ],
    retire: retire(steps),
    lost: {
      noWayBack:
        'RDS has no way back from a switchover that is complete: users stay on green. The old cluster, renamed to -old1, is kept as it was until {"action":"retire"}; restore from it what is missing.',
    },
    record: steps.deployment,
  };
}
