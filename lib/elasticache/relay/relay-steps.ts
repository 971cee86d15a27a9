import { Duration } from 'aws-cdk-lib';
import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { of, type Place } from '../../cutover/phases/sides';
import { doesAnswer } from '../../cutover/phases/switch';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { RELAY } from '../../cutover/weights/record-entries';
import type { CacheSteps } from '../phases/cache-steps';
import type { RelayParts } from './relay-parts';

/** What the phases of a relay are made with besides. */
export interface RelaySteps extends CacheSteps {
  readonly relay: RelayParts;
}

/** Which side the relay's markers say that it serves. */
export const SERVING = expression(`{'serving': [$states.result[0].serving, 'nobody'][0]}`);

/** Clients may take as long to come to a lull; those who have none are closed then. */
const PATIENCE = Duration.minutes(1);

/**
 * Has every client of `side` come through the relay, and nobody else. Both ways lead to the same cache, so that clients move
 * one by one; the side is shut once all have.
 *
 * @param move leads the record to what a JSONata variable says
 */
export function leadThroughRelay(
  steps: RelaySteps,
  prefix: string,
  side: Place,
  move: (name: string, entry: string) => IChainable,
): IChainable {
  const { scope, agent, record, ingress, relay } = steps;
  return inOrder(
    agent.task(scope, `${prefix}: start the relay`, {
      verb: 'redis.interpose',
      args: { serving: of(side).side, port: expression(`${side}.port`), takesOver: false },
      timeout: Duration.minutes(1),
      outputs: {},
    }),
    relay.ingress.admit(prefix, side),
    move(`${prefix}: shift DNS record to the relay`, RELAY),
    record.waitForTtl(scope, `${prefix}: wait out the DNS TTL until clients resolve the relay`),
    agent.task(scope, `${prefix}: have clients come through the relay`, {
      verb: 'redis.evict',
      comment: 'Closes what goes round the relay, one connection after the other; it comes back through the relay.',
      args: { ...of(side), quietSeconds: 2, timeoutSeconds: 600, oneByOne: true },
      timeout: Duration.minutes(12),
    }),
    ingress.revoke(scope, prefix, side),
    agent.task(scope, `${prefix}: see that nobody goes round the relay`, {
      verb: 'redis.evict',
      comment: 'Anyone who has come back since then cannot once more.',
      args: { ...of(side), quietSeconds: 0.5, timeoutSeconds: 60 },
      timeout: Duration.minutes(2),
    }),
  );
}

/**
 * Has every client connect to `side` itself, which serves, and ends the relay. Who is between two commands when its connection
 * is closed loses none.
 *
 * @param move as in {@link leadThroughRelay}
 */
export function leadPastRelay(
  steps: RelaySteps,
  prefix: string,
  side: Place,
  move: (name: string, entry: string) => IChainable,
): IChainable {
  const { scope, agent, record, ingress, relay } = steps;
  const end = agent.task(scope, `${prefix}: end the relay`, {
    verb: 'redis.withdraw',
    args: { closesWithinSeconds: PATIENCE.toSeconds() },
    timeout: PATIENCE.plus(Duration.minutes(1)),
    outputs: {},
  });
  const shut = relay.ingress.shut(prefix);
  // A side that is gone has taken its marker with it.
  end.addCatch(shut.startState, { errors: ['Agent.Unreachable'], outputs: {} });
  return inOrder(
    ingress.restore(scope, prefix, side),
    ...(side === '$to' ? [doesAnswer(steps)] : []),
    move(`${prefix}: shift DNS record past the relay`, side),
    record.waitForTtl(scope, `${prefix}: wait out the DNS TTL until clients resolve their side`),
    end,
    shut,
    Pass.jsonata(scope, `${prefix}: clients are connected to their side`, { outputs: {} }),
  );
}
