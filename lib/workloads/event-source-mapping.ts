import type { IEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import { awsCall } from '../cutover/states/aws-call';
import { expression } from '../cutover/states/expression';
import { jsonata } from '../cutover/states/jsonata';
import { assertStated } from '../cutover/validations/stated';
import { type InvokedFacts, invocationsEnd } from './invocations-end';
import { settingKind } from './setting-workload';
import type { IWorkload, KindStates, WorkloadProps } from './workload-kind';
import { workloadOfKind } from './workload-of-kind';

/** Properties of a Lambda event source mapping that is disabled for the switch. */
export interface EventSourceMappingWorkloadProps extends WorkloadProps {
  /** The mapping: a function that polls a queue or a stream. Messages wait there meanwhile. */
  readonly mapping: IEventSourceMapping;

  /**
   * The function that it invokes. An invocation may be under way when the mapping is disabled, and its time-out is waited
   * for.
   *
   * @default - 15 minutes are waited, the longest that any function may run: a mapping does not tell its function
   */
  readonly function?: IFunction;
}

interface EventSourceMappingFacts extends InvokedFacts {
  readonly uuid: string;
  readonly arn: string;
}

export function eventSourceMapping(props: EventSourceMappingWorkloadProps): IWorkload {
  assertStated('EventSourceMappingWorkloadProps', props, { mapping: 'the mapping that is disabled' });
  const { mapping, function: handler } = props;
  return workloadOfKind(EVENT_SOURCE_MAPPING, mapping.node.id, props, {
    uuid: mapping.eventSourceMappingId,
    arn: mapping.eventSourceMappingArn,
    ...(handler !== undefined && { functionArn: handler.functionArn }),
  });
}

/** Quiet once Lambda says that nothing polls any more, and what a poller had begun then has ended. */
const EVENT_SOURCE_MAPPING = settingKind<EventSourceMappingFacts>({
  id: 'eventSourceMapping',
  name: 'event source mapping',
  read: ({ scope, all }, name, reading) =>
    awsCall(scope, name, {
      call: 'lambda:getEventSourceMapping',
      parameters: { Uuid: expression('$facts.uuid') },
      iamAction: 'lambda:GetEventSourceMapping',
      resources: all.map(({ arn }) => arn),
      ...reading,
    }),
  value: () => `{'state': $states.result.State}`,
  stopped: `{'state': 'Disabled'}`,
  stopping: `{'state': 'Disabling'}`,
  ready: {
    holds: `$now.state in ['Enabled', 'Disabled']`,
    otherwise: jsonata`
      'The event source mapping ' & $facts.uuid & ' is ' & $now.state
      & '; accepted are Enabled and Disabled. Wait until it is one of them.'
    `,
  },
  stop: (states, name) => update(states, `${name}: disable`, false),
  quiet: invocationsEnd,
  restore: (states, name) => update(states, `${name}: set as it was`, expression(`$recorded.state = 'Enabled'`)),
});

/** Refused while an earlier change is still being made, so that it is tried for longer than other calls. */
function update({ scope, all }: KindStates<EventSourceMappingFacts>, name: string, enabled: boolean | string) {
  return awsCall(scope, name, {
    call: 'lambda:updateEventSourceMapping',
    parameters: { Uuid: expression('$facts.uuid'), Enabled: enabled },
    iamAction: 'lambda:UpdateEventSourceMapping',
    resources: all.map(({ arn }) => arn),
    outputs: {},
    attempts: 12,
  });
}
