import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { RECOVERY_NEEDED } from '../../cutover/machine/recovery-needed';
import { expression } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { unlessRedriven } from '../../cutover/states/once';
import { CUT_FROM_BLUE, GUARD_BY, moment, READ_BY, TO_BLUE, TO_GREEN } from './host-commands';
import {
  BLUE_AS_IT_WAS,
  IN_VAIN,
  type JobSteps,
  LAST_RUN,
  NO_RUN,
  NOTHING_OWED,
  noteLeftOut,
  OF_THIS_EPOCH,
  PATIENTLY,
  SAID,
  waitForCut,
  within,
} from './job-steps';

/** How a job comes to green, or to a pause on blue. */
export interface ToGreen {
  /** Takes the job from blue. */
  readonly start: IChainable;
  /** Where a recovery goes on, by phase. */
  readonly enabling: IChainable;
  readonly owing: IChainable;
}

/** What a command may still be on its way for after it was given up: its own minute, and what clocks may be apart. */
const COMMAND_IS_OVER = Duration.seconds(70);

/**
 * It is proved that cron on blue went by the guard before the cut, and its last run has ended, before green is told anything.
 *
 * @param handBack gives the job back to blue, with `$failure` saying why
 */
export function toGreen(steps: JobSteps, handBack: IChainable): ToGreen {
  const { scope, questions, journal, endings } = steps;
  const failed = (name: string, why: string) =>
    endings.failure(name, 'StaysOnBlue', `'${why} ' & ${SAID} & '.'`, handBack);
  const recoveryNeeded = (name: string) => endings.failure(name, RECOVERY_NEEDED, SAID, endings.recoveryNeeded);

  const settled = journal.write(
    'Journal: green runs it',
    'settled',
    jsonata`
      {'side': 'green', 'state': 'moved', 'movedAt': $journal.cut,
      'lookAt': ${moment(within('$job.lookEvery'))}, 'started': []}
    `,
    'Nothing is left to put back. Whether it does there what it is for is looked at from now on.',
  );
  settled.next(endings.onGreen);
  const runNow = questions.ask('Run it once now', {
    side: 'green',
    command: TO_GREEN.runNow,
    good: `$answer.answer = 'ok'`,
    never: IN_VAIN,
    until: within(120),
    next: settled,
    // Its next slot proves it then.
    otherwise: settled,
  });
  const isSeldom = Choice.jsonata(scope, 'Does one run beside the schedule prove it?')
    .when(is('$job.runNow'), runNow)
    .otherwise(settled);
  const owed = questions.ask('Make up on green for what is owed', {
    side: 'green',
    command: TO_GREEN.owed,
    good: NOTHING_OWED,
    until: LAST_RUN,
    pause: PATIENTLY,
    next: noteLeftOut(steps, 'Note what nobody starts on green', isSeldom),
    otherwise: recoveryNeeded('Green has not made up for what is owed'),
  });
  const owing = journal.write('Journal: green is enabled', 'owing', '{}', 'Slots are green’s from the cut on.');
  owing.next(owed);

  const known = Choice.jsonata(scope, 'Was green enabled?')
    .when(is(`${OF_THIS_EPOCH} and $answer.runs = 'yes'`), owing)
    .otherwise(failed('Green was not enabled', 'Green knows nothing of this decision.'));
  const ask = questions.ask('Ask green whether it is enabled', {
    side: 'green',
    command: TO_GREEN.look,
    good: `$answer.answer = 'ok'`,
    until: within(300),
    next: known,
    otherwise: recoveryNeeded('Nobody can tell whether green is enabled'),
  });
  const over = Wait.jsonata(scope, 'Wait until no command is on its way', {
    time: WaitTime.seconds(unlessRedriven(COMMAND_IS_OVER.toSeconds())),
  });
  over.next(ask);
  const enabling = questions.ask("Open green's gate", {
    side: 'green',
    command: TO_GREEN.open,
    good: `${OF_THIS_EPOCH} and $answer.runs = 'yes'`,
    never: IN_VAIN,
    until: within(300),
    next: owing,
    otherwise: over,
  });
  const proved = journal.write(
    'Journal: blue is guarded',
    'enabling',
    `{'since': $blueSince, 'started': $blueStarted}`,
    'Blue starts no slot from the cut on, and its last run has ended: from here on green is told.',
  );
  proved.next(enabling);
  const isThere = questions.ask('Ask green whether it is there', {
    side: 'green',
    command: TO_GREEN.look,
    good: jsonata`
      $answer.answer = 'ok' and $answer.holder = $answer.instance
      and ($exists($answer.epoch) ? $answer.epoch : 0) < $journal.epoch
    `,
    never: IN_VAIN,
    until: within(60),
    next: proved,
    otherwise: failed('Green is not there', 'Green cannot take it over.'),
  });
  const pause = journal.write(
    'Journal: it is paused',
    'settled',
    `{'side': 'none', 'state': 'paused', 'movedAt': $journal.cut, 'lookAt': ${moment(within('$job.pause'))}}`,
    'Blue does not run it, and nobody else does. Its line is taken off later.',
  );
  pause.next(endings.paused);
  const keep = Pass.jsonata(scope, 'Note what blue has started', {
    assign: {
      blueSince: expression('$answer.completeSince'),
      blueStarted: expression('$exists($answer.started) ? [$answer.started] : []'),
    },
    outputs: {},
  });
  keep.next(
    Choice.jsonata(scope, 'Does anybody need it?').when(is(`$job.decision = 'retired'`), pause).otherwise(isThere),
  );
  const idle = questions.ask("Wait for blue's last run", {
    side: 'blue',
    command: TO_BLUE.settle,
    good: `$answer.answer = 'ok' and $answer.deciding = 0 and ${NO_RUN}`,
    never: IN_VAIN,
    until: LAST_RUN,
    pause: PATIENTLY,
    next: keep,
    otherwise: failed("Blue's last run goes on", 'Its last run on blue has not ended in time.'),
  });
  const read = questions.ask('Wait until cron has read the guard', {
    side: 'blue',
    command: TO_BLUE.look,
    good: `$exists($answer.readAt) and $substring($answer.readAt, 0, 16) <= $substring($journal.cut, 0, 16)`,
    never: BLUE_AS_IT_WAS,
    until: READ_BY,
    pause: '15',
    next: waitForCut(steps, 'Wait until slots are not blue’s', idle),
    otherwise: failed(
      'Cron has not read the guard',
      'Cron of the old server has not read its crontab since the guard was put in: restart it, and see that neither a crontab nor its folder has a time in the future.',
    ),
  });
  const guard = questions.ask("Guard blue's line", {
    side: 'blue',
    command: TO_BLUE.guard,
    good: `${OF_THIS_EPOCH} and $answer.runs = 'no' and $answer.cut = $journal.cut and $exists($answer.placedAt)`,
    never: IN_VAIN,
    until: GUARD_BY,
    next: read,
    otherwise: failed('There is no proof of the guard', 'Nobody can tell whether blue would start later slots.'),
  });
  const journalCut = journal.write(
    'Journal: the cut from blue',
    'guarding',
    jsonata`
      {'epoch': $journal.epoch + 1, 'cut': $cut, 'goal': 'cutover', 'sha256': $job.sha256,
      'cause': '', 'left': [], 'started': []}
    `,
    'From which minute on slots are not blue’s, before anybody is told.',
  );
  journalCut.addCatch(endings.refused, {
    errors: ['States.ALL'],
    assign: { failure: expression(`{'error': 'StaysOnBlue', 'cause': $states.errorOutput.Cause}`) },
  });
  journalCut.next(guard);
  const start = Pass.jsonata(scope, 'Choose the cut from blue', {
    assign: { cut: expression(CUT_FROM_BLUE) },
    outputs: {},
  });
  start.next(journalCut);
  return { start, enabling, owing: owed };
}
