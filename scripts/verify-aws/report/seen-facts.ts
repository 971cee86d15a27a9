import type { Scenario } from '../app/scenario';
import type { Observed } from '../night/observed';
import { PROBES } from '../probes';
import { type Observation, unseen } from '../probes/probe';
import { factNames } from './facts-of-table';

/** What the nights say of one fact. */
export interface SeenFact {
  readonly fact: string;
  readonly verdict: Observation['verdict'];
  /** By night. */
  readonly what: readonly string[];
}

/** Has each probe look at a night; one that fails says so. */
export async function observe(night: Observed): Promise<ReadonlyMap<string, Observation>> {
  const seen = new Map<string, Observation>();
  for (const probe of PROBES) {
    try {
      seen.set(probe.fact, await probe.observe(night));
    } catch (error) {
      seen.set(probe.fact, unseen(`The probe failed: ${error instanceof Error ? error.message : String(error)}`));
    }
  }
  return seen;
}

/** Every fact of the table: refuted where any night refutes it, confirmed where one confirms it. */
export function factsSeen(nights: ReadonlyMap<Scenario, ReadonlyMap<string, Observation>>): SeenFact[] {
  return factNames().map((fact) => {
    const observations = [...nights].flatMap(([scenario, seen]) => {
      const observation = seen.get(fact);
      return observation === undefined ? [] : [{ scenario, ...observation }];
    });
    const any = (verdict: Observation['verdict']) => observations.some((one) => one.verdict === verdict);
    return {
      fact,
      verdict: any('refuted') ? 'refuted' : any('confirmed') ? 'confirmed' : 'not observed',
      what:
        observations.length === 0
          ? ['Nothing in these nights shows it.']
          : observations.map(({ scenario, what }) => `${scenario}: ${what}`),
    };
  });
}
