import type { Chain } from './chain';
import type { ContextObject } from './context';
import type { State } from './definition/schema';
import { errorOutput, StateFailure } from './errors';
import { WHOLE } from './history';
import type { Json, JsonObject } from './json';
import type { StateVisit, VisitOutcome } from './listener';

/** How a state is left. */
export interface Outcome {
  readonly output: Json;
  readonly assigned: JsonObject;
  /** Absent: the chain ends here. */
  readonly next?: string;
  /** The failure that a catcher took. */
  readonly caught?: StateFailure;
}

/** One visit of a state, from entering it to leaving it, with all attempts in between. */
export class Visit implements StateVisit {
  readonly enteredAt: Date;
  /** Inner chains under way, for a Parallel or Map. */
  inner: readonly Chain[] = [];
  /** For a task that waits for a token: that of the attempt at hand. */
  taskToken?: string;
  retryCount = 0;
  /** What the last attempt gave. */
  result?: Json;
  /** Whether it is still under way. */
  open = true;
  private readonly enteredId: number;

  constructor(
    readonly chain: Chain,
    readonly name: string,
    readonly state: State,
    readonly input: Json,
  ) {
    this.enteredAt = new Date(chain.run.clock.now());
    this.enteredId = chain.record(`${state.Type}StateEntered`, {
      stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: WHOLE },
    });
    chain.run.transitions += 1;
    chain.current = this;
    chain.run.listener.stateEntered?.(this);
  }

  get type(): State['Type'] {
    return this.state.Type;
  }

  get branch(): readonly string[] {
    return this.chain.branch;
  }

  get variables(): JsonObject {
    return this.chain.variables.visible();
  }

  get context(): ContextObject {
    const { execution, stateMachine, context } = this.chain.run;
    const { mapItem } = this.chain;
    return {
      Execution: execution,
      StateMachine: stateMachine,
      State: {
        Name: this.name,
        EnteredTime: this.enteredAt.toISOString(),
        ...(retries(this.state) && { RetryCount: this.retryCount }),
      },
      ...(this.taskToken !== undefined && { Task: { Token: this.taskToken } }),
      ...(mapItem !== undefined && { Map: { Item: mapItem } }),
      ...context,
    };
  }

  /** A failure that the interpreter itself finds, with the sentence that Step Functions puts before its reasons. */
  failure(error: string, reason: string): StateFailure {
    const where = `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enteredId}).`;
    return new StateFailure(error, `${where} ${reason}`);
  }

  async waitToRetry(failure: StateFailure, delaySeconds: number): Promise<void> {
    const { Error: error, Cause: cause } = errorOutput(failure);
    this.chain.run.listener.retrying?.(this, { error, cause, delaySeconds });
    await this.chain.sleep(delaySeconds, 'retry', this.name);
    this.retryCount += 1;
    this.chain.run.transitions += 1;
  }

  exit({ output, assigned, next, caught }: Outcome): void {
    if (this.state.Type === 'Fail') return;
    const variables = Object.fromEntries(
      Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]),
    );
    this.chain.record(`${this.state.Type}StateExited`, {
      stateExitedEventDetails: {
        name: this.name,
        output: JSON.stringify(output),
        outputDetails: WHOLE,
        ...(Object.keys(assigned).length > 0 && { assignedVariables: variables, assignedVariablesDetails: WHOLE }),
      },
    });
    this.chain.variables.assign(assigned);
    if (caught !== undefined && next !== undefined) {
      const { Error: error, Cause: cause } = errorOutput(caught);
      this.leave({ kind: 'caught', error, cause, next });
    } else {
      this.leave({ kind: 'succeeded', output, next });
    }
  }

  leave(outcome: VisitOutcome): void {
    if (!this.open) return;
    this.open = false;
    this.chain.run.listener.stateExited?.(this, outcome);
  }
}

function retries(state: State): boolean {
  return state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map';
}
