import { renderJson } from '../../../rehearsal/report/json';
import type { RehearsalRecord, RehearsalResult } from '../../../rehearsal/report/result';
import { allStates } from '../../../rehearsal/testbed/migration';
import { type RehearseOptions, rehearse } from '../../../rehearsal/testbed/rehearse';

/** A rehearsal as small as it can be. */
export async function perform(assembly: string, options: Partial<RehearseOptions> = {}): Promise<RehearsalRecord> {
  return rehearse({
    assembly,
    action: 'cutover',
    seed: '1',
    keys: 2_000,
    rows: 5_000,
    turnsPerSecond: 200,
    faults: [],
    byHand: false,
    hurry: true,
    onLive: () => undefined,
    onNote: () => undefined,
    signal: new AbortController().signal,
    ...options,
  });
}

/** Hears which findings the preflight has of the agent's own user. */
export class OfTheAgent {
  private readonly said = new Set<string>();
  readonly follower: RehearseOptions['follower'] = {
    stateExited: ({ result }) => {
      const findings = JSON.stringify(result ?? null).matchAll(/"id":"((?:mysql\.user|postgres\.role)-[^"]+)"/g);
      for (const [, id] of findings) this.said.add(String(id));
    },
  };

  get findings(): readonly string[] {
    return [...this.said].sort();
  }
}

/** What the preflight says of the user that docs/databases.md asks for. */
export const LEAST = ['mysql.user-calls-all.blue', 'mysql.user-calls-all.green'];

/** The arguments of agents' tasks by the state's name, to be altered. */
export function agentArguments(definition: Record<string, unknown>): Map<string, Record<string, unknown>> {
  const states = [...allStates(definition as Parameters<typeof allStates>[0])];
  return new Map(
    states.flatMap(([name, { Arguments: given }]) => {
      const { args } = (given ?? {}) as { args?: Record<string, unknown> };
      return args === undefined ? [] : [[name, args]];
    }),
  );
}

/** What clients of a database have lost: nothing. */
export const WHOLE = { lostWrites: 0, balanceDrift: 0, wrongBalances: 0 };

/** As `--json` tells it. */
export function told(result: RehearsalResult) {
  return JSON.parse(renderJson(result));
}

export function summary({ result }: RehearsalRecord) {
  const { ok, outcome, serving, clients, invariants } = told(result);
  return {
    ok,
    outcome,
    serving,
    lost: clients.lostWrites,
    ...('lockViolations' in clients && { locks: clients.lockViolations }),
    violations: invariants.violations,
  };
}

/** Nothing lost, and every invariant held. */
export const WELL = { ok: true, lost: 0, locks: 0, violations: [] };
