import { Duration } from 'aws-cdk-lib';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { drain as drainOf } from '../../cutover/phases/drain';
import { FORTH } from '../../cutover/phases/sides';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import type { DatabaseSteps } from './database-steps';
import { compare, unlessClientsWait } from './replicate';

export function drain(steps: DatabaseSteps): Phase {
  return drainOf(steps, {
    purpose: 'Waits until the new side has applied everything that is in the old one’s binary log.',
    // Where the two are equal: a promotion that is undone lets the new side follow again from here.
    done: EQUAL_AT,
  });
}

const EQUAL_AT = `{'equalAt': $merge([$journal.equalAt, {$from.side: $states.result[0].position}])}`;

/**
 * The freeze pays for what changed, not for what is there: all was compared before. Nor does it pay for the proof that
 * nobody writes: its time is that of the drain and of the comparison, and it holds up to the moment that clients are moved.
 */
export function verify(steps: DatabaseSteps): Phase {
  return {
    name: 'Verify',
    role: 'verify',
    purpose: 'Compares what changed since everything was compared, and proves that nobody has written since the fence.',
    forward: inOrder(
      unlessClientsWait(
        steps,
        compare(steps, 'Compare what changed', 'delta', Duration.minutes(6)),
        'Nothing was compared before',
      ),
      verifyNoWritesSinceFence(steps, 'Verify no writes since the fence'),
    ),
    done: EQUAL_AT,
  };
}

/** Nobody may have written to a side that was fenced for so long; the last write must be in time. */
const NO_WRITES = { seconds: 0.5, withinSeconds: 30 };

/**
 * Whatever was written nevertheless, by RDS itself every few minutes, is waited for as well. Outputs its input, and the
 * position at which the two sides are equal.
 */
function verifyNoWritesSinceFence({ scope, agent }: DatabaseSteps, name: string): IChainable {
  return agent.task(scope, name, {
    verb: 'mysql.drain',
    args: {
      ...FORTH,
      timeoutSeconds: 300,
      still: expression(`$merge([${JSON.stringify(NO_WRITES)}, {'since': $result.Fence.lastWrite}])`),
    },
    timeout: Duration.minutes(6),
    outputs: expression(`$merge([$states.input, {'position': $states.result[0].position}])`),
  });
}
