import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { jsonata } from '../cutover/states/jsonata';
import { everLonger, type PollVariables, poll } from '../cutover/states/poll';
import type { CheckStates } from './check-kind';

export interface LooksProps {
  /** Looks once: assigns what the conditions read. */
  readonly look: IChainable;
  /** JSONata: whatever is looked for has been seen, or never will be. */
  readonly over: string;
  /** JSONata object: what the try outputs, by what was seen last. */
  readonly answer: string;
  /** Whether it looks again while it is not over. */
  readonly waits: boolean;
  /** JSONata: the seconds at least until the next look, where one makes many events. @default - none */
  readonly pauseAtLeast?: string;
}

const FIRST_PAUSE_SECONDS = 2;

const MAX_PAUSE_SECONDS = 15;

/** A try that may take hours looks as often as one of a quarter of an hour. */
const MAX_PAUSES = 60;

/** Until the pause is as long as it becomes. */
const FIRST_LOOKS = 6;

/** What a try makes besides. */
const EVENTS_AROUND = 60;

/** How many events a try of so many seconds makes at most, of so many a look and the wait after it. */
export function eventsOfLooks(seconds: number, eventsOfALook: number): number {
  return EVENTS_AROUND + eventsOfALook * (FIRST_LOOKS + Math.min(MAX_PAUSES, Math.ceil(seconds / MAX_PAUSE_SECONDS)));
}

/** Clients are at blue, where all has run for long: it is looked back there, and waited for elsewhere. */
export function looksBack({ at }: Pick<CheckStates<object>, 'at'>): boolean {
  return at === 'preflight' || at === 'return';
}

/** A try is within a Map, and so are its looks. */
const VARIABLES: PollVariables = { round: 'lookRound', until: 'lookUntil' };

/** Looks, ever more seldom, until it is over or the time of the try is; once more as that ends. */
export function looks(
  { scope, prefix }: Pick<CheckStates<object>, 'scope' | 'prefix'>,
  { look, over, answer, waits, pauseAtLeast = '1' }: LooksProps,
): IChainable {
  const answered = Pass.jsonata(scope, `${prefix}: say what was seen`, { outputs: expression(answer) });
  if (!waits) return inOrder(look, answered);
  const pause = everLonger(
    VARIABLES,
    FIRST_PAUSE_SECONDS,
    `$max([${MAX_PAUSE_SECONDS}, $ceil($check.timeout / ${MAX_PAUSES})])`,
  );
  const seen = poll(scope, `${prefix}: look`, {
    ask: look,
    // The look at the end of the time is the last one.
    done: `(${over} or $millis() >= $${VARIABLES.until})`,
    within: '$check.timeout * 1000',
    everySeconds: jsonata`
      $max([1, $min([$max([${pause}, ${pauseAtLeast}]),
      $ceil(($${VARIABLES.until} - $millis()) / 1000)])])
    `,
    variables: VARIABLES,
  });
  return inOrder(seen, answered);
}
