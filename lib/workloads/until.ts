import type { Duration } from 'aws-cdk-lib';
import { Fail, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../cutover/states/expression';
import { everLonger, type PollVariables, poll } from '../cutover/states/poll';
import type { KindStates } from './workload-kind';

export interface UntilProps {
  /** Makes the states that ask; they must assign what `waiting` reads. */
  readonly ask: (name: string) => IChainable;
  /** JSONata over variables: true while it is not so yet. */
  readonly waiting: string;
  /** JSONata over variables: true while it is not so yet, and there is something else to ask at once. @default - never */
  readonly goOn?: string;
  /** Minutes are usual: it is asked less often from the beginning, the more so the more wait. @default false */
  readonly patient?: boolean;
  /** Or JSONata: milliseconds. */
  readonly limit: Duration | string;
  /** JSONata text: what did not happen within the limit, and what to do. */
  readonly tooLate: string;
}

const FIRST_PAUSE_SECONDS = 2;
const FIRST_PATIENT_SECONDS = 40;
const MAX_PAUSE_SECONDS = 15;
/**
 * An execution may have 25,000 events, and one question with its wait makes nine. With this many seconds of pause for
 * each that waits, all of them may wait for a quarter of an hour and use a quarter of the events.
 */
const PAUSE_SECONDS_EACH = 0.6;
const PATIENT_SECONDS_EACH = 1.5;

/** A workload is asked after within a Map. */
const VARIABLES: PollVariables = { round: 'workloadRound', until: 'workloadUntil' };

/** Asks, ever more seldom, until something is so; gives up after a while. */
export function until<Facts extends object>(
  { scope, waiting: howMany }: Pick<KindStates<Facts>, 'scope' | 'waiting'>,
  name: string,
  { ask, waiting, goOn, patient = false, limit, tooLate }: UntilProps,
): IChainable {
  const longest = Math.max(
    MAX_PAUSE_SECONDS,
    Math.ceil(howMany * (patient ? PATIENT_SECONDS_EACH : PAUSE_SECONDS_EACH)),
  );
  // Where many wait, an early question of each is thousands of events.
  const patientFirst = Math.min(longest, Math.max(FIRST_PATIENT_SECONDS, Math.ceil(longest * 0.8)));
  return poll(scope, name, {
    ask: ask(name),
    done: `$not(${waiting})`,
    ...(goOn !== undefined && { askOn: goOn }),
    within: limit,
    late: Fail.jsonata(scope, `${name}: timed out`, { error: 'NotSettled', cause: expression(tooLate) }),
    everySeconds: everLonger(VARIABLES, patient ? patientFirst : FIRST_PAUSE_SECONDS, longest),
    variables: VARIABLES,
  });
}
