import type { Fault, FaultHook } from '../aws/faults';

/** What can befall a rehearsal, and when: as soon as the state is entered, or at its call. */
export interface InjectedFault {
  /** Name of a state or phase of the definition, e.g. `Drain`. */
  readonly state: string;
  readonly kind: FaultKind;
}

export const FAULT_KINDS = [
  'throttle',
  'denied',
  'abort',
  'alarm',
  'kill-agent',
  'hang-agent',
  'kill-blue',
  'kill-green',
  'crash-green',
  'leftover-replication',
  'ddl-on-blue',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What can befall databases alone. */
export const OF_DATABASES: readonly FaultKind[] = ['crash-green', 'leftover-replication', 'ddl-on-blue'];

/** Throttled so often before it passes: fewer times than a state is tried again. */
const THROTTLED_TIMES = 3;

/**
 * Reads `STATE:KIND`. Names of states may hold colons, kinds do not.
 *
 * @throws Error where it is not of that form, or the definition has no such state
 */
export function parseFault(text: string, states: readonly string[]): InjectedFault {
  const colon = text.lastIndexOf(':');
  const state = text.slice(0, colon);
  const kind = FAULT_KINDS.find((each) => each === text.slice(colon + 1));
  if (colon < 1 || kind === undefined) {
    throw new Error(`--fault: got '${text}'; accepted is STATE:KIND with KIND one of ${FAULT_KINDS.join(', ')}.`);
  }
  if (!states.includes(state)) {
    const steps = states.filter((name) => !name.includes(':'));
    throw new Error(
      `--fault: the definition has no state '${state}'. It has ${states.length}, among them: ${steps.join(', ')}.`,
    );
  }
  return { state, kind };
}

/** Faults of AWS itself: a state's calls are throttled a few times, or denied for good. */
export function callFaults(faults: readonly InjectedFault[]): FaultHook {
  const struck = new Map<InjectedFault, number>();
  return ({ state }) => {
    for (const fault of faults) {
      if (fault.state !== state) continue;
      const times = struck.get(fault) ?? 0;
      const strikes: Partial<Record<FaultKind, Fault>> = {
        ...(times < THROTTLED_TIMES && { throttle: { kind: 'throttle' } }),
        denied: { kind: 'accessDenied' },
      };
      const strike = strikes[fault.kind];
      if (strike === undefined) continue;
      struck.set(fault, times + 1);
      return strike;
    }
    return undefined;
  };
}

/** What strikes when a state is entered, the first time. */
export class StateFaults {
  private readonly left: Set<InjectedFault>;

  constructor(
    faults: readonly InjectedFault[],
    private readonly strike: (kind: FaultKind, state: string) => void,
  ) {
    this.left = new Set(faults.filter(({ kind }) => kind !== 'throttle' && kind !== 'denied'));
  }

  entered(state: string): void {
    for (const fault of this.left) {
      if (fault.state !== state) continue;
      this.left.delete(fault);
      this.strike(fault.kind, state);
    }
  }
}
