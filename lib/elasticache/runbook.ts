import type { Phase } from '../cutover/machine/phase';
import type { CommonPhases, Runbook } from '../cutover/migration/runbook';
import { evict } from '../cutover/phases/evict';
import { lostSide } from '../cutover/phases/lost-side';
import { CacheConsistency } from './migration/consistency';
import type { CacheSteps } from './phases/cache-steps';
import { cold } from './phases/cold';
import { drain, verify } from './phases/drain';
import { fence } from './phases/fence';
import { leaveNewSide } from './phases/leave-new-side';
import { preflight } from './phases/preflight';
import { replicate } from './phases/replicate';
import { retire } from './phases/retire';
import { endReplication, reverse } from './phases/reverse';
import { settle } from './phases/settle';
import { switchOver } from './phases/switch';
import { handover } from './relay/handover';
import { interpose } from './relay/interpose';
import type { RelaySteps } from './relay/relay-steps';
import { end, withdraw } from './relay/withdraw';

const PHASES = {
  [CacheConsistency.COLD]: pure,
  [CacheConsistency.LIVE]: live,
  [CacheConsistency.FENCED]: fenced,
};

/** A cache's migration, as an operator tells it. */
export function cacheRunbook(steps: CacheSteps, common: CommonPhases): Runbook {
  const { relay } = steps;
  return {
    phases: relay === undefined ? PHASES[steps.consistency](steps, common) : relayed({ ...steps, relay }, common),
    retire: retire(steps),
    lost: lostSide(steps, steps.consistency !== CacheConsistency.COLD),
    record: steps.record,
  };
}

function pure(steps: CacheSteps, common: CommonPhases): Phase[] {
  return cold(steps, { preflight: preflight(steps), leave: leaveNewSide(steps), evict: evict(steps) }, common);
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
    ...common.checkWithClients,
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
    ...common.checkWithClients,
    common.watch,
  ];
}

/** Nobody is refused, and no connection is closed in the switch: clients are led to a relay first, and past it afterwards. */
function relayed(steps: RelaySteps, common: CommonPhases): Phase[] {
  return [
    preflight(steps),
    replicate(steps),
    ...common.approve,
    settle(steps),
    ...common.quiesce,
    interpose(steps),
    handover(steps),
    withdraw(steps),
    ...common.check,
    common.resume,
    end(steps),
    ...common.checkReturn,
    ...common.checkWithClients,
    common.watch,
  ];
}
