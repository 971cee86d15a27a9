import { Duration } from 'aws-cdk-lib';
import { type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { BACK, of } from '../../cutover/phases/sides';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import type { DatabaseSteps } from './database-steps';

/** From here on the old side follows the new one, so that clients can go back with all they wrote. */
export function reverse(steps: DatabaseSteps): Phase {
  const { scope, agent } = steps;
  return {
    name: 'Reverse',
    role: 'reverse',
    purpose: 'Has the old side follow the new one from where both are equal, before clients write there.',
    forward: agent.task(scope, 'Replicate the new side to the old side', {
      verb: 'mysql.follow',
      comment: 'From where the new side’s log stands before anybody is let in: whatever is written later comes along.',
      args: { ...BACK, position: 'now' },
      timeout: Duration.minutes(10),
      outputs: { position: expression('$states.result[0].position') },
    }),
    done: `{'equalAt': $merge([$journal.equalAt, {$to.side: $states.result[0].position}])}`,
    undo: detachQuietly(steps, 'Undo Reverse', '$from'),
  };
}

/** The same replication, made sure of. */
export function ensureReverse({ scope, agent }: DatabaseSteps, prefix: string): IChainable {
  return agent.task(scope, `${prefix}: replicate to the old side`, {
    verb: 'mysql.follow',
    args: { ...BACK, position: expression('$lookup($journal.equalAt, $to.side)') },
    timeout: Duration.minutes(10),
    outputs: {},
  });
}

/**
 * Nothing is written to what the side follows: an agent that does not answer must not keep clients waiting for this.
 *
 * @param hosts - JSONata: where the sides are reached; by default where the configuration says
 */
export function detachQuietly(
  { scope, agent }: Pick<DatabaseSteps, 'scope' | 'agent'>,
  prefix: string,
  side: '$from' | '$to',
  hosts?: string,
): IChainable {
  const detach = agent.task(scope, `${prefix}: clear the replication`, {
    verb: 'mysql.detach',
    args: { ...of(side), ...(hosts !== undefined && { hosts }) },
    timeout: Duration.minutes(2),
    outputs: {},
  });
  const attempt = Parallel.jsonata(scope, `${prefix}: have the replication cleared`, { outputs: {} }).branch(detach);
  const done = Pass.jsonata(scope, `${prefix}: nothing is followed`, { outputs: {} });
  attempt.addCatch(done, { errors: ['States.ALL'] });
  return inOrder(attempt, done);
}
