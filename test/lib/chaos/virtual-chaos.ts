import type { Assembly } from '../../../rehearsal/assembly';
import { type Plan, planRun } from '../../../rehearsal/chaos/plan';
import { faultText } from '../../../rehearsal/testbed/faults/injected-fault';
import type { FaultKind } from '../../../rehearsal/testbed/faults/kinds';
import { faultSites } from '../../../rehearsal/testbed/faults/sites';
import { findMigration } from '../../../rehearsal/testbed/migration';
import { rehearsableOf } from '../../../rehearsal/testbed/rehearsable-of';
import type { DatabaseCloud } from '../aurora/database-cloud';
import type { Cloud } from '../cloud';
import { type Ended, VIRTUAL_KINDS, VirtualNight } from './virtual-night';

/** More runs, other runs, one run: CHAOS_RUNS=1000 CHAOS_SEED=7 CHAOS_ONLY=123 npx jest test/lib/chaos */
const { CHAOS_RUNS, CHAOS_SEED = '1', CHAOS_ONLY } = process.env;

export interface VirtualChaosProps<C extends Cloud | DatabaseCloud> {
  readonly assembly: Assembly;
  readonly runs: number;
  /** @default 1 */
  readonly first?: number;
  /** @default false */
  readonly untilBroken?: boolean;
  /** @param staleSeed - of a night in which everything is read as it was some seconds before; absent in others */
  readonly newCloud: (staleSeed: string | undefined) => Promise<C>;
  /** What is drawn. @default - any */
  readonly only?: (plan: Plan) => boolean;
  /** What is not as it must be after the last execution. */
  readonly problems: (cloud: C, before: ReturnType<C['observe']>, last: Ended) => readonly string[];
}

export interface VirtualChaos {
  /** By number and plan: what was not as it must be, and how each execution ended. */
  readonly broken: Readonly<Record<string, readonly string[]>>;
  /** Kinds of faults that were injected. */
  readonly injected: ReadonlySet<FaultKind>;
}

/** Many nights in virtual time, each with faults of its own. */
export async function virtualChaos<C extends Cloud | DatabaseCloud>(
  props: VirtualChaosProps<C>,
): Promise<VirtualChaos> {
  const { assembly, runs, first = 1, newCloud, problems, only = () => true } = props;
  const migration = findMigration(assembly);
  const sites = await faultSites(migration);
  const { isPrepared } = rehearsableOf(migration);
  const broken: Record<string, readonly string[]> = {};
  const injected = new Set<FaultKind>();
  for (let number = first, left = Number(CHAOS_RUNS ?? runs); left > 0; number++) {
    const seed = `${CHAOS_SEED}-${number}`;
    const plan = planRun(sites, seed, VIRTUAL_KINDS);
    if (!only(plan)) continue;
    left -= 1;
    if (CHAOS_ONLY !== undefined && number !== Number(CHAOS_ONLY)) continue;
    const cloud = await newCloud(plan.staleReads ? seed : undefined);
    const before = cloud.observe() as ReturnType<C['observe']>;
    const night = new VirtualNight(cloud, plan, isPrepared);
    const last = await night.perform();
    await cloud.stop();
    for (const { kind } of night.injected) injected.add(kind);
    const found = [...problems(cloud, before, last), ...night.unfinished()];
    if (found.length === 0) continue;
    const ends = night.ends.map(
      ({ action, status, error, cause }) => `${action}: ${status} ${error ?? ''} ${cause ?? ''}`,
    );
    broken[`${number}: ${plan.action}, ${plan.faults.map(faultText).join(', ')}`] = [...found, ...ends];
    if (props.untilBroken === true) break;
  }
  return { broken, injected };
}
