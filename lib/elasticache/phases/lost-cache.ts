import { Duration } from 'aws-cdk-lib';
import type { LostSide } from '../../cutover/lost-side';
import { CacheConsistency } from '../consistency';
import type { CacheSteps } from './cache-steps';

/** A cache that refuses connections, or answers nothing. Its door is shut as it is left: it may come up again. */
export function lostCache({ scope, agent, door, consistency }: CacheSteps): LostSide {
  return {
    ask: (name, side) =>
      agent.task(scope, name, {
        verb: 'redis.clients',
        args: { side: `{% ${side}.side %}` },
        timeout: Duration.minutes(1),
        outputs: {},
      }),
    errors: ['Agent.Unreachable'],
    ...(consistency !== CacheConsistency.COLD && {
      survey: door.survey(scope, 'Note who may connect to the side that is lost', '$from', true),
    }),
  };
}
