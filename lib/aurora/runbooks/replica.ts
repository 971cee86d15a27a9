import type { Phase } from '../../cutover/machine/phase';
import type { CommonPhases, Runbook } from '../../cutover/migration/runbook';
import { evict } from '../../cutover/phases/evict';
import { lostSide } from '../../cutover/phases/lost-side';
import { canary } from '../phases/canary';
import type { DatabaseSteps } from '../phases/database-steps';
import { drain, verify } from '../phases/drain';
import { fence } from '../phases/fence';
import { preflight } from '../phases/preflight';
import { type ConvertingSteps, prepare } from '../phases/prepare';
import { detach, promote } from '../phases/promote';
import { replicate } from '../phases/replicate';
import { retire } from '../phases/retire';
import { reverse } from '../phases/reverse';
import { switchOver } from '../phases/switch';

/** Green is RDS's read replica of blue: it is promoted while nobody writes. */
export function promoteReplica(
  steps: DatabaseSteps,
  common: CommonPhases,
  preparing: Pick<ConvertingSteps, 'journal' | 'prepareTimeout'>,
): Runbook {
  const { converting } = steps;
  const errands = converting === undefined ? [] : [prepare({ ...steps, ...preparing, converting })];
  return { ...followedReplica(steps, common, promote(steps)), errands };
}

/** Green was made from a clone or a snapshot of blue, and follows its binary log: it is let go while nobody writes. */
export function binlogReplica(steps: DatabaseSteps, common: CommonPhases): Runbook {
  return followedReplica(steps, common, detach(steps));
}

/** Blue is followed by a green that stands by itself, once it is `released`. */
function followedReplica(steps: DatabaseSteps, common: CommonPhases, released: Phase): Runbook {
  return {
    phases: [
      preflight(steps),
      replicate(steps),
      canary(steps),
      ...common.approve,
      ...common.quiesce,
      fence(steps),
      drain(steps),
      verify(steps),
      released,
      reverse(steps),
      switchOver(steps),
      evict(steps),
      ...common.check,
      common.resume,
      ...common.checkReturn,
      ...common.checkWithClients,
      common.watch,
    ],
    retire: retire(steps),
    lost: lostSide(steps),
    record: steps.record,
  };
}
