/** Every name of the language and of Step Functions that a Retry or Catch may list. */
export const STATES_ERRORS: readonly string[] = [
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
];

/** What a task handler throws for a task that failed, as SendTaskFailure and the SDK integrations report it. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';

  /**
   * @param error What a Catch matches on, e.g. `Rds.DbClusterNotFoundException`.
   * @param reason The Cause.
   */
  constructor(
    readonly error: string,
    readonly reason?: string,
  ) {
    super(`${error}${reason === undefined ? '' : `: ${reason}`}`);
  }
}

/** A state has failed; what Retry and Catch see, and what ends the execution where neither takes it. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';

  constructor(
    readonly error: string | undefined,
    readonly reason: string | undefined,
    /** A more specific name that ErrorEquals can match as well. */
    readonly alias?: string,
  ) {
    super(`${error ?? 'Failed'}${reason === undefined ? '' : `: ${reason}`}`);
  }
}

/** The branch was stopped from outside: a sibling failed, or the execution ended. Nothing of it is recorded any more. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Ends the execution at once: "a Retry or Catch on States.ALL will not catch States.Runtime errors", and none retries it. */
export function isFatal(failure: StateFailure): boolean {
  return failure.error === 'States.Runtime';
}

/** Whether an `ErrorEquals` takes the failure (Step Functions Developer Guide, "Error names"). */
export function matches(errorEquals: readonly string[], failure: StateFailure): boolean {
  return errorEquals.some((name) => {
    if (name === 'States.ALL') return !isTerminal(failure);
    if (name === 'States.TaskFailed') return !isTerminal(failure) && failure.error !== 'States.Timeout';
    return name === failure.error || name === failure.alias;
  });
}

/** Beyond the reach of wildcards. States.DataLimitExceeded can still be caught by its own name. */
function isTerminal(failure: StateFailure): boolean {
  return isFatal(failure) || failure.error === 'States.DataLimitExceeded';
}

/** `$states.errorOutput`. A failure without a cause, such as a time-out, reads as an empty one there. */
export function errorOutput(failure: StateFailure): { Error: string; Cause: string } {
  return { Error: failure.error ?? '', Cause: failure.reason ?? '' };
}
