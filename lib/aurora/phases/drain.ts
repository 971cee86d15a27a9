import { Duration } from 'aws-cdk-lib';
import { expression } from '../../cutover/expression';
import type { Phase } from '../../cutover/phase';
import { type DatabaseSteps, FORTH } from './database-steps';
import { STILL_SINCE_FENCED } from './fence';
import { compare, unlessUsersWait } from './replicate';

/**
 * What is still on its way arrives, and it is proven that nothing is written to the old side any more. The time since the
 * fence counts: users wait for the longer of the two, and not for one after the other.
 */
export function drain({ scope, agent }: DatabaseSteps): Phase {
  return {
    name: 'Drain',
    purpose:
      'Proves that the old side’s binary log stands still, and waits until the new side has applied everything that is in it.',
    forward: agent.task(scope, 'Wait until nothing is left to apply', {
      verb: 'mysql.drain',
      args: { ...FORTH, timeoutSeconds: 300, still: STILL_SINCE_FENCED },
      timeout: Duration.minutes(6),
      outputs: expression('$states.result[0]'),
    }),
    // Where the two are equal: a promotion that is undone lets the new side follow again from here.
    done: `{'equalAt': $merge([$journal.equalAt, {$from.side: $states.result[0].position}])}`,
  };
}

/** The freeze pays for what changed, not for what is there: all was compared before. */
export function verify(steps: DatabaseSteps): Phase {
  return {
    name: 'Verify',
    purpose: 'Compares what changed since everything was compared.',
    forward: unlessUsersWait(
      steps,
      compare(steps, 'Compare what changed', 'delta', Duration.minutes(6)),
      'Nothing was compared before',
    ),
  };
}
