import { Duration } from 'aws-cdk-lib';
import { type IChainable, type Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
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

/** Clients may take as long to come to a lull; those who have none are closed then. */
const PATIENCE = Duration.minutes(1);

/**
 * Errors of a task by which its host may be dead. What it was asked may have been done.
 */
export const SILENT = ['Agent.Silent', 'States.HeartbeatTimeout'];

/**
 * For how long a host that is dead is waited for, which EC2 moves or reboots after two or three minutes.
 *
 * @see docs/aws-facts.md#ec2-reboot
 */
const COMES_BACK_WITHIN = Duration.minutes(10);

/** Tries a task again while its host comes back, where nothing else can be done for clients meanwhile. */
export function untilHostIsBack(task: Parallel, timeout: Duration): Parallel {
  const interval = Duration.seconds(10);
  const maxAttempts = Math.ceil(COMES_BACK_WITHIN.toSeconds() / interval.plus(timeout).toSeconds());
  return task.addRetry({ errors: SILENT, interval, backoffRate: 1, maxAttempts });
}

/** Longer than a heartbeat lapses: that it did is known by then. */
const ASKED_FOR = Duration.seconds(40);

/**
 * Asks the markers who serves: weights alone do not tell. Outputs `serving`, a side or `nobody`.
 */
export function askWhoServes({ scope, agent }: RelaySteps, name: string): Parallel {
  return agent.task(scope, name, {
    verb: 'redis.relay',
    comment: 'The markers say who serves: weights alone do not tell.',
    args: {},
    timeout: ASKED_FOR,
    outputs: expression(`{'serving': [$states.result[0].serving, 'nobody'][0]}`),
  });
}

/** The same where nobody else can tell, and so nobody is served while the host is dead. */
export function findOutWhoServes(steps: RelaySteps, name: string): Parallel {
  return untilHostIsBack(askWhoServes(steps, name), ASKED_FOR);
}

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
    comeThroughRelay(steps, prefix, side),
    ingress.revoke(scope, prefix, side),
    agent.task(scope, `${prefix}: see that nobody goes round the relay`, {
      verb: 'redis.evict',
      comment: 'Anyone who has come back since then cannot once more.',
      args: { ...of(side), quietSeconds: 0.5, timeoutSeconds: 60 },
      timeout: Duration.minutes(2),
    }),
  );
}

/** Short tries: a host that dies meanwhile is noticed with the end of one, and clients of the relay wait for that. */
function comeThroughRelay({ scope, agent }: RelaySteps, prefix: string, side: Place): Parallel {
  const timeoutSeconds = 30;
  const come = agent.task(scope, `${prefix}: have clients come through the relay`, {
    verb: 'redis.evict',
    comment: 'Closes what goes round the relay, one connection after the other; it comes back through the relay.',
    args: { ...of(side), quietSeconds: 2, timeoutSeconds, oneByOne: true },
    timeout: Duration.seconds(timeoutSeconds + 15),
  });
  return come.addRetry({
    errors: ['Agent.NotEmptied'],
    interval: Duration.seconds(1),
    backoffRate: 1,
    maxAttempts: 19,
  });
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
  const { scope, record, ingress, relay } = steps;
  const shift = move(`${prefix}: shift DNS record past the relay`, side);
  const answers = side === '$to' ? [newSideAnswers(steps, shift)] : [];
  const end = endRelay(steps, prefix, side);
  const shut = relay.ingress.shut(prefix);
  // A side that is gone has taken its marker with it; a host that is, its relay, and clients have been led past it.
  end.addCatch(shut.startState, { errors: ['Agent.Unreachable', ...SILENT], outputs: {} });
  return inOrder(
    ingress.restore(scope, prefix, side),
    ...answers,
    shift,
    record.waitForTtl(scope, `${prefix}: wait out the DNS TTL until clients resolve their side`),
    end,
    shut,
    Pass.jsonata(scope, `${prefix}: clients are connected to their side`, { outputs: {} }),
  );
}

/** Clients have just been moved there. Where the host has died since, they wait for the record, and no answer changes that. */
function newSideAnswers(steps: RelaySteps, shift: IChainable): Parallel {
  return doesAnswer(steps).addCatch(shift.startState, { errors: SILENT, outputs: {} });
}

/** On the way back all else that is to be put back waits for it, and a relay that nobody is led to does no harm. */
function endRelay({ scope, agent }: RelaySteps, prefix: string, side: Place): Parallel {
  const timeout = PATIENCE.plus(Duration.minutes(1));
  const end = agent.task(scope, `${prefix}: end the relay`, {
    verb: 'redis.withdraw',
    args: { closesWithinSeconds: PATIENCE.toSeconds() },
    timeout,
    outputs: {},
  });
  return side === '$to' ? untilHostIsBack(end, timeout) : end;
}
