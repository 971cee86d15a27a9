import { type IChainable, type Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import type { CommonPhases } from '../../cutover/migration/runbook';
import type { SwitchingSteps } from '../../cutover/phases/moving-steps';
import { doesAnswer, moveNames, shiftBack } from '../../cutover/phases/switch';
import { inOrder } from '../../cutover/states/in-order';
import { shiftGradually, type WeightStep } from '../../cutover/weights/canary';

/** What COLD is made with, of whatever caches. */
export interface ColdSteps extends SwitchingSteps {
  /** Green gets a rising share by these. */
  readonly weights: readonly WeightStep[];
}

/** What differs by what the caches speak. */
export interface ColdPhases {
  readonly preflight: Phase;
  /** Has those who are connected to the new side leave it, once clients resolve the old one again. */
  readonly leave: Parallel;
  /** The same of the old side, once clients have moved. */
  readonly evict: Phase;
}

/** A pure cache, as an operator tells it: nothing is copied, green fills itself. */
export function cold(steps: ColdSteps, { preflight, leave, evict }: ColdPhases, common: CommonPhases): Phase[] {
  return [
    preflight,
    ...canary(steps),
    ...common.approve,
    ...common.quiesce,
    switchOver(steps, leave),
    evict,
    ...common.check,
    common.resume,
    ...common.checkReturn,
    ...common.checkWithClients,
    common.watch,
  ];
}

function canary(steps: ColdSteps): Phase[] {
  const { scope, record, weights, alarms } = steps;
  if (weights.length === 0) return [];
  return [
    {
      name: 'Canary',
      role: 'canary',
      purpose: 'Gives the new side a rising share of the clients; an alarm sends all of them back.',
      forward: shiftGradually(scope, record, weights, alarms),
      undo: shiftBack(steps, 'Undo Canary'),
      direction: 'cutover',
    },
  ];
}

/** Moves the name, and waits until every resolver has seen it. Both sides accept all clients the whole time. */
function switchOver(steps: ColdSteps, leave: Parallel): Phase {
  return {
    ...SWITCH,
    forward: moveNames(steps, doesAnswer(steps)),
    undo: sendBack(steps, leave),
  };
}

/** What a switch is of, whatever comes before and after it. */
export const SWITCH = {
  name: 'Switch',
  role: 'switch',
  purpose: 'Moves the DNS name to the new side, both weights in one batch, and waits until every resolver has seen it.',
  undoing: 'returns',
} as const;

/**
 * A connection to the new side outlives its name. Where nobody answers, on that side or on the host, there is nobody to
 * be asked.
 */
function sendBack(steps: ColdSteps, leave: Parallel): IChainable {
  const { scope, record } = steps;
  const prefix = 'Undo Switch';
  const wait = record.waitForTtl(scope, `${prefix}: wait out the DNS TTL of the new side`);
  const done = Pass.jsonata(scope, `${prefix}: clients are on the old side`, { outputs: {} });
  leave.addCatch(done, {
    errors: ['Agent.Unreachable', 'Agent.Silent', 'States.HeartbeatTimeout'],
    outputs: {},
  });
  return inOrder(shiftBack(steps, prefix), wait, leave, done);
}
