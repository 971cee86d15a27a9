import { Choice, type IChainable, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { is } from '../cutover/states/is';
import { onceOnly } from '../cutover/states/once';
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

/** JSONata: milliseconds that are left of the try. */
const LEFT = '($check.timeout * 1000 - ($millis() - $tryBegan))';

/** Clients are at blue, where all has run for long: it is looked back there, and waited for elsewhere. */
export function looksBack({ at }: Pick<CheckStates<object>, 'at'>): boolean {
  return at === 'preflight' || at === 'return';
}

/** Looks, ever more seldom, until it is over or the time of the try is; once more as that ends. */
export function looks(
  { scope, prefix }: Pick<CheckStates<object>, 'scope' | 'prefix'>,
  { look, over, answer, waits, pauseAtLeast = '1' }: LooksProps,
): IChainable {
  const begin = Pass.jsonata(scope, `${prefix}: begin to look`, {
    assign: { tryBegan: expression('$millis()'), pause: FIRST_PAUSE_SECONDS },
    outputs: {},
  });
  const answered = Pass.jsonata(scope, `${prefix}: say what was seen`, { outputs: expression(answer) });
  if (!waits) return inOrder(begin, look, answered);
  const wait = Wait.jsonata(scope, `${prefix}: wait before another look`, {
    time: WaitTime.seconds(onceOnly(`$max([1, $min([$max([$pause, ${pauseAtLeast}]), $ceil(${LEFT} / 1000)])])`)),
    assign: {
      pause: expression(
        `$min([$ceil($pause * 1.5), $max([${MAX_PAUSE_SECONDS}, $ceil($check.timeout / ${MAX_PAUSES})])])`,
      ),
    },
  });
  const judge = Choice.jsonata(scope, `${prefix}: was it seen?`)
    .when(is(`$not(${over}) and ${LEFT} > 0`), wait)
    .otherwise(answered);
  inOrder(begin, look, judge);
  wait.next(look.startState);
  return { id: begin.id, startState: begin, endStates: answered.endStates };
}
