import { anySignal } from './any-signal';
import { Chain } from './chain';
import type { MapItem } from './context';
import type { StatesBlock } from './definition/schema';
import { isFatal, StateFailure, Stopped } from './errors';
import type { Json } from './json';
import { limitInput } from './payload';
import { VariableScope } from './scope';
import { recordStop } from './stopping';
import type { Visit } from './visit';

export type RunStates = (block: StatesBlock, input: Json, chain: Chain) => Promise<Json>;

/** One inner chain to be: a branch of a Parallel, or an iteration of a Map. */
export interface Lane {
  readonly block: StatesBlock;
  readonly mapItem?: MapItem;
  /** The input of its first state; evaluated just before it starts. */
  input(): Promise<Json>;
}

/** What the state makes of the fortunes of its lanes. */
export interface LaneRules {
  /** Lanes under way at once. */
  readonly limit: number;
  started?(chain: Chain, index: number): void;
  succeeded?(chain: Chain, index: number): void;
  /** @returns the lane's output where the failure is tolerated, or what the state fails with where it is not. */
  failed(failure: StateFailure, chain: Chain, index: number): Json | StateFailure;
  /** A lane is stopped because of event number `failure` of another. */
  stopped?(index: number, failure: number): void;
}

/**
 * Runs lanes side by side. The first failure that is not tolerated stops all others where they are: nothing of theirs
 * is recorded from then on, and no Catch of theirs runs.
 */
export class FanOut {
  private readonly stop = new AbortController();
  private readonly signal: AbortSignal;
  private readonly start: number;
  private readonly chains = new Map<number, Chain>();

  constructor(
    private readonly visit: Visit,
    private readonly rules: LaneRules,
    private readonly runStates: RunStates,
  ) {
    this.signal = anySignal(visit.chain.signal, this.stop.signal);
    this.start = visit.chain.last;
  }

  /** The outputs, in the order of the lanes. */
  async run(lanes: readonly Lane[]): Promise<Json[]> {
    const outputs: Json[] = [];
    const waiting = lanes.entries();
    const takeTurns = async () => {
      for (const [index, lane] of waiting) outputs[index] = await this.runLane(lane, index);
    };
    try {
      await Promise.all(Array.from({ length: Math.min(this.rules.limit, lanes.length) }, takeTurns));
    } catch (error) {
      if (!this.signal.aborted) this.stopLanes(this.visit.chain.last);
      throw error;
    } finally {
      this.visit.inner = [];
    }
    this.visit.chain.last = Math.max(this.start, ...[...this.chains.values()].map((chain) => chain.last));
    return outputs;
  }

  private async runLane(lane: Lane, index: number): Promise<Json> {
    const input = await lane.input();
    const chain = this.open(lane, index);
    try {
      this.rules.started?.(chain, index);
      limitInput(input, this.visit.name);
      const output = await this.runStates(lane.block, input, chain);
      this.rules.succeeded?.(chain, index);
      return output;
    } catch (error) {
      return this.settle(error, chain, index);
    }
  }

  private open(lane: Lane, index: number): Chain {
    const { run, branch, variables, mapItem } = this.visit.chain;
    const path = [...branch, `${this.visit.name}[${index}]`];
    const scope = new VariableScope(variables);
    const signal = anySignal(this.signal);
    const chain = new Chain(run, path, scope, signal, this.start, lane.mapItem ?? mapItem);
    this.chains.set(index, chain);
    this.visit.inner = [...this.chains.values()];
    return chain;
  }

  private settle(error: unknown, chain: Chain, index: number): Json {
    if (this.signal.aborted) throw error;
    this.visit.chain.last = chain.last;
    try {
      if (!(error instanceof StateFailure) || isFatal(error)) throw error;
      const verdict = this.rules.failed(error, chain, index);
      if (chain.current?.type === 'Task') chain.note('TaskStateAborted');
      if (!(verdict instanceof StateFailure)) return verdict;
      throw verdict;
    } catch (unhandled) {
      this.stopLanes(chain.last);
      throw unhandled;
    }
  }

  private stopLanes(failure: number): void {
    try {
      for (const [index, chain] of this.chains) {
        if (!chain.current?.open) continue;
        this.rules.stopped?.(index, failure);
        recordStop(chain, failure);
      }
    } finally {
      this.stop.abort(new Stopped('A sibling branch has failed'));
    }
  }
}
