import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { RECOVERY_NEEDED } from '../../cutover/machine/recovery-needed';
import { expression } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { moment, TO_BLUE, TO_GREEN } from './host-commands';
import { IN_VAIN, type JobSteps, OF_THIS_EPOCH, SAID, within } from './job-steps';

export interface JobProof {
  /** Looks what the job's runs on green came to. */
  readonly look: IChainable;
  /** Takes the line off blue. */
  readonly retire: IChainable;
  /** Where a recovery goes on. */
  readonly retiring: IChainable;
}

/** JSONata: runs of green whose criterion was not met. */
const FAILED = `[$answer.lastRuns[state in ['failed', 'timed-out', 'died']]]`;
const SUCCEEDED = `$count($answer.lastRuns[state = 'succeeded'])`;

/**
 * Whether a job does on green what it is for is not waited for: monthly ones take months, and an execution has 25,000 events. A
 * look judges the runs that were, and one that has failed sends the job back.
 *
 * @param sendBack takes the job from green to blue, with `$goal` and `$failure`
 */
export function jobProof(steps: JobSteps, sendBack: IChainable): JobProof {
  const { scope, questions, journal, endings } = steps;
  const proved = journal.write(
    'Journal: it is proved',
    'settled',
    `{'state': 'proved', 'provingUntil': ''}`,
    'Enough runs on green have met their criterion.',
  );
  proved.next(endings.proved);
  const proving = journal.write(
    'Journal: it is being proved',
    'settled',
    jsonata`
      {'state': 'proving', 'provingUntil': $exists($answer.next) ? $answer.next : '',
      'lookAt': ${moment(within('$job.lookEvery'))}}
    `,
    'Runs that prove it are to come.',
  );
  proving.next(endings.proving);
  const back = Pass.jsonata(scope, 'Send it back to blue', {
    assign: {
      goal: 'sendBack',
      failure: expression(
        jsonata`
          {'error': 'SentBackToBlue', 'cause': $join(${FAILED}.('Its run of ' & slot & ' on green has ' & state
          & ($exists(exitCode) ? ', exit code ' & $string(exitCode) : '')), '; ') & '. See its log'}
        `,
      ),
    },
    outputs: {},
  });
  back.next(sendBack);
  const judge = Choice.jsonata(scope, 'What have its runs come to?')
    .when(is(`$count(${FAILED}) > 0`), back)
    .when(is(`${SUCCEEDED} >= $job.provedBy`), proved)
    .otherwise(proving);
  const unknown = Pass.jsonata(scope, 'Note that nobody could look', {
    assign: { told: expression(`$append($told, ['Green was asked in vain. ' & ${SAID}])`) },
    outputs: {},
  });
  unknown.next(endings.proving);
  const look = questions.ask('Look at its runs on green', {
    side: 'green',
    command: TO_GREEN.runsSince,
    good: `$answer.answer = 'ok'`,
    never: IN_VAIN,
    until: within(120),
    next: judge,
    otherwise: unknown,
  });

  const retired = journal.write(
    'Journal: its line is off',
    'settled',
    `{'state': $journal.side = 'none' ? 'retired' : $journal.state, 'lineRetired': true}`,
    'Nothing is left to do on blue.',
  );
  retired.next(endings.retired);
  const retiring = questions.ask("Take blue's line off", {
    side: 'blue',
    command: TO_BLUE.retire,
    good: OF_THIS_EPOCH,
    never: IN_VAIN,
    until: within(300),
    next: retired,
    otherwise: endings.failure('The line could not be taken off', RECOVERY_NEEDED, SAID, endings.recoveryNeeded),
  });
  const retire = journal.write(
    'Journal: its line goes',
    'retiring',
    `{'goal': 'retire', 'cause': ''}`,
    'From here on there is no rollback.',
  );
  retire.addCatch(endings.refused, {
    errors: ['States.ALL'],
    assign: { failure: expression(`{'error': 'Refused', 'cause': $states.errorOutput.Cause}`) },
  });
  retire.next(retiring);
  return { look, retire, retiring };
}
