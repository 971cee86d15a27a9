import { Duration } from 'aws-cdk-lib';
import type { IConnection } from 'aws-cdk-lib/aws-events';
import { type IChainable, Map as MapState, Pass, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { jsonata } from '../../cutover/states/jsonata';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { IWorkload, KindStates, WorkloadKind, WorkloadProps } from '../workload-kind';
import { workloadOfKind } from '../workload-of-kind';
import { connectionFacts, type HttpFacts, httpCall } from './http-call';

/** Properties of Datadog monitors that are muted for the switch. */
export interface DatadogMonitorsWorkloadProps extends WorkloadProps {
  /**
   * An EventBridge connection with the API key `DD-API-KEY`, and the header parameter `DD-APPLICATION-KEY`, whose values
   * are in Secrets Manager. The application key needs the scopes `monitors_downtime` and `monitors_read`.
   */
  readonly connection: IConnection;

  /** Ids of the monitors, 1 to 40. */
  readonly monitorIds: number[];

  /**
   * Datadog's site.
   *
   * @default 'datadoghq.com'
   */
  readonly site?: string;

  /**
   * After how long they tell again by themselves, should nobody come back to unmute them.
   *
   * @default Duration.hours(4)
   */
  readonly expiry?: Duration;
}

interface DatadogMonitorsFacts extends HttpFacts {
  readonly api: string;
  readonly monitors: readonly number[];
  readonly expiryMs: number;
}

type States = KindStates<DatadogMonitorsFacts>;

/** A Map runs no more at once, and each makes some thirty of an execution's 25,000 events. */
const MAX_MONITORS = 40;

export function datadogMonitors(props: DatadogMonitorsWorkloadProps): IWorkload {
  assertStated('DatadogMonitorsWorkloadProps', props, {
    connection: "the EventBridge connection with Datadog's keys",
    monitorIds: 'the monitors that are muted',
  });
  const { connection, monitorIds, site = 'datadoghq.com', expiry = Duration.hours(4) } = props;
  const name = props.name ?? 'datadog-monitors';
  if (monitorIds.length === 0 || monitorIds.length > MAX_MONITORS) {
    throw new ValidationError(
      `monitorIds of ${name}: got ${monitorIds.length}; accepted are 1 to ${MAX_MONITORS}. ${monitorIds.length === 0 ? 'List some, or leave the workload out.' : 'Split them over several workloads.'}`,
    );
  }
  const odd = monitorIds.find((id) => !Number.isSafeInteger(id) || id < 1);
  if (odd !== undefined) {
    throw new ValidationError(
      `monitorIds of ${name}: got ${odd}; accepted are the numbers at the end of a monitor's address.`,
    );
  }
  if (new Set(monitorIds).size < monitorIds.length) {
    throw new ValidationError(`monitorIds of ${name}: got a monitor twice; each may be listed once.`);
  }
  if (!/^[a-z0-9.-]+$/.test(site)) {
    throw new ValidationError(`site of ${name}: got '${site}'; accepted is a site of Datadog, e.g. 'datadoghq.eu'.`);
  }
  return workloadOfKind(DATADOG_MONITORS, name, props, {
    ...connectionFacts(connection),
    api: `https://api.${site}/api`,
    monitors: monitorIds,
    expiryMs: expiry.toMilliseconds(),
  });
}

/**
 * Muted by downtimes of our own, which end by themselves: what somebody else has muted stays muted. Ours are known by
 * the second at which they end, which the journal has before the first is made.
 *
 * @see https://docs.datadoghq.com/api/latest/downtimes/
 */
const DATADOG_MONITORS: WorkloadKind<DatadogMonitorsFacts> = {
  id: 'datadogMonitors',
  name: 'Datadog monitors',

  survey(states: States): IChainable {
    const { scope, prefix } = states;
    return inOrder(
      forEach(states, `${prefix}: is each there?`, (name) =>
        call(states, name, 'GET', `$facts.api & '/v1/monitor/' & $monitor`, 'v1/monitor/*', { outputs: {} }),
      ),
      Pass.jsonata(scope, `${prefix}: found`, {
        outputs: {
          until: expression(`$fromMillis($millis() + $facts.expiryMs, '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01]+00:00')`),
        },
      }),
    );
  },

  quiesce(states: States): IChainable {
    const { prefix } = states;
    return forEach(states, `${prefix}: mute each`, (name) =>
      call(states, name, 'POST', `$facts.api & '/v2/downtime'`, 'v2/downtime', {
        body: jsonata`
          {'data': {'type': 'downtime', 'attributes': {'message': 'Cutover', 'scope': '*',
          'monitor_identifier': {'monitor_id': $monitor}, 'schedule': {'end': $recorded.until},
          'mute_first_recovery_notification': true}}}
        `,
        outputs: {},
      }),
    );
  },

  resume(states: States): IChainable {
    const { scope, prefix } = states;
    return forEach(states, `${prefix}: unmute each`, (name) => {
      const ours = call(
        states,
        name,
        'GET',
        `$facts.api & '/v2/monitor/' & $monitor & '/downtime_matches'`,
        'v2/monitor/*/downtime_matches',
        {
          assign: {
            downtimes: expression(
              jsonata`
                [$states.result.ResponseBody.data[$exists(attributes.end) and attributes.end != null
                and $toMillis(attributes.end) = $toMillis($recorded.until)].id]
              `,
            ),
          },
          outputs: {},
        },
      );
      const cancel = MapState.jsonata(scope, `${name}: cancel ours`, {
        items: ProvideItems.jsonata(expression('$downtimes')),
        outputs: {},
      }).itemProcessor(
        call(states, `${name}: cancel one`, 'DELETE', `$facts.api & '/v2/downtime/' & $states.input`, 'v2/downtime/*', {
          outputs: {},
        }),
      );
      return inOrder(ours, cancel);
    });
  },
};

function forEach({ scope }: States, name: string, make: (name: string) => IChainable): IChainable {
  const take = Pass.jsonata(scope, `${name}: take it`, { assign: { monitor: expression('$states.input') } });
  return MapState.jsonata(scope, name, {
    items: ProvideItems.jsonata(expression('$facts.monitors')),
    outputs: {},
  }).itemProcessor(inOrder(take, make(`${name}: ask Datadog`)));
}

function call(
  states: States,
  name: string,
  method: string,
  url: string,
  path: string,
  { body, ...result }: { body?: string; assign?: Record<string, unknown>; outputs: unknown },
) {
  return httpCall(states, name, {
    request: `{'method': '${method}', 'url': ${url}${body === undefined ? '' : `, 'body': ${body}`}}`,
    allowed: { methods: [method], urls: states.all.map(({ api }) => `${api}/${path}`) },
    ...result,
  });
}
