import type { CatchProps } from 'aws-cdk-lib/aws-stepfunctions';
import { expression, literal } from '../states/expression';
import { jsonata } from '../states/jsonata';
import type { Phase } from './phase';

/** Step Functions gives no cause of its own for a lapsed heartbeat, and only the agent's tasks have one. */
const FELL_SILENT =
  'The agent took a task and fell silent, several times over. See the migration host: is it running, and what does its log say of the agent?';

/**
 * JSONata variables of an execution that does not go as it should: `failure`, what ended it; `unfinished`, each undo that
 * failed for good; `skipped`, the phases whose undo was not safe to try after that; `unnoted`, each write of the journal
 * that failed although what it says was done.
 */
export const NOTHING_FAILED = {
  failure: { phase: 'none', error: 'none', cause: 'none' },
  unfinished: [],
  skipped: [],
  unnoted: [],
} as const;

/** JSONata: every undo that was tried succeeded. */
export const noneFailed = '$count($unfinished) = 0';

/** JSONata: an undo failed without which clients may be on either side. */
export const RETURN_FAILED = '$count($unfinished[returns]) > 0';

/** Whatever fails in a phase is what ended the execution. */
export function caughtIn(phase: string): CatchProps {
  return { errors: ['States.ALL'], assign: { failure: expression(what(phase)) } };
}

/** An undo that failed for good: what ended the execution is told beside it. */
export function unfinishedIn(step: string, undoing?: Phase['undoing']): CatchProps {
  const found = undoing === 'returns' ? `$merge([${what(step)}, {'returns': true}])` : what(step);
  return { errors: ['States.ALL'], assign: { unfinished: expression(`$append($unfinished, [${found}])`) } };
}

/** A write of the journal that failed: what it would have said, the JSONata `journal`, holds all the same. */
export function unnotedIn(step: string, journal: string): CatchProps {
  return {
    errors: ['States.ALL'],
    assign: { unnoted: expression(`$append($unnoted, [${what(step)}])`), journal: expression(journal) },
  };
}

/** JSONata: each of a list's failures, as text. */
export function told(failures: string): string {
  return `${failures}.(phase & ': ' & error & ': ' & cause)`;
}

function what(step: string): string {
  return jsonata`
    ($error := $states.errorOutput; {'phase': ${literal(step)}, 'error': $error.Error, 'cause': $error.Cause
    ? $error.Cause : $error.Error = 'States.Timeout' ? ${literal(FELL_SILENT)} : 'No cause was given.'})
  `;
}
