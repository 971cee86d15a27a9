import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression } from '../../cutover/states/expression';
import { jsonata } from '../../cutover/states/jsonata';
import { unlessRedriven } from '../../cutover/states/once';
import type { HostQuestions } from './host-question';
import type { JobEndings } from './job-endings';
import type { JobJournal } from './job-journal';

/** What the parts of a job's state machine are made with. */
export interface JobSteps {
  readonly scope: Construct;
  readonly questions: HostQuestions;
  readonly journal: JobJournal;
  readonly endings: JobEndings;
}

/** JSONata: so many seconds from now, in milliseconds. */
export const within = (seconds: number | string): string => `$millis() + (${seconds}) * 1000`;

/** JSONata: how long an execution's 25,000 events let it ask for the end of a run. */
export const PATIENTLY = '$max([10, $ceil($job.lastRunWithin / 300)])';
export const LAST_RUN = within('$job.lastRunWithin');

/** JSONata: answers of blue that say that there is no guard before the line: cron starts it as ever, or does not know it. */
export const BLUE_AS_IT_WAS = jsonata`
  $answer.answer in ['notFound', 'changed', 'twice', 'shell', 'anacron', 'tooLong', 'notAFile', 'noUser',
  'missingTool']
`;
/** JSONata: what no other try changes. */
export const IN_VAIN = jsonata`
  $answer.answer in ['late', 'stale', 'invalid', 'unknownJob', 'clockBehind']
  or ${BLUE_AS_IT_WAS}
`;

/** JSONata text: what a host has said. */
export const SAID = `'The answer was ' & $answer.answer & ($exists($answer.problem) ? ': ' & $answer.problem : '')`;

/** JSONata: the answer is of the decision that the journal has. */
export const OF_THIS_EPOCH = `$answer.answer = 'ok' and $answer.epoch = $journal.epoch`;
export const NO_RUN = `($answer.running = 0 or $job.overlap = 'yes')`;
export const NOTHING_OWED = `$answer.answer = 'ok' and ($exists($answer.owed) ? $answer.owed.pending : 0) = 0`;

/** JSONata: how many slots green told as missed while it was left: those that its answer has no room for. */
export const MISSED = jsonata`
  (($exists($answer.missedCount) ? $answer.missedCount : 0)
  + ($exists($answer.leftCount) ? $answer.leftCount - $count([$answer.left]) : 0))
`;

/** Keeps of an answer to what is owed which slots nobody starts: each ending says so. */
export function noteLeftOut({ scope }: JobSteps, name: string, next: IChainable): Pass {
  const state = Pass.jsonata(scope, name, {
    assign: {
      leftOut: expression(
        jsonata`
          {'count': ($exists($answer.owed.leftOutCount) ? $answer.owed.leftOutCount : 0)
          + ($exists($journal.missed) ? $journal.missed : 0),
          'slots': $exists($answer.owed.leftOut) ? [$answer.owed.leftOut] : []}
        `,
      ),
    },
    outputs: {},
  });
  state.next(next);
  return state;
}

/** Two seconds past it, for clocks that are a little apart. */
export function waitForCut({ scope }: JobSteps, name: string, next: IChainable): Wait {
  const wait = Wait.jsonata(scope, name, {
    time: WaitTime.seconds(unlessRedriven('$max([0, $ceil(($toMillis($journal.cut) - $millis()) / 1000) + 2])')),
  });
  wait.next(next);
  return wait;
}
