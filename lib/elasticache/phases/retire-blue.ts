import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import type { SwitchingSteps } from '../../cutover/phases/moving-steps';
import { type AwsCallProps, awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { order, REFUSED } from '../../cutover/states/order';
import { poll } from '../../cutover/states/poll';

/** JSONata: an earlier attempt ordered its deletion. */
const IS_GONE = `$left in ['deleting', 'gone']`;

/** Rounds for which ElastiCache may still show what was, after it has taken an order. */
const SLOW_TO_SAY = 5;

/** What ElastiCache is asked for blue, and how it is deleted. ElastiCache knows no protection against that. */
export interface Deletable {
  readonly id: string;
  readonly describe: Pick<AwsCallProps, 'call' | 'parameters' | 'iamAction' | 'resources'> & {
    readonly status: string;
  };
  readonly remove: Pick<AwsCallProps, 'call' | 'parameters' | 'iamAction' | 'resources' | 'wildcard'>;
  /** The command that deletes it without a snapshot, where ElastiCache may refuse to take one. @default - it never does */
  readonly withoutSnapshot?: string;
}

export interface Retirement extends Pick<Phase, 'purpose' | 'done'> {
  /** Undefined for a server of your own. */
  readonly deletable: Deletable | undefined;
  /** Name of the state that deletes. */
  readonly name: string;
  /** What must end first. @default - nothing */
  readonly before?: () => IChainable;
}

/**
 * Deletes blue on purpose, once nobody is on it. What is there is looked at first, so that a retire that was stopped
 * anywhere goes on from there when it is started again.
 */
export function retireBlue(steps: SwitchingSteps, { purpose, done, ...retirement }: Retirement): Phase {
  const { deletable } = retirement;
  return {
    name: 'Retire',
    role: 'retire',
    purpose,
    forward:
      deletable === undefined
        ? onceNobodyIsOnIt(steps, notOurs(steps))
        : unlessGone(steps, { ...retirement, deletable }),
    ...(done !== undefined && { done }),
  };
}

type Deletion = Omit<Retirement, 'purpose' | 'done'> & { readonly deletable: Deletable };

function unlessGone(steps: SwitchingSteps, deletion: Deletion): IChainable {
  const { scope } = steps;
  const look = lookAtLeft(steps, 'Retire', deletion.deletable);
  const gone = Pass.jsonata(scope, 'Blue is gone already', { outputs: { deleted: 'before' } });
  const remove = deleteBlue(steps, deletion);
  const { before } = deletion;
  const judge = Choice.jsonata(scope, 'What is left of blue?')
    .when(is(IS_GONE), gone)
    .otherwise(onceNobodyIsOnIt(steps, before === undefined ? remove : inOrder(before(), remove)));
  return Chain.custom(inOrder(look, judge).startState, [gone], gone);
}

function onceNobodyIsOnIt({ scope, agent, plane }: SwitchingSteps, remove: IChainable): IChainable {
  const ask = agent.task(scope, 'Are clients still on blue?', {
    verb: plane.clients,
    args: { side: 'blue' },
    timeout: Duration.minutes(1),
  });
  const used = Fail.jsonata(scope, 'Clients are still on blue', {
    error: 'StillUsed',
    cause: expression(
      jsonata`
        $string($states.input.connections) & ' connections: ' & $join($states.input.groups.(address & ' ' & name),
        ', ') & '. See them off first. Nothing was deleted.'
      `,
    ),
  });
  const judge = Choice.jsonata(scope, 'Have all clients left blue?')
    .when(is('$states.input.connections > 0'), used)
    .otherwise(remove);
  return ask.next(judge);
}

/** Assigns `$left`: blue's status, or `gone`. ElastiCache has no filters, and answers a missing cache with an error. */
function lookAtLeft({ scope }: SwitchingSteps, prefix: string, { describe }: Deletable): IChainable {
  const { status, ...call } = describe;
  const ask = awsCall(scope, `${prefix}: what is left of blue?`, {
    ...call,
    assign: { left: expression(status) },
    outputs: {},
  });
  const missing = Pass.jsonata(scope, `${prefix}: nothing is left of blue`, { assign: { left: 'gone' }, outputs: {} });
  const unknown = Fail.jsonata(scope, `${prefix}: ElastiCache does not list what is left`, {
    error: expression('$states.input.Error'),
    cause: expression('$states.input.Cause'),
  });
  const why = Choice.jsonata(scope, `${prefix}: is blue not there?`)
    .when(is(`$contains($states.input.Error, 'NotFound')`), missing)
    .otherwise(unknown);
  ask.addCatch(why, { errors: ['States.ALL'] });
  return Chain.custom(ask, [ask, missing], ask);
}

/** Whether an order was taken whose answer was lost, ElastiCache tells. */
function deleteBlue(steps: SwitchingSteps, { name, deletable }: Deletion): IChainable {
  const { scope } = steps;
  const call = awsCall(scope, name, { ...deletable.remove, outputs: {} });
  const until = poll(scope, 'Deletion of blue', {
    ask: lookAtLeft(steps, 'Deletion of blue', deletable),
    done: `$not(${REFUSED}) or ${IS_GONE}`,
    failed: [
      [
        `$round >= ${SLOW_TO_SAY}`,
        Fail.jsonata(scope, 'Blue is not deleted', {
          error: 'NotDeleted',
          cause: expression(`'Blue stays: it is ' & $left & '. ' & $refusal${noSnapshot(deletable)}`),
        }),
      ],
    ],
    within: Duration.minutes(10),
    everySeconds: '2',
  });
  const done = Pass.jsonata(scope, 'Blue can be deleted', { outputs: { deleted: deletable.id } });
  return inOrder(order(scope, 'Deletion of blue', call, until), done);
}

/** JSONata: what to do about a node type that no snapshot is taken of. @see docs/aws-facts.md#elasticache-memcached-snapshots */
function noSnapshot({ withoutSnapshot }: Deletable): string {
  if (withoutSnapshot === undefined) return '';
  return ` & ($contains($refusal, 'SnapshotFeatureNotSupported') ? ${literal(
    `ElastiCache takes no snapshot of its node type. Delete it without one: ${withoutSnapshot} `,
  )} : '')`;
}

function notOurs({ scope }: SwitchingSteps): Fail {
  return Fail.jsonata(scope, 'Blue is not ours to delete', {
    error: 'NotElastiCache',
    cause: 'Blue is a server of your own. Stop it yourself: nobody is connected to it.',
  });
}
