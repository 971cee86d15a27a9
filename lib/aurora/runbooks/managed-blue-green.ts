import { canary } from '../phases/managed/canary';
import { create } from '../phases/managed/create';
import { evict } from '../phases/managed/evict';
import { drain, fence, verify } from '../phases/managed/fence';
import { replicateBack, reverse } from '../phases/managed/follow';
import { makeWritable } from '../phases/managed/make-writable';
import type { ManagedSteps } from '../phases/managed/managed-steps';
import { preflight } from '../phases/managed/preflight';
import { reattach } from '../phases/managed/reattach';
import { resize } from '../phases/managed/resize';
import { retire } from '../phases/managed/retire';
import { returnNames } from '../phases/managed/return-names';
import { suspend } from '../phases/managed/suspend';
import { switchOver } from '../phases/managed/switchover';
import type { WayBackSteps } from '../phases/managed/way-back-steps';
import type { CommonPhases, Runbook } from './runbook';

/**
 * RDS makes green, keeps it current, fences, drains and renames: we try it, stop what must stop, and prove. RDS has no
 * way back. Where it reports the coordinates for one, the way back is ours, and goes through phases of its own.
 *
 * A failure after RDS has switched over leaves users on green: a return takes minutes behind closed doors, which an
 * operator or an alarm decides upon.
 *
 * @param wayBack - of Aurora MySQL; PostgreSQL has no coordinates
 */
export function managedBlueGreen(
  steps: ManagedSteps,
  wayBack: WayBackSteps | undefined,
  common: CommonPhases,
): Runbook {
  const { targetInstanceClass, associatedRoles = [] } = steps.options;
  return {
    phases: [
      { ...preflight(steps), direction: 'there' },
      create(steps),
      ...(targetInstanceClass === undefined ? [] : [resize(steps, targetInstanceClass.name)]),
      canary(steps),
      ...common.approve,
      ...(wayBack === undefined ? [] : [replicateBack(wayBack)]),
      suspend(steps),
      ...common.quiesce,
      switchOver(steps),
      ...(wayBack === undefined ? [] : [reverse(wayBack)]),
      reattach(steps, associatedRoles),
      evict(steps),
      ...(wayBack === undefined ? [] : back(wayBack)),
      common.resume,
      common.watch,
    ],
    retire: retire(steps),
    lost: wayBack === undefined ? NO_WAY_BACK : { phasesAlone: true },
    record: steps.deployment,
  };
}

function back(steps: WayBackSteps) {
  return [fence(steps), drain(steps), verify(steps), makeWritable(steps), returnNames(steps)];
}

const NO_WAY_BACK = {
  noWayBack:
    'RDS has no way back from a switchover that is complete, and of PostgreSQL it reports nothing by which one could be built: users stay on green. The old cluster, renamed to -old1, is kept as it was until {"action":"retire"}; restore from it what is missing.',
} as const;
