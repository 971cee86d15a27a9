import { Duration } from 'aws-cdk-lib';
import { type IChainable, Map as MapState, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../cutover/states/aws-call';
import { expression } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { jsonata } from '../cutover/states/jsonata';
import type { EcsServiceFacts } from './ecs-service-facts';
import { STOP_LIMIT } from './ecs-tasks';
import { refuseUnless } from './refuse-unless';
import type { KindStates } from './workload-kind';

/** What containers may take besides to end: on Fargate at most two minutes. */
const STOP_TIMEOUT = Duration.minutes(3);
const MAX_SECONDS = STOP_LIMIT.toSeconds() - STOP_TIMEOUT.toSeconds();

/**
 * Refuses a service whose tasks would not be STOPPED in time, because a target group lets go of them too late. `groups` is
 * JSONata: the ARNs of its target groups.
 *
 * @see docs/aws-facts.md#elb-deregistration-delay
 */
export function refuseSlowDeregistration(
  { scope }: KindStates<EcsServiceFacts>,
  name: string,
  groups: string,
): IChainable {
  const ask = awsCall(scope, `${name} Ask a target group`, {
    call: 'elasticloadbalancingv2:describeTargetGroupAttributes',
    parameters: { TargetGroupArn: expression('$states.input') },
    iamAction: 'elasticloadbalancing:DescribeTargetGroupAttributes',
    resources: ['*'],
    wildcard: 'DescribeTargetGroupAttributes knows no resources.',
    outputs: expression(
      jsonata`
        {'group': $split($states.input, '/')[1],
        'seconds': $number($states.result.Attributes[Key = 'deregistration_delay.timeout_seconds'].Value)}
      `,
    ),
  });
  const each = MapState.jsonata(scope, `${name} Ask every target group`, {
    items: ProvideItems.jsonata(expression(`[${groups}]`)),
    assign: { slow: expression(`[$states.result[seconds > ${MAX_SECONDS}].(group & ' (' & seconds & ' s)')]`) },
    outputs: {},
  }).itemProcessor(ask);
  const quick = refuseUnless(
    scope,
    name,
    '$count($slow) = 0',
    jsonata`
      'The tasks of ECS service ' & $facts.service & ' in cluster ' & $facts.cluster
      & ' work on until their target group lets go of them: ' & $join($slow, ', ')
      & '. Within ${STOP_LIMIT.toHumanString()} they must have stopped. Set deregistration_delay.timeout_seconds to
      ${MAX_SECONDS} or less: to what the longest request needs.'
    `,
  );
  return inOrder(each, quick);
}
