import { Choice, Fail, type IChainable, Pass, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { REDRIVEN } from '../../cutover/states/once';

/** JSONata text, of the journal that was read: where the job is. */
const WHERE_IT_IS = jsonata`
  ($journal.phase = 'settled'
  ? $lookup({'blue': 'It is on blue.', 'green': 'It is on green.', 'none': 'It is paused on blue: nobody runs it.'},
  $journal.side) : 'Nobody can tell yet where it is: its journal stands at ' & $journal.phase & '.')
`;

/**
 * Where an execution of a job leads that did not perform what comes next, for it was redriven: others have had the job since.
 * It says where the job is, by the journal as it stands now.
 *
 * @param read assigns `$journal`
 * @see docs/aws-facts.md#sfn-redrive
 */
export function redrivenJob(scope: Construct, read: TaskStateBase): IChainable {
  const ending = (name: string, where: string) =>
    Fail.jsonata(scope, name, {
      comment: 'Others may have had the job since: neither what it did nor its undo is safe.',
      error: 'Redriven',
      cause: expression(
        jsonata`
          $job.name & ': this execution had ended, and was redriven. It has changed nothing since. ' & ${where}
          & ' Start {"action":"recover"}, and then what you want again.'
        `,
      ),
    });
  const unread = Pass.jsonata(scope, 'Where the job is could not be read');
  unread.next(ending('Refuse a redrive without a journal', `'Where it is could not be read: ' & $states.input.Cause`));
  read.addCatch(unread, { errors: ['States.ALL'] });
  read.next(ending('Refuse a redrive', WHERE_IT_IS));
  const failed = Fail.jsonata(scope, 'A state could not be evaluated', {
    error: expression('$states.input.Error'),
    cause: expression('$states.input.Cause'),
  });
  return Choice.jsonata(scope, 'Was the execution redriven?').when(is(REDRIVEN), read).otherwise(failed);
}
