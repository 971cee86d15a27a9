import type { Fault, FaultHook } from '../../aws/faults';
import type { FaultedAction, InjectedFault } from './injected-fault';
import { type FaultKind, strikesAtCalls } from './kinds';

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
  /** Has something happen as an execution enters a state. */
  readonly strike: (kind: FaultKind, executionArn: string) => void;
  /** Told when a fault strikes for the first time. */
  readonly onStrike: (fault: InjectedFault) => void;
}

/** Has things go wrong where they are to: as a state is entered, once, or at its calls. */
export class InjectedFaults {
  private readonly struck = new Map<InjectedFault, number>();
  private readonly mended = new Set<InjectedFault>();

  constructor(private readonly props: InjectedFaultsProps) {}

  /** What befalls a call. */
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
      if (strikesAtCalls(fault.kind) || this.timesOf(fault) > 0) continue;
      this.count(fault);
      this.props.strike(fault.kind, executionArn);
    }
  }

  /** Whoever runs the night has mended what was wrong: nothing strikes any more, but in executions still to come. */
  mend(stillToCome: readonly FaultedAction[]): void {
    for (const fault of this.props.faults) {
      if (fault.during === undefined || !stillToCome.includes(fault.during)) this.mended.add(fault);
    }
  }

  private due(state: string, arn: string): readonly InjectedFault[] {
    const there = this.props.faults.filter((fault) => fault.state === state && !this.mended.has(fault));
    if (there.length === 0) return [];
    const action = this.props.actionOf(arn);
    return there.filter(({ during }) => during === undefined || during === action);
  }

  private timesOf(fault: InjectedFault): number {
    return this.struck.get(fault) ?? 0;
  }

  private count(fault: InjectedFault): void {
    const times = this.timesOf(fault) + 1;
    this.struck.set(fault, times);
    if (times === 1) this.props.onStrike(fault);
  }
}
