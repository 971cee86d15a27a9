import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, type Fail, type IChainable, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression } from './expression';
import { is } from './is';
import { onceOnly } from './once';

export interface PollProps {
  /** Assigns what the conditions speak of. */
  readonly ask: IChainable;
  /** JSONata: it is over. */
  readonly done: string;
  /** JSONata conditions under which it never will be, and how that is said. */
  readonly failed?: readonly (readonly [string, Fail])[];
  /** JSONata: it is not over, and there is something else to ask at once. @default - never */
  readonly askOn?: string;
  /** How long it may take; or JSONata: milliseconds. */
  readonly within: Duration | string;
  /** What comes of it when it takes longer. @default - it goes on as if it were over */
  readonly late?: Fail;
  /** JSONata: seconds from one question to the next, by the variables. */
  readonly everySeconds: string;
  /** @default POLL */
  readonly variables?: PollVariables;
}

/** Names of variables. Within a Map or a branch nothing may be assigned that is assigned outside of it, too. */
export interface PollVariables {
  /** How often it was waited. */
  readonly round: string;
  /** When the time is up, in milliseconds. */
  readonly until: string;
}

export const POLL: PollVariables = { round: 'round', until: 'pollUntil' };

/** AWS SDK integrations have neither waiters nor `.sync`: a service is asked until it has done what it was told. */
export function poll(scope: Construct, name: string, props: PollProps): IChainable {
  const { ask, done, failed = [], askOn, within, late, everySeconds, variables: { round, until } = POLL } = props;
  const millis = within instanceof Duration ? within.toMilliseconds() : within;
  const begin = Pass.jsonata(scope, `${name}: note the time`, {
    assign: { [round]: 0, [until]: expression(`$millis() + ${millis}`) },
    outputs: {},
  });
  const over = Pass.jsonata(scope, `${name}: done`, { outputs: {} });
  const wait = Wait.jsonata(scope, `${name}: wait`, {
    time: WaitTime.seconds(onceOnly(everySeconds)),
    assign: { [round]: expression(`$${round} + 1`) },
  });
  const judge = Choice.jsonata(scope, `${name}: is it done?`).when(is(done), over);
  for (const [condition, fail] of failed) judge.when(is(condition), fail);
  judge.when(is(`$millis() > $${until}`), late ?? over);
  if (askOn !== undefined) judge.when(is(askOn), ask.startState);
  judge.otherwise(wait);
  begin.next(ask);
  wait.next(ask);
  for (const end of ask.endStates) end.next(judge);
  return Chain.custom(begin, [over], over);
}

/** Clients wait: every second for a minute, then seldom, for an execution has 25,000 events. */
export const EAGERLY = '$round < 60 ? 1 : 10';

/** Of an execution's 25,000 events, a question costs about 8. */
const MAX_QUESTIONS = 300;

/** Nobody waits for it. */
export function seldom(within: Duration): string {
  return String(Math.max(10, Math.ceil(within.toSeconds() / MAX_QUESTIONS)));
}

/** Of `$power` nothing larger is needed: half a day. */
const MAX_ROUNDS = 25;

/** JSONata: ever more seldom, from `first` seconds on up to `longest`, which may be JSONata. */
export function everLonger({ round }: PollVariables, first: number, longest: number | string): string {
  return `$min([$ceil(${first} * $power(1.5, $min([$${round}, ${MAX_ROUNDS}]))), ${longest}])`;
}
