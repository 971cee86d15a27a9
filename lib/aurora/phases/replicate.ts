import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { FORTH } from '../../cutover/phases/sides';
import { expression, literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import type { DatabaseSteps } from './database-steps';

/** Journal, `startAt`, by side: the other's position from which it is to follow, or one of these. */
export const FOLLOWS = 'follows';
export const DIVERGED = 'diverged';

/** A second behind is a second of the freeze. */
const SMALL_LAG_SECONDS = 1;
const STEADY_SECONDS = 30;

/** Sees the new side follow closely; compares all of it while clients are still on the old one. */
export function replicate(steps: DatabaseSteps): Phase {
  const { scope, agent, catchUpTimeout } = steps;
  return {
    name: 'Replicate',
    role: 'replicate',
    purpose: 'Waits until the new side follows closely, and compares all of it while nobody waits for that.',
    forward: inOrder(
      followIfNeeded(steps),
      agent.task(scope, 'Wait until the lag is small and steady', {
        verb: 'mysql.awaitlag',
        args: {
          ...FORTH,
          lagSeconds: SMALL_LAG_SECONDS,
          steadySeconds: STEADY_SECONDS,
          timeoutSeconds: catchUpTimeout.toSeconds(),
        },
        timeout: catchUpTimeout.plus(Duration.minutes(5)),
      }),
      compare(steps, 'Compare what is defined', 'schema', Duration.minutes(30)),
      unlessClientsWait(
        steps,
        compare(steps, 'Compare every row', 'full', catchUpTimeout),
        'The comparison is skipped',
      ),
    ),
    done: `{'startAt': $merge([$journal.startAt, {$to.side: '${FOLLOWS}'}])}`,
  };
}

/** RDS has its own replicas follow. Another follows from where it was made, or where an earlier attempt left it. */
function followIfNeeded({ scope, agent, strategy }: DatabaseSteps): IChainable {
  const start =
    strategy._name === 'binlogReplica' ? `$merge([{'green': $journal.begin}, $journal.startAt])` : '$journal.startAt';
  const follow = agent.task(scope, 'Replicate the old side to the new side', {
    verb: 'mysql.follow',
    args: { ...FORTH, position: expression(`$lookup(${start}, $to.side)`) },
    timeout: Duration.minutes(10),
    outputs: {},
  });
  const done = Pass.jsonata(scope, 'The new side is to follow', { outputs: {} });
  follow.next(done);
  const choice = Choice.jsonata(scope, 'Is the replication start known?')
    .when(is(`$type($lookup(${start}, $to.side)) = 'object'`), follow)
    .otherwise(done);
  return Chain.custom(choice, [done], done);
}

/** An alarm sends clients back: they are not kept waiting while everything is compared. What follows was equal before. */
export function unlessClientsWait(
  { scope }: Pick<DatabaseSteps, 'scope'>,
  step: IChainable,
  otherwise: string,
): IChainable {
  const skip = Pass.jsonata(scope, otherwise, { outputs: { compared: false } });
  const choice = Choice.jsonata(scope, `${otherwise}?`).when(is(`$goal = 'return'`), skip).otherwise(step);
  return Chain.custom(choice, [...step.endStates, skip], skip);
}

const AFTER_ITS_COPY =
  '. Rows that green lacks: it began to follow after the place in the log where its copy ends, or was written to. Create it again, and leave binlogFile and binlogPosition out: RDS says them.';

/**
 * Compares, and fails when anything differs, or was not compared and nobody said that it may be so. Outputs what the agent
 * found.
 *
 * @param hosts - JSONata: where the sides are reached; by default where the configuration says
 * @param direction - what is compared with what; by default the sides, the way clients go
 */
export function compare(
  {
    scope,
    agent,
    strategy,
    tablesLeftUncompared,
  }: Pick<DatabaseSteps, 'scope' | 'agent' | 'tablesLeftUncompared'> & Partial<Pick<DatabaseSteps, 'strategy'>>,
  name: string,
  mode: 'schema' | 'full' | 'delta',
  timeout: Duration,
  hosts?: string,
  direction: { readonly from: string; readonly to: string } = FORTH,
): IChainable {
  const advice = strategy?._name === 'binlogReplica' && mode === 'full' ? ` & ${literal(AFTER_ITS_COPY)}` : '';
  const args = { ...direction, mode, ...(hosts !== undefined && { hosts }) };
  const ask = agent.task(scope, name, { verb: 'mysql.verify', args, timeout });
  const differs = Fail.jsonata(scope, `${name}: sides differ`, {
    error: 'Mismatch',
    cause: expression(
      jsonata`
        $string($states.input.mismatches) & ' differences, e.g. ' & $join($states.input.sample.(object & ': '
        & difference), '; ')${advice}
      `,
    ),
  });
  const accepted = `[${tablesLeftUncompared.map(literal).join(', ')}]`;
  const uncompared = `$states.input.notCovered[holdsRows = true and $not(object in ${accepted})]`;
  const notCompared = Fail.jsonata(scope, `${name}: comparison is incomplete`, {
    error: 'NotCompared',
    cause: expression(
      jsonata`
        $join(${uncompared}.(object & ' ' & reason), '; ')
        & '. To cut over without comparing them, list them in tablesLeftUncompared, and deploy.'
      `,
    ),
  });
  const equal = Pass.jsonata(scope, `${name}: both sides are equal`);
  const judge = Choice.jsonata(scope, `${name}: are both sides equal?`)
    .when(is('$states.input.mismatches > 0'), differs)
    .when(is(`$count(${uncompared}) > 0`), notCompared)
    .otherwise(equal);
  ask.next(judge);
  return Chain.custom(ask, [equal], equal);
}
