import { canary } from '../phases/canary';
import type { DatabaseSteps } from '../phases/database-steps';
import { drain, verify } from '../phases/drain';
import { evict } from '../phases/evict';
import { fence } from '../phases/fence';
import { lostDatabase } from '../phases/lost-database';
import { preflight } from '../phases/preflight';
import { type ConvertingSteps, prepare } from '../phases/prepare';
import { promote } from '../phases/promote';
import { replicate } from '../phases/replicate';
import { retire } from '../phases/retire';
import { reverse } from '../phases/reverse';
import { switchOver } from '../phases/switch';
import type { CommonPhases, Runbook } from './runbook';

/** Green is RDS's read replica of blue: it is promoted while nobody writes. */
export function promoteReplica(
  steps: DatabaseSteps,
  common: CommonPhases,
  converting?: Pick<ConvertingSteps, 'journal' | 'prepareTimeout'>,
): Runbook {
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
    ...(steps.converting !== undefined &&
      converting !== undefined && {
        errands: [prepare({ ...steps, ...converting, converting: steps.converting })],
      }),
    lost: lostDatabase(steps),
    record: steps.record,
  };
}
