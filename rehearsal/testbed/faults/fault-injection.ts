import type { FaultHook } from '../../aws/faults';
import type { ExecutionView } from '../../aws/sfn/executions';
import type { FaultRun } from '../../report/result';
import type { LostOnPurpose } from '../invariants';
import { type FaultedAction, faultText, type InjectedFault } from './injected-fault';
import { InjectedFaults } from './injected-faults';
import { type FaultTargets, inject } from './injections';
import { comesLater, deliveriesAfter, type FaultKind } from './kinds';

export interface FaultInjectionProps {
  readonly faults: readonly InjectedFault[];
  readonly actionOf: (arn: string) => FaultedAction | undefined;
  readonly executionOf: (arn: string) => ExecutionView | undefined;
  /** Undefined until all of them have started. */
  readonly targets: () => Omit<FaultTargets, 'context' | 'onLoss'> | undefined;
  readonly elapsedMs: () => number;
  /** Told when a fault is injected for the first time. */
  readonly onInjected: (fault: InjectedFault) => void;
  readonly onCrash: () => void;
  /** Told when a fault could not be injected. */
  readonly onFailure: (failure: unknown) => void;
}

/** Injects the faults of a rehearsal, and knows what became of them. */
export class FaultInjection {
  /** The side whose server was ended for good. */
  lost?: LostOnPurpose;
  private readonly planned: InjectedFaults;
  /** When each was injected; milliseconds since the rehearsal began. */
  private readonly times = new Map<InjectedFault, number>();
  /** How often the event of an execution's end is delivered, by its ARN; once where nothing is said. */
  private readonly deliveries = new Map<string, number>();
  /** Injections under way. */
  private readonly running: Promise<void>[] = [];
  /** Those that happen later, if at all. */
  private later: Promise<void> = Promise.resolve();
  private crashed = false;
  private readonly ended = new AbortController();
  private fixing = new AbortController();

  constructor(private readonly props: FaultInjectionProps) {
    this.planned = new InjectedFaults({
      faults: props.faults,
      actionOf: props.actionOf,
      inject: (kind, executionArn) => this.inject(kind, executionArn),
      onInjected: (fault) => {
        this.times.set(fault, props.elapsedMs());
        props.onInjected(fault);
      },
    });
  }

  get ofCalls(): FaultHook {
    return this.planned.ofCalls;
  }

  /** Whether any was injected. */
  get any(): boolean {
    return this.times.size > 0;
  }

  /** Whether a server has crashed that comes back by itself. */
  get hasCrashed(): boolean {
    return this.crashed;
  }

  entered(state: string, executionArn: string): void {
    this.planned.entered(state, executionArn);
  }

  /** The operator has fixed the causes: nothing more is injected, except into executions still to come. */
  fix(stillToCome: readonly FaultedAction[]): void {
    this.planned.fix(stillToCome);
    this.fixing.abort();
    this.fixing = new AbortController();
  }

  /** How often EventBridge delivers the event of an execution's end. */
  deliveriesOf(executionArn: string): number {
    return this.deliveries.get(executionArn) ?? 1;
  }

  /** Resolves when what was injected so far has happened. */
  async happened(): Promise<void> {
    await Promise.all(this.running.splice(0));
  }

  /** Resolves when a server that has crashed is back. */
  async recovered(): Promise<void> {
    await this.later;
  }

  runs(): FaultRun[] {
    return this.props.faults.map((fault) => {
      const injectedMs = this.times.get(fault);
      return { fault: faultText(fault), ...(injectedMs !== undefined && { injectedMs }) };
    });
  }

  async stop(): Promise<void> {
    this.fixing.abort();
    this.ended.abort();
    await Promise.all([this.later, ...this.running]);
  }

  private inject(kind: FaultKind, executionArn: string): void {
    const execution = this.props.executionOf(executionArn);
    const targets = this.props.targets();
    if (execution === undefined || targets === undefined) return;
    const deliveries = deliveriesAfter(kind);
    if (deliveries !== undefined) this.deliveries.set(executionArn, deliveries);
    const crashed = () => {
      this.crashed = true;
      this.props.onCrash();
    };
    const onLoss: FaultTargets['onLoss'] = (side) => {
      this.lost = { side, atMs: Date.now() };
    };
    const context = { signal: this.ended.signal, fixed: this.fixing.signal, crashed };
    const all: FaultTargets = { ...targets, context, onLoss };
    const injected = inject(kind, all, execution).catch((error: unknown) => this.props.onFailure(error));
    if (comesLater(kind)) this.later = injected;
    else this.running.push(injected);
  }
}
