import type { Phase } from '../cutover/machine/phase';
import type { CommonPhases, Runbook } from '../cutover/migration/runbook';
import { evict } from '../cutover/phases/evict';
import { lostSide } from '../cutover/phases/lost-side';
import { shiftBack } from '../cutover/phases/switch';
import { shiftGradually } from '../cutover/weights/canary';
import { CacheConsistency } from './migration/consistency';
import type { CacheSteps } from './phases/cache-steps';
import { drain, verify } from './phases/drain';
import { fence } from './phases/fence';
import { preflight } from './phases/preflight';
import { replicate } from './phases/replicate';
import { retire } from './phases/retire';
import { endReplication, reverse } from './phases/reverse';
import { settle } from './phases/settle';
import { switchOver } from './phases/switch';

const PHASES = {
  [CacheConsistency.COLD]: cold,
  [CacheConsistency.LIVE]: live,
  [CacheConsistency.FENCED]: fenced,
};

/** A cache's migration, as an operator tells it. */
export function cacheRunbook(steps: CacheSteps, common: CommonPhases): Runbook {
  return {
    phases: PHASES[steps.consistency](steps, common),
    retire: retire(steps),
    lost: lostSide(steps, steps.consistency !== CacheConsistency.COLD),
    record: steps.record,
  };
}

function cold(steps: CacheSteps, common: CommonPhases): Phase[] {
  return [
    preflight(steps),
    ...canary(steps),
    ...common.approve,
    ...common.quiesce,
    switchOver(steps),
    evict(steps),
    ...common.check,
    common.resume,
    ...common.checkReturn,
    ...common.checkWithUsers,
    common.watch,
  ];
}

function live(steps: CacheSteps, common: CommonPhases): Phase[] {
  return [
    preflight(steps),
    replicate(steps),
    ...common.approve,
    ...common.quiesce,
    switchOver(steps),
    evict(steps),
    fence(steps),
    drain(steps),
    verify(steps),
    reverse(steps),
    ...common.check,
    common.resume,
    endReplication(steps),
    ...common.checkReturn,
    ...common.checkWithUsers,
    common.watch,
  ];
}

function fenced(steps: CacheSteps, common: CommonPhases): Phase[] {
  return [
    preflight(steps),
    replicate(steps),
    ...common.approve,
    settle(steps),
    ...common.quiesce,
    fence(steps),
    drain(steps),
    verify(steps),
    reverse(steps),
    switchOver(steps),
    evict(steps),
    ...common.check,
    common.resume,
    endReplication(steps),
    ...common.checkReturn,
    ...common.checkWithUsers,
    common.watch,
  ];
}

function canary(steps: CacheSteps): Phase[] {
  const { scope, record, weights, alarms } = steps;
  if (weights.length === 0) return [];
  return [
    {
      name: 'Canary',
      role: 'canary',
      purpose: 'Gives the new side a rising share; an alarm sends everybody back.',
      forward: shiftGradually(scope, record, weights, alarms),
      undo: shiftBack(steps, 'Undo Canary'),
      direction: 'there',
    },
  ];
}
