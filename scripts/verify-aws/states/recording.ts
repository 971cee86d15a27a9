import type {
  ContextObject,
  ExecutionListener,
  Json,
  JsonObject,
  StateVisit,
  VisitOutcome,
} from '../../../rehearsal/states-language';

/** One visit of a state: all that it takes to repeat it by itself, and how it ended. */
export interface RecordedVisit {
  readonly state: string;
  readonly input: Json;
  readonly variables: JsonObject;
  readonly context: ContextObject;
  /** Of a Task, Map or Parallel that has one. */
  readonly result?: Json;
  readonly outcome: Exclude<VisitOutcome, { readonly kind: 'stopped' }>;
}

interface Entered {
  readonly input: Json;
  readonly variables: JsonObject;
}

/** Listens to executions, and keeps one visit of each state for each way in which it ended. */
export class Recording {
  private readonly kept = new Map<string, RecordedVisit>();
  private readonly entered = new WeakMap<StateVisit, Entered>();
  private lastVariables: JsonObject = {};
  private lastContext: ContextObject | undefined;

  readonly listener: ExecutionListener = {
    stateEntered: (visit) => {
      const { input, variables } = visit;
      this.entered.set(visit, { input, variables });
      this.lastVariables = { ...this.lastVariables, ...variables };
      this.lastContext ??= visit.context;
    },
    stateExited: (visit, outcome) => {
      const entered = this.entered.get(visit);
      const key = `${visit.name}\n${outcome.kind}`;
      if (entered === undefined || outcome.kind === 'stopped' || this.kept.has(key)) return;
      const { name: state, context, result } = visit;
      this.kept.set(key, { state, ...entered, context, outcome, ...(result !== undefined && { result }) });
    },
  };

  /** Those of one state. */
  visitsOf(state: string): readonly RecordedVisit[] {
    return [...this.kept.values()].filter((visit) => visit.state === state);
  }

  /** What a state that was not visited may find. */
  get variables(): JsonObject {
    return this.lastVariables;
  }

  get context(): ContextObject | undefined {
    return this.lastContext;
  }
}
