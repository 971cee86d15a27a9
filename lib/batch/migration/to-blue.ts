import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { RECOVERY_NEEDED } from '../../cutover/machine/recovery-needed';
import { expression } from '../../cutover/states/expression';
import { jsonata } from '../../cutover/states/jsonata';
import { BEFORE_THE_CUT, CLOSED_BY, CUT_FROM_GREEN, slotAfter, TO_BLUE, TO_GREEN } from './host-commands';
import {
  BLUE_AS_IT_WAS,
  IN_VAIN,
  type JobSteps,
  LAST_RUN,
  MISSED,
  NO_RUN,
  NOTHING_OWED,
  noteLeftOut,
  OF_THIS_EPOCH,
  PATIENTLY,
  SAID,
  waitForCut,
  within,
} from './job-steps';

/** How a job comes back to blue, or stays where it is. */
export interface ToBlue {
  /** Takes the job from green, which has it. `$goal` and `$failure` are set. */
  readonly fromGreen: IChainable;
  /** Gives it back with the cut at which blue was to leave it: green was told nothing. `$failure` is set. */
  readonly handBack: IChainable;
  /** Gives it back from nobody: it is paused. */
  readonly fromPause: IChainable;
  /** Where a recovery goes on, by phase. */
  readonly reopen: IChainable;
  readonly reopening: IChainable;
  readonly returning: IChainable;
}

const NEXT_EPOCH = `'epoch': $journal.epoch + 1`;

/**
 * The side that is left is told first, and its last run ends; what it has not started is then the other's to make up for. Blue
 * is asked until it has acknowledged: until then nobody starts anything, and what its guard refuses is owed.
 */
export function toBlue(steps: JobSteps): ToBlue {
  const { scope, questions, journal, endings } = steps;
  const settled = journal.write(
    'Journal: blue runs it',
    'settled',
    jsonata`
      {'side': 'blue', 'state': $journal.goal = 'cutover' ? $journal.state : 'returned',
      'left': [], 'missed': 0, 'started': []}
    `,
    'Nothing is left to put back.',
  );
  settled.next(endings.onBlue);
  const recoveryNeeded = (name: string) => endings.failure(name, RECOVERY_NEEDED, SAID, endings.recoveryNeeded);

  const kept = Pass.jsonata(scope, 'Note that the guard stays', {
    assign: {
      told: expression(`$append($told, ['Blue keeps the guard, which lets every run through. ' & ${SAID}])`),
    },
    outputs: {},
  });
  kept.next(settled);
  const unguard = questions.ask("Restore blue's line", {
    side: 'blue',
    command: TO_BLUE.unguard,
    good: OF_THIS_EPOCH,
    never: IN_VAIN,
    until: within(120),
    next: settled,
    otherwise: kept,
  });
  const owed = questions.ask('Make up on blue for what is owed', {
    side: 'blue',
    command: TO_BLUE.runOwed,
    good: `${NOTHING_OWED} or ${BLUE_AS_IT_WAS}`,
    until: LAST_RUN,
    pause: PATIENTLY,
    next: noteLeftOut(steps, 'Note what nobody starts on blue', unguard),
    otherwise: recoveryNeeded('Blue has not made up for what is owed'),
  });
  const giveBack = questions.ask('Have blue run it again', {
    side: 'blue',
    command: TO_BLUE.handBack,
    good: `(${OF_THIS_EPOCH} and $answer.runs = 'yes') or ${BLUE_AS_IT_WAS}`,
    until: within(600),
    next: owed,
    otherwise: recoveryNeeded('Blue has not acknowledged that it runs it'),
  });

  const journalReturn = journal.write(
    'Journal: green has left it',
    'returning',
    `{'left': $exists($answer.left) ? [$answer.left] : [], 'missed': ${MISSED}, 'since': ${slotAfter('$journal.cut')}}`,
    'From here on it is blue that is told, until it acknowledges.',
  );
  journalReturn.next(giveBack);

  const reopened = journal.write(
    'Journal: green runs it on',
    'settled',
    `{'side': 'green', 'left': []}`,
    'Nothing is left to put back.',
  );
  reopened.next(endings.onGreen);
  const owedToGreen = questions.ask('Make up on green for what it has refused', {
    side: 'green',
    command: TO_GREEN.owed,
    good: NOTHING_OWED,
    until: LAST_RUN,
    pause: PATIENTLY,
    next: noteLeftOut(steps, 'Note what nobody starts on green while it stays', reopened),
    otherwise: recoveryNeeded('Green has not made up for what it has refused'),
  });
  const reopening = questions.ask('Have green run it on', {
    side: 'green',
    command: TO_GREEN.open,
    good: `${OF_THIS_EPOCH} and $answer.runs = 'yes'`,
    until: within(600),
    next: owedToGreen,
    otherwise: recoveryNeeded('Green has not acknowledged that it runs it on'),
  });
  const reopen = journal.write(
    'Journal: green is to run it on',
    'reopening',
    `{${NEXT_EPOCH}, 'cause': $failure.cause, 'since': ${slotAfter('$journal.cut')}, 'started': []}`,
    'A higher epoch with the same cut: whatever green knew of the one before, every slot is its own.',
  );
  reopen.next(reopening);

  const settleGreen = questions.ask("Wait for green's last run", {
    side: 'green',
    command: TO_GREEN.settle,
    good: `$answer.answer = 'ok' and ${NO_RUN}`,
    never: IN_VAIN,
    until: LAST_RUN,
    pause: PATIENTLY,
    next: journalReturn,
    otherwise: endings.failure("Green's last run goes on", 'StaysOnGreen', SAID, reopen),
  });
  const close = questions.ask("Close green's gate", {
    side: 'green',
    command: TO_GREEN.close,
    good: `${OF_THIS_EPOCH} and $answer.runs = 'no' and $toMillis($answer.clock) < ${CLOSED_BY}`,
    never: IN_VAIN,
    until: CLOSED_BY,
    pause: '2',
    next: waitForCut(steps, 'Wait until slots are not green’s', settleGreen),
    otherwise: endings.failure("There is no proof that green's gate is closed", 'StaysOnGreen', SAID, reopen),
  });
  const journalClose = journal.write(
    'Journal: the cut from green',
    'closing',
    `{${NEXT_EPOCH}, 'cut': $cut, 'goal': $goal, 'cause': $failure.cause, 'left': []}`,
    'From which minute on slots are not green’s, before anybody is told.',
  );
  journalClose.addCatch(endings.refused, {
    errors: ['States.ALL'],
    assign: { failure: expression(`{'error': 'Refused', 'cause': $states.errorOutput.Cause}`) },
  });
  journalClose.next(close);
  const chooseCut = Pass.jsonata(scope, 'Choose the cut from green', {
    assign: { cut: expression(CUT_FROM_GREEN) },
    outputs: {},
  });
  chooseCut.next(journalClose);

  const handBack = journal.write(
    'Journal: the hand-back',
    'returning',
    `{${NEXT_EPOCH}, 'cause': $failure.cause, 'left': [], 'since': ${BEFORE_THE_CUT}}`,
    'A higher epoch with the same cut: whatever blue knew of the one before, every slot is its own.',
  );
  handBack.next(giveBack);

  const chooseNow = Pass.jsonata(scope, 'Choose the cut from the pause', {
    assign: { cut: expression(CUT_FROM_GREEN), goal: 'rollback' },
    outputs: {},
  });
  const journalResume = journal.write(
    'Journal: the end of the pause',
    'returning',
    jsonata`
      {${NEXT_EPOCH}, 'cut': $cut, 'goal': 'rollback', 'cause': 'A rollback was asked for.', 'left': [],
      'since': ${slotAfter('$cut')}}
    `,
    'From which minute on slots are blue’s again: those of the pause are nobody’s.',
  );
  chooseNow.next(journalResume);
  journalResume.next(giveBack);

  return {
    fromGreen: chooseCut,
    handBack,
    fromPause: chooseNow,
    reopen,
    reopening,
    returning: giveBack,
  };
}
