import type { PhaseRole } from '../../contract/manifest';
import { Random } from '../clients/random';
import type { FaultedAction, InjectedFault } from '../testbed/faults/injected-fault';
import { deliveriesAfter, type FaultKind, losesASide } from '../testbed/faults/kinds';
import type { FaultSite, FaultSites } from '../testbed/faults/sites';

/** What one run of chaos does. */
export interface Plan {
  readonly action: 'prepare' | 'cutover' | 'rollback';
  readonly faults: readonly InjectedFault[];
  /** Whether reads are answered as things were a moment before. */
  readonly staleReads: boolean;
}

export type Sites = Readonly<Record<FaultedAction, FaultSites>>;

/** How often each is drawn, against the others that can be injected there. */
const SHARES: Readonly<Record<FaultKind, number>> = {
  throttle: 2,
  denied: 4,
  'lost-answer': 3,
  abort: 3,
  'abort-unheard': 1,
  'abort-doubled': 2,
  'second-execution': 2,
  'early-recover': 1,
  deploy: 2,
  alarm: 2,
  'kill-agent': 2,
  'hang-agent': 1,
  'replace-host': 2,
  'crash-host': 1,
  'kill-blue': 1,
  'kill-green': 2,
  'crash-green': 1,
  'stop-converting': 1,
  'lag-converting': 1,
  'write-converting': 1,
  'lose-log-converting': 1,
  'kill-converting': 1,
  'lock-converting': 2,
  'fill-converting': 1,
  'leftover-replication': 1,
  'ddl-on-blue': 1,
};

const MAX_FAULTS = 3;
/**
 * Draws a run: an action, and one to three faults at states that its executions enter. It depends on the seed and the
 * sites alone.
 *
 * @param kinds - that may be drawn
 */
export function planRun(
  sites: Sites,
  seed: string,
  kinds: readonly FaultKind[] = Object.keys(SHARES) as FaultKind[],
): Plan {
  const random = new Random(seed).fork('plan');
  const action = drawAction(random, sites);
  const faults: InjectedFault[] = [];
  for (let left = random.between(1, MAX_FAULTS); left > 0; left--) {
    const during = whereNext(random, action, faults);
    const fault = drawFault(random, during, sitesFor(random, sites[during], faults), allowed(kinds, faults));
    if (fault !== undefined && !faults.some((each) => isSameSite(each, fault))) faults.push(fault);
  }
  return { action, faults, staleReads: random.chance(0.5) };
}

/** A preparation is an execution of its own, and is looked at by itself: a cutover begins with one that goes well. */
function drawAction(random: Random, { prepare, rollback }: Sites): Plan['action'] {
  const has = ({ smooth }: FaultSites, wanted: PhaseRole) => smooth.some(({ role }) => role === wanted);
  if (has(prepare, 'prepare') && random.chance(1 / 3)) return 'prepare';
  return has(rollback, 'resume') && random.chance(0.5) ? 'rollback' : 'cutover';
}

/** A recovery follows what was stopped; a rollback is what is looked at when it was asked for. */
function whereNext(random: Random, action: Plan['action'], faults: readonly InjectedFault[]): FaultedAction {
  if (faults.some(({ kind }) => deliveriesAfter(kind) !== undefined) && random.chance(0.5)) return 'recover';
  if (action === 'prepare') return action;
  return action === 'rollback' && random.chance(0.75) ? 'rollback' : 'cutover';
}

/** What is entered only after a failure is worth a fault only after a fault. */
function sitesFor(random: Random, { smooth, rough }: FaultSites, faults: readonly InjectedFault[]) {
  return faults.length > 0 && rough.length > 0 && random.chance(0.5) ? rough : smooth;
}

function allowed(kinds: readonly FaultKind[], faults: readonly InjectedFault[]): readonly FaultKind[] {
  // Nobody can be put back on a side when both are down.
  const lost = faults.some(({ kind }) => losesASide(kind));
  return lost ? kinds.filter((kind) => !losesASide(kind)) : kinds;
}

/** First the kind, then the phase, then the state in it: else most would be of the kinds and phases with most states. */
function drawFault(
  random: Random,
  during: FaultedAction,
  sites: readonly FaultSite[],
  kinds: readonly FaultKind[],
): InjectedFault | undefined {
  const possible = kinds.filter((kind) => sites.some((site) => site.kinds.includes(kind)));
  if (possible.length === 0) return undefined;
  const kind = random.pick(possible.flatMap((each) => Array.from({ length: SHARES[each] }, () => each)));
  const there = sites.filter((site) => site.kinds.includes(kind));
  const phase = random.pick([...new Set(there.map((site) => site.phase))]);
  const { state } = random.pick(there.filter((site) => site.phase === phase));
  return { state, kind, during };
}

function isSameSite(one: InjectedFault, other: InjectedFault): boolean {
  return one.state === other.state && one.during === other.during;
}
