import type { Fault, FaultHook } from '../../aws/faults';
import type { FaultedAction, InjectedFault } from './injected-fault';
import { type FaultKind, failsCalls } from './kinds';

/** Throttled so often before it passes: fewer times than a state is tried again. */
const THROTTLED_TIMES = 3;

const CALL_FAULTS: Partial<Record<FaultKind, { readonly fault: Fault; readonly times: number }>> = {
  throttle: { fault: { kind: 'throttle' }, times: THROTTLED_TIMES },
  denied: { fault: { kind: 'accessDenied' }, times: Number.POSITIVE_INFINITY },
  'lost-answer': { fault: { kind: 'loseAnswer' }, times: 1 },
};

export interface InjectedFaultsProps {
  readonly faults: readonly InjectedFault[];
  /** What was asked of an execution, by its ARN or that of the principal that acts for it; undefined where it is none. */
  readonly actionOf: (arn: string) => FaultedAction | undefined;
  /** Injects a fault as an execution enters a state. */
  readonly inject: (kind: FaultKind, executionArn: string) => void;
  /** Told when a fault is injected for the first time. */
  readonly onInjected: (fault: InjectedFault) => void;
}

/** Injects faults: once as a state is entered, or at the calls of that state. */
export class InjectedFaults {
  private readonly times = new Map<InjectedFault, number>();
  private readonly fixed = new Set<InjectedFault>();

  constructor(private readonly props: InjectedFaultsProps) {}

  /** The fault that a call meets. */
  readonly ofCalls: FaultHook = ({ state, principalArn }) => {
    if (state === undefined) return undefined;
    for (const fault of this.due(state, principalArn)) {
      const ofCall = CALL_FAULTS[fault.kind];
      if (ofCall === undefined || this.timesOf(fault) >= ofCall.times) continue;
      this.count(fault);
      return ofCall.fault;
    }
    return undefined;
  };

  /** An execution enters a state. */
  entered(state: string, executionArn: string): void {
    for (const fault of this.due(state, executionArn)) {
      if (failsCalls(fault.kind) || this.timesOf(fault) > 0) continue;
      this.count(fault);
      this.props.inject(fault.kind, executionArn);
    }
  }

  /** The operator has fixed the causes: nothing more is injected, except into executions still to come. */
  fix(stillToCome: readonly FaultedAction[]): void {
    for (const fault of this.props.faults) {
      if (fault.during === undefined || !stillToCome.includes(fault.during)) this.fixed.add(fault);
    }
  }

  private due(state: string, arn: string): readonly InjectedFault[] {
    const there = this.props.faults.filter((fault) => fault.state === state && !this.fixed.has(fault));
    if (there.length === 0) return [];
    const action = this.props.actionOf(arn);
    return there.filter(({ during }) => during === undefined || during === action);
  }

  private timesOf(fault: InjectedFault): number {
    return this.times.get(fault) ?? 0;
  }

  private count(fault: InjectedFault): void {
    const times = this.timesOf(fault) + 1;
    this.times.set(fault, times);
    if (times === 1) this.props.onInjected(fault);
  }
}
