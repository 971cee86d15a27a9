import type { JournalEntry } from '../aws/call-journal';
import type { ExecutionListener, StateVisit } from '../states-language';

/** Something that happened in a rehearsal, to find the cause of a failure. No secret is in it. */
export type TraceEntry =
  /** A call of the account, of any principal; without the secrets of its input. */
  | ({ readonly at: string; readonly of: 'call' } & Omit<JournalEntry, 'at'>)
  /** A state of an execution, without its input and output, which may hold data of clients. */
  | ({ readonly at: string; readonly of: 'state'; readonly execution: string } & StateEvent)
  /** A line of the agent's log. */
  | { readonly at: string; readonly of: 'agent'; readonly log: unknown };

interface StateEvent {
  readonly event: 'entered' | 'retrying' | 'exited';
  readonly state: string;
  readonly type: string;
  readonly branch: readonly string[];
  /** Of one that was left. */
  readonly outcome?: string;
  readonly error?: string;
  readonly cause?: string;
}

export function traceOfCall({ at, ...call }: JournalEntry): TraceEntry {
  return { at: new Date(at).toISOString(), of: 'call', ...call };
}

export function traceOfAgent(line: string): TraceEntry {
  return { at: new Date().toISOString(), of: 'agent', log: line.startsWith('{') ? JSON.parse(line) : line };
}

/** Times are the machine's own: real ones, ahead of which the state machine's clock may be. */
export function traceListener(executionArn: string, onTrace: (entry: TraceEntry) => void): ExecutionListener {
  const execution = executionArn.slice(executionArn.lastIndexOf(':') + 1);
  const tell = (event: StateEvent['event'], { name, type, branch }: StateVisit, more: Partial<StateEvent> = {}) =>
    onTrace({ at: new Date().toISOString(), of: 'state', execution, event, state: name, type, branch, ...more });
  return {
    stateEntered: (visit) => tell('entered', visit),
    retrying: (visit, { error, cause }) => tell('retrying', visit, { error, cause }),
    stateExited: (visit, outcome) =>
      tell('exited', visit, {
        outcome: outcome.kind,
        ...('error' in outcome && { error: outcome.error, cause: outcome.cause }),
      }),
  };
}
