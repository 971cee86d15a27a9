import { Duration } from 'aws-cdk-lib';
import type { IConnection } from 'aws-cdk-lib/aws-events';
import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import { until } from '../until';
import type { IWorkload, KindStates, WorkloadKind, WorkloadProps } from '../workload-kind';
import { workloadOfKind } from '../workload-of-kind';
import { checkRequest, connectionFacts, type HttpFacts, type HttpRequest, httpCall } from './http-call';

/** Properties of what an HTTP API stops and starts. */
export interface HttpHookWorkloadProps extends WorkloadProps {
  /** Who calls: an EventBridge connection, which keeps the credentials in Secrets Manager. */
  readonly connection: IConnection;

  /** Stops it. May be sent twice. */
  readonly stop: HttpRequest;

  /** Starts it again. May be sent twice. */
  readonly start: HttpRequest;

  /**
   * Asks how it is: before it is stopped, so that what was stopped already stays stopped; and until it is quiet.
   *
   * @default - it is taken for running, and for quiet once `stop` was answered
   */
  readonly look?: HttpRequest;

  /**
   * Which field of the answer to `look` tells that it is stopped: names with dots between, e.g. `status.mode`.
   *
   * @default 'stopped'
   */
  readonly stoppedField?: string;

  /**
   * What that field then is.
   *
   * @default 'true'
   */
  readonly stoppedValue?: string;
}

interface HttpHookFacts extends HttpFacts {
  readonly name: string;
  readonly stop: HttpRequest;
  readonly start: HttpRequest;
  readonly look?: HttpRequest;
  readonly field: readonly string[];
  readonly value: string;
}

type States = KindStates<HttpHookFacts>;

const SETTLE_LIMIT = Duration.minutes(15);

export function httpHook(props: HttpHookWorkloadProps): IWorkload {
  assertStated('HttpHookWorkloadProps', props, {
    connection: 'the EventBridge connection that keeps the credentials',
    stop: 'the request that stops it',
    start: 'the request that starts it',
  });
  const { connection, stop, start, look, stoppedField = 'stopped', stoppedValue = 'true' } = props;
  const name = props.name ?? 'http-hook';
  for (const [prop, request] of Object.entries({ stop, start, look })) {
    if (request !== undefined) checkRequest(`${prop} of ${name}`, request);
  }
  if (look === undefined && (props.stoppedField !== undefined || props.stoppedValue !== undefined)) {
    throw new ValidationError(
      `stoppedField of ${name}: got '${stoppedField}' without look, whose answer it is in. Give look as well.`,
    );
  }
  return workloadOfKind(HTTP_HOOK, name, props, {
    ...connectionFacts(connection),
    name,
    stop,
    start,
    ...(look !== undefined && { look }),
    field: stoppedField.split('.'),
    value: stoppedValue,
  });
}

const HTTP_HOOK: WorkloadKind<HttpHookFacts> = {
  id: 'httpHook',
  name: 'HTTP hook',

  survey(states: States): IChainable {
    const { scope, prefix } = states;
    const running = Pass.jsonata(scope, `${prefix}: taken for running`, { outputs: { stopped: false } });
    if (!canBeAsked(states)) return running;
    const look = ask(states, prefix);
    const found = Pass.jsonata(scope, `${prefix}: found`, { outputs: { stopped: expression('$isStopped') } });
    look.next(found);
    const choice = Choice.jsonata(scope, `${prefix}: can it be asked?`)
      .when(is('$exists($facts.look)'), look)
      .otherwise(running);
    return { id: choice.id, startState: choice, endStates: [running, found] };
  },

  quiesce(states: States): IChainable {
    return unlessStoppedBefore(states, send(states, `${states.prefix}: stop`, 'stop'), '$not($isStopped)', 'stopped');
  },

  resume(states: States): IChainable {
    return unlessStoppedBefore(states, send(states, `${states.prefix}: start`, 'start'), '$isStopped', 'running');
  },
};

function unlessStoppedBefore(states: States, act: IChainable, waiting: string, becomes: string): IChainable {
  const { scope, prefix } = states;
  const left = Pass.jsonata(scope, `${prefix}: it was stopped before`, { outputs: {} });
  const acted = canBeAsked(states) ? inOrder(act, seenTo(states, waiting, becomes)) : act;
  const choice = Choice.jsonata(scope, `${prefix}: was it stopped before?`)
    .when(is('$recorded.stopped'), left)
    .otherwise(acted);
  return { id: choice.id, startState: choice, endStates: [left, ...acted.endStates] };
}

function seenTo(states: States, waiting: string, becomes: string): IChainable {
  const { scope, prefix } = states;
  const told = Pass.jsonata(scope, `${prefix}: it was told`, { outputs: {} });
  const settled = until(states, `${prefix}: wait until it is ${becomes}`, {
    ask: (asking) => ask(states, asking),
    waiting,
    limit: SETTLE_LIMIT,
    tooLate: `$facts.name & ' is not ${becomes} ${SETTLE_LIMIT.toHumanString()} after it was told to be.'`,
  });
  const choice = Choice.jsonata(scope, `${prefix}: can it be seen?`)
    .when(is('$exists($facts.look)'), settled)
    .otherwise(told);
  return { id: choice.id, startState: choice, endStates: [told, ...settled.endStates] };
}

const canBeAsked = ({ all }: States) => all.some(({ look }) => look !== undefined);

/** Assigns `$isStopped`. Not `$lookup` itself is handed over: docs/aws-facts.md#jsonata-built-in-arity. */
function ask(states: States, name: string) {
  return httpCall(states, name, {
    request: '$facts.look',
    allowed: allowed(states.all.flatMap(({ look }) => look ?? [])),
    assign: {
      isStopped: expression(
        jsonata`
          $string($reduce($facts.field, function($object, $key) { $lookup($object, $key) },
          $states.result.ResponseBody)) = $facts.value
        `,
      ),
    },
    outputs: {},
  });
}

function send(states: States, name: string, which: 'stop' | 'start') {
  return httpCall(states, name, {
    request: `$facts.${which}`,
    allowed: allowed(states.all.map((facts) => facts[which])),
    outputs: {},
  });
}

const allowed = (requests: readonly HttpRequest[]) => ({
  methods: requests.map(({ method }) => method),
  urls: requests.map(({ url }) => url),
});
