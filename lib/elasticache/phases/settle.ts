import { Duration } from 'aws-cdk-lib';
import type { Phase } from '../../cutover/machine/phase';
import { expression } from '../../cutover/states/expression';
import { jsonata } from '../../cutover/states/jsonata';
import type { CacheSteps } from './cache-steps';

/** A burst is over by then, or the night is. */
export const MAX_WAIT = Duration.hours(6);

/** Clients wait as long as what is left to copy and compare takes: so that is waited for while nobody is stopped. */
export function settle({ scope, agent, maxFreeze }: CacheSteps): Phase {
  return {
    name: 'Settle',
    role: 'settle',
    purpose:
      'Waits until little is left to copy and compare, so that the write outage is short. Nobody is stopped yet.',
    forward: agent.task(scope, 'Wait until the write outage would be short', {
      verb: 'redis.status',
      args: {
        settled: expression(
          jsonata`
            {'from': $from.side, 'to': $to.side, 'freezeSeconds': ${maxFreeze.toSeconds({ integral: false })},
            'timeoutSeconds': ${MAX_WAIT.toSeconds()}}
          `,
        ),
      },
      timeout: MAX_WAIT.plus(Duration.minutes(1)),
    }),
    // A rollback is in a hurry.
    direction: 'cutover',
  };
}
