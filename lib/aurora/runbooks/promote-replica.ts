import { canary } from '../phases/canary';
import type { DatabaseSteps } from '../phases/database-steps';
import { drain, verify } from '../phases/drain';
import { evict } from '../phases/evict';
import { fence } from '../phases/fence';
import { lostDatabase } from '../phases/lost-database';
import { preflight } from '../phases/preflight';
import { promote } from '../phases/promote';
import { replicate } from '../phases/replicate';
import { retire } from '../phases/retire';
import { reverse } from '../phases/reverse';
import { switchOver } from '../phases/switch';
import type { CommonPhases, Runbook } from './runbook';

/** Green is RDS's read replica of blue: it is promoted while nobody writes. */
export function promoteReplica(steps: DatabaseSteps, common: CommonPhases): Runbook {
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
      promote(steps),
      reverse(steps),
      switchOver(steps),
      evict(steps),
      ...common.check,
      common.resume,
      ...common.checkReturn,
      ...common.checkWithUsers,
      common.watch,
    ],
    retire: retire(steps),
    lost: lostDatabase(steps),
    record: steps.record,
  };
}
