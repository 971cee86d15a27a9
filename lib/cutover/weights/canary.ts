import { type Duration, Token } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Chain, Choice, Fail, type IChainable, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ValidationError } from '../../validation-error';
import { ALARMS_MISSING, alarmsMissing, readAlarms } from '../monitoring/alarms-check';
import { expression } from '../states/expression';
import { inOrder } from '../states/in-order';
import { is } from '../states/is';
import { onceOnly } from '../states/once';
import type { RecordSteps } from './record-steps';

/** One step of moving clients gradually: the two weights, and how long they stand before the next. */
export interface WeightStep {
  /**
   * Blue's weight, 0 to 255 (Route 53's range). Above 0 where the record moves those who write: taking them off blue
   * wholly is the switch's work.
   */
  readonly blueWeight: number;
  /** Green's weight, 0 to 255. */
  readonly greenWeight: number;
  /** How long the alarms are given to go off. */
  readonly bake: Duration;
}

/**
 * `leastBlue` is 0 where green may take all, as readers. `widens` says of a step that the same share is led to more of
 * green.
 *
 * @see docs/aws-facts.md#route53-weights-all-zero
 */
export function checkWeightSteps(
  steps: readonly WeightStep[],
  leastBlue: 0 | 1 = 1,
  widens: (index: number) => boolean = () => false,
): void {
  let before = 0;
  steps.forEach((step, index) => {
    const where = `weights[${index}]`;
    checkWeight(`${where}.blueWeight`, step.blueWeight, leastBlue);
    checkWeight(`${where}.greenWeight`, step.greenWeight, 0);
    if (step.bake === undefined || step.bake === null) {
      throw new ValidationError(
        `${where}.bake: got ${step.bake}; it is required. State how long alarms are given to go off.`,
      );
    }
    if (Token.isUnresolved(step.blueWeight) || Token.isUnresolved(step.greenWeight)) return;
    if (step.blueWeight + step.greenWeight === 0) {
      throw new ValidationError(
        `${where}: got 0 for both, which Route 53 takes for equal shares. Give one of them a weight above 0.`,
      );
    }
    const share = step.greenWeight / (step.blueWeight + step.greenWeight);
    if (share < before || (share === before && !widens(index))) {
      throw new ValidationError(
        `${where}: got ${percent(share)} for green after ${percent(before)}; each step must give green more than the one before. Put the steps in rising order.`,
      );
    }
    before = share;
  });
}

/** How long each step stands, by its place in the property `name`. */
export function bakesOf(name: string, steps: readonly WeightStep[] = []): Record<string, Duration> {
  return Object.fromEntries(steps.map(({ bake }, index) => [`${name}[${index}].bake`, bake]));
}

/** In the names of states, e.g. `weight 5 of 100`. */
export function shareOfGreen({ blueWeight, greenWeight }: Pick<WeightStep, 'blueWeight' | 'greenWeight'>): string {
  return `weight ${greenWeight} of ${blueWeight + greenWeight}`;
}

function checkWeight(name: string, weight: number, least: number): void {
  if (Token.isUnresolved(weight)) return;
  if (!Number.isInteger(weight) || weight < least || weight > 255) {
    throw new ValidationError(
      `${name}: got ${weight}; accepted are whole numbers from ${least} to 255, as in Route 53.${least > 0 ? ' A step with nobody left on blue is the switch itself: leave it out.' : ''}`,
    );
  }
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** Gives green a rising share of the resolutions; an alarm, or one that is gone, ends it with all clients back on blue. */
export function shiftGradually(
  scope: Construct,
  record: RecordSteps,
  steps: readonly WeightStep[],
  alarms: readonly IAlarm[],
): IChainable {
  const alarmed = Fail.jsonata(scope, 'An alarm went off on the canary', {
    error: 'Alarm',
    cause: expression(`'In ALARM: ' & $join($states.input.alarms, ', ')`),
  });
  const missing = Fail.jsonata(scope, 'An alarm of the canary does not exist', alarmsMissing(' any more.'));
  const chains = steps.map((step) => bakeStep(scope, record, step, alarms, { alarmed, missing }));
  for (const [index, chain] of chains.entries()) {
    const next = chains[index + 1];
    if (next !== undefined) for (const end of chain.endStates) end.next(next.startState);
  }
  const [first] = chains;
  const last = chains.at(-1);
  if (first === undefined || last === undefined)
    throw new ValidationError('A canary needs at least one step of weights.');
  return Chain.custom(first.startState, last.endStates, last.lastState);
}

/** What ends a canary. */
interface Refusals {
  readonly alarmed: Fail;
  readonly missing: Fail;
}

function bakeStep(
  scope: Construct,
  record: RecordSteps,
  step: WeightStep,
  alarms: readonly IAlarm[],
  { alarmed, missing }: Refusals,
) {
  const share = shareOfGreen(step);
  const shift = record.shift(
    scope,
    `Give green ${share}`,
    `$from.side = 'blue' ? ${step.blueWeight} : ${step.greenWeight}`,
    `$from.side = 'blue' ? ${step.greenWeight} : ${step.blueWeight}`,
  );
  const bake = Wait.jsonata(scope, `Wait while green has ${share}`, {
    time: WaitTime.seconds(onceOnly(step.bake.toSeconds())),
    outputs: {},
  });
  const { startState } = inOrder(record.requireUnchanged(scope, ` before green gets ${share}`), shift, bake);
  if (alarms.length === 0) return { startState, endStates: [bake], lastState: bake };
  const look = readAlarms(scope, `Read the alarms while green has ${share}`, alarms);
  const quiet = Pass.jsonata(scope, `No alarm while green had ${share}`, { outputs: {} });
  const judge = Choice.jsonata(scope, `Any alarm while green had ${share}?`)
    .when(is('$count($states.input.alarms) > 0'), alarmed)
    .when(is(ALARMS_MISSING), missing)
    .otherwise(quiet);
  bake.next(look).next(judge);
  return { startState, endStates: [quiet], lastState: quiet };
}
