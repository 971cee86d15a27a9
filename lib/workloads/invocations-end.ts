import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../cutover/states/aws-call';
import { expression } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { is } from '../cutover/states/is';
import { unlessRedriven } from '../cutover/states/once';
import type { KindStates } from './workload-kind';

export interface InvokedFacts {
  /** @default - nobody has said which function it is */
  readonly functionArn?: string;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_TIMEOUT = Duration.minutes(15);

/**
 * Waits as long as an invocation that has begun may last. Nothing tells whether one still runs; but the time-out of the
 * function ends it, and where the function is not known, the longest that Lambda allows.
 *
 * @see docs/aws-facts.md#lambda-disabled-in-flight
 */
export function invocationsEnd(states: KindStates<InvokedFacts>, name: string): IChainable {
  const { scope, all } = states;
  const known = [...new Set(all.flatMap(({ functionArn }) => functionArn ?? []))];
  if (known.length === 0) return whateverRuns(scope, name);
  const timeout = itsTimeout(scope, name, known);
  if (all.every(({ functionArn }) => functionArn !== undefined)) return timeout;
  const longest = whateverRuns(scope, name);
  const choice = Choice.jsonata(scope, `${name}: is its function known?`)
    .when(is('$exists($facts.functionArn)'), timeout)
    .otherwise(longest);
  return { id: choice.id, startState: choice, endStates: [...timeout.endStates, longest] };
}

function itsTimeout(scope: Construct, name: string, functionArns: string[]): IChainable {
  const ask = awsCall(scope, `${name}: how long may it run?`, {
    call: 'lambda:getFunctionConfiguration',
    parameters: { FunctionName: expression('$facts.functionArn') },
    iamAction: 'lambda:GetFunctionConfiguration',
    resources: functionArns,
    outputs: expression(`{'timeout': $states.result.Timeout}`),
  });
  const wait = Wait.jsonata(scope, `${name}: wait`, {
    time: WaitTime.seconds(unlessRedriven('$states.input.timeout')),
  });
  return inOrder(ask, wait);
}

function whateverRuns(scope: Construct, name: string): Wait {
  return Wait.jsonata(scope, `${name}: wait the longest time-out`, {
    time: WaitTime.seconds(unlessRedriven(MAX_TIMEOUT.toSeconds())),
  });
}
