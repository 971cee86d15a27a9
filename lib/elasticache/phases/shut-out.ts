import { Duration } from 'aws-cdk-lib';
import { type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { of, type Place } from '../../cutover/phases/sides';
import { inOrder } from '../../cutover/states/in-order';
import type { CacheSteps } from './cache-steps';

/** Redis lifts the pause by itself after this, should nobody be left to do it. By then client ingress is revoked. */
const PAUSE_SECONDS = 60;

/** Revokes client ingress of `side`, disconnects clients, and proves that nobody writes. */
export function shutOut(steps: CacheSteps, prefix: string, side: Place): IChainable {
  return inOrder(seeOff(steps, prefix, side), verifyNoWrites(steps, prefix, side));
}

/** Revokes client ingress of `side`, and disconnects clients. */
export function seeOff(steps: CacheSteps, prefix: string, side: Place): IChainable {
  const { scope, agent, ingress } = steps;
  return inOrder(
    ingress.revoke(scope, prefix, side),
    agent.task(scope, `${prefix}: pause writes`, {
      verb: 'redis.freeze',
      // @see docs/aws-facts.md#security-group-tracked-connections
      comment: 'Revoking a rule does not cut what is connected.',
      args: { ...of(side), seconds: PAUSE_SECONDS },
      timeout: Duration.minutes(1),
    }),
    agent.task(scope, `${prefix}: disconnect clients`, {
      verb: 'redis.evict',
      args: { ...of(side), quietSeconds: 0.5, timeoutSeconds: 60 },
      timeout: Duration.minutes(2),
    }),
  );
}

/** Writes of the agent's own count too: not of a side that is being filled. */
export function verifyNoWrites({ scope, agent }: CacheSteps, prefix: string, side: Place): IChainable {
  return agent.task(scope, `${prefix}: verify no writes`, {
    verb: 'redis.nowrites',
    args: { ...of(side), seconds: 1, timeoutSeconds: 60 },
    timeout: Duration.minutes(2),
  });
}

/** Lifts the pause. It ends by itself too, so an agent that does not answer must not keep client ingress revoked. */
export function unfreeze({ scope, agent }: CacheSteps, prefix: string, side: Place): IChainable {
  const lift = agent.task(scope, `${prefix}: lift the pause`, {
    verb: 'redis.unfreeze',
    args: of(side),
    timeout: Duration.minutes(1),
    outputs: {},
  });
  const attempt = Parallel.jsonata(scope, `${prefix}: lift the write pause`, { outputs: {} }).branch(lift);
  const done = Pass.jsonata(scope, `${prefix}: write pause is lifted`, { outputs: {} });
  attempt.addCatch(done, { errors: ['States.ALL'] });
  return inOrder(attempt, done);
}
