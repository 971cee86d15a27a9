import { expression } from './expression';
import { jsonata } from './jsonata';

/** Step Functions' own, for a task that states none. */
const DEFAULT_TIMEOUT_SECONDS = 99_999_999;

/**
 * JSONata: somebody has started the execution again after it had ended. Of one that was never redriven the count may be
 * absent, and a condition is to be true or false.
 */
export const REDRIVEN = '($states.context.Execution.RedriveCount > 0) = true';

/**
 * JSONata: what goes before the cause that an execution ends with, where it may have ended with it before. Its variables
 * are as they were then.
 *
 * @param unknown what they do not tell any more
 */
export const asItHadEnded = (unknown: string) =>
  `(${REDRIVEN} ? 'Redriven: it has changed nothing since it ended, and ${unknown} is not known here (cutover status). It had ended so: ' : '')`;

export const AS_IT_HAD_ENDED = asItHadEnded('who serves now');

/**
 * JSONata: how long to wait before something that a redriven execution does not perform. Nobody waits for one: as long as
 * it runs, a recovery cannot begin.
 *
 * @param seconds also as JSONata
 */
export function unlessRedriven(seconds: number | string): string {
  return expression(`${REDRIVEN} ? 0 : ${seconds}`);
}

/**
 * The time-out of a task that changes something. A redriven execution goes on in the middle of what it did when it ended,
 * with what it knew then; meanwhile it was recovered, and others have had the lock. So it is not given a time, and fails
 * before it calls anybody. The time-out is the one field that every task has, and that is looked at before it begins.
 * Where a loop waits it is the same: a recovery waits two minutes for an execution that runs, and then gives up.
 *
 * @param seconds also as JSONata
 * @see docs/aws-facts.md#sfn-redrive
 */
export function onceOnly(seconds: number | string = DEFAULT_TIMEOUT_SECONDS): string {
  return expression(
    jsonata`
      ${REDRIVEN} ? $error('This execution had ended, and was redriven: it changes nothing any more. Start a new
      execution.') : ${seconds}
    `,
  );
}

/** A task's state as rendered, so that a redriven execution does not perform it. @param limit JSONata: seconds, if it states none itself */
export function performedOnce(state: object, limit?: string): object {
  const { TimeoutSeconds: seconds = limit } = state as { TimeoutSeconds?: number };
  return { ...state, TimeoutSeconds: onceOnly(seconds) };
}
