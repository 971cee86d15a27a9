import type { Phase } from '../../cutover/machine/phase';
import type { CommonPhases, Runbook } from '../../cutover/migration/runbook';
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

/**
 * RDS makes green, keeps it current, fences, drains and renames: we try it, stop what must stop, and prove. RDS has no
 * rollback. Where it reports the coordinates for one, of Aurora MySQL, the rollback is ours, and goes through phases of
 * its own.
 *
 * A failure after RDS has switched over leaves clients on green: a return takes minutes without client ingress, which an
 * operator, an alarm or a check decides upon.
 */
export function managedBlueGreen(steps: ManagedSteps, common: CommonPhases): Runbook {
  const { targetInstanceClass, associatedRoles = [] } = steps.options;
  const rollsBack = steps.family === 'mysql';
  return {
    phases: [
      { ...preflight(steps), direction: 'cutover' },
      create(steps),
      ...(targetInstanceClass === undefined ? [] : [resize(steps, targetInstanceClass.name)]),
      canary(steps),
      ...common.approve,
      ...(rollsBack ? [replicateBack(steps)] : []),
      suspend(steps),
      ...common.quiesce,
      switchOver(steps),
      ...(rollsBack ? [reverse(steps)] : []),
      reattach(steps, associatedRoles),
      evict(steps),
      ...(rollsBack ? back(steps) : []),
      ...(rollsBack ? common.check.map(turningRound) : common.check),
      common.resume,
      ...(rollsBack ? common.checkReturn : []),
      ...common.checkWithClients,
      common.watch,
    ],
    retire: retire(steps),
    ...(rollsBack ? { lost: { phasesAlone: true } } : ROLLBACK_UNSUPPORTED),
    record: steps.deployment,
  };
}

/** No undo takes RDS's switchover back: a failure goes back through the phases, with client ingress still revoked. */
function turningRound(phase: Phase): Phase {
  return { ...phase, role: 'proof' };
}

function back(steps: ManagedSteps) {
  return [fence(steps), drain(steps), verify(steps), makeWritable(steps), returnNames(steps)];
}

const ROLLBACK_UNSUPPORTED = {
  lost: {
    rollbackUnsupported:
      'RDS has no rollback from a switchover that is complete, and of PostgreSQL it reports nothing by which one could be built: clients stay on green. The old cluster, renamed to -old1, is kept as it was until {"action":"retire"}; restore from it what is missing.',
  },
  rollback: 'RDS has no rollback from its switchover of PostgreSQL.',
} as const;
