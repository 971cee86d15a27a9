import type { JsonObject } from '../../assembly';
import { FAULT_KINDS, FAULTS, type FaultKind, failsCalls } from './kinds';

/** Executions that faults can be told apart by. */
export const FAULTED_ACTIONS = ['prepare', 'cutover', 'rollback', 'recover'] as const;
export type FaultedAction = (typeof FAULTED_ACTIONS)[number];

/** What a rehearsal starts: `rollback` cuts over first, and either prepares first where there is something to prepare. */
export type RehearsedAction = 'preflight' | 'prepare' | 'cutover' | 'rollback';

/** What goes wrong in a rehearsal, and where. */
export interface InjectedFault {
  /** Name of a state or phase of the definition, e.g. `Drain`. */
  readonly state: string;
  readonly kind: FaultKind;
  /** Injected into executions of this action alone. Absent: into the execution that enters the state first. */
  readonly during?: FaultedAction;
}

/**
 * Reads `STATE:KIND` or `STATE:KIND@ACTION`. Names of states may hold colons, kinds do not.
 *
 * @param states - of the definition, by name
 * @throws Error where it is not of that form, the definition has no such state, or the fault cannot be injected there
 */
export function parseFault(text: string, states: ReadonlyMap<string, JsonObject>): InjectedFault {
  const { state, kind, during } = partsOf(text);
  const found = states.get(state);
  if (found === undefined) {
    const steps = [...states.keys()].filter((name) => !name.includes(':'));
    throw new Error(
      `--fault: the definition has no state '${state}'. It has ${states.size}, among them: ${steps.join(', ')}.`,
    );
  }
  if (failsCalls(kind) && !callsService(found)) {
    const within = [...states.keys()].filter((name) => name.startsWith(state) && callsService(states.get(name) ?? {}));
    throw new Error(
      `--fault: got '${text}'; ${kind} fails a call, and '${state}' calls no service.` +
        (within.length === 0 ? '' : ` These do: ${within.join(', ')}.`),
    );
  }
  return { state, kind, ...(during !== undefined && { during }) };
}

/** As `parseFault` reads it. */
export function faultText({ state, kind, during }: InjectedFault): string {
  return `${state}:${kind}${during === undefined ? '' : `@${during}`}`;
}

/** Whether a state calls a service of AWS, or one over HTTP, so that the call can be refused. */
export function callsService({ Type: type, Resource: resource }: JsonObject): boolean {
  return type === 'Task' && /^arn:aws[\w-]*:states:::(aws-sdk:|http:)/.test(String(resource));
}

function partsOf(text: string): InjectedFault {
  const colon = text.lastIndexOf(':');
  const [named, action] = text.slice(colon + 1).split('@');
  const kind = FAULT_KINDS.find((each) => each === named);
  const during = FAULTED_ACTIONS.find((each) => each === action);
  if (colon < 1 || kind === undefined || (action !== undefined && during === undefined)) {
    throw new Error(
      `--fault: got '${text}'; accepted is STATE:KIND or STATE:KIND@ACTION with ` +
        `KIND one of ${Object.keys(FAULTS).join(', ')} and ACTION one of ${FAULTED_ACTIONS.join(', ')}.`,
    );
  }
  return { state: text.slice(0, colon), kind, ...(during !== undefined && { during }) };
}
