import { canary } from '../phases/canary';
import type { DatabaseSteps } from '../phases/database-steps';
import { drain, verify } from '../phases/drain';
import { evict } from '../phases/evict';
import { fence } from '../phases/fence';
import { lostDatabase } from '../phases/lost-database';
import { preflight } from '../phases/preflight';
import { detach } from '../phases/promote';
import { replicate } from '../phases/replicate';
import { retire } from '../phases/retire';
import { reverse } from '../phases/reverse';
import { switchOver } from '../phases/switch';
import type { CommonPhases, Runbook } from './runbook';

/** Green was made from a clone or a snapshot of blue, and follows its binary log: it is let go while nobody writes. */
export function binlogReplica(steps: DatabaseSteps, common: CommonPhases): Runbook {
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
      detach(steps),
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
