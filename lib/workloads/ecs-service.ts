import { Duration, Stack, Token } from 'aws-cdk-lib';
import { CfnService, type IBaseService } from 'aws-cdk-lib/aws-ecs';
import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../cutover/states/aws-call';
import { expression } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { is } from '../cutover/states/is';
import { jsonata } from '../cutover/states/jsonata';
import { assertStated } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';
import { refuseSlowDeregistration } from './deregistration';
import type { EcsServiceFacts } from './ecs-service-facts';
import { findTasks, tasksStop } from './ecs-tasks';
import { refuseUnless } from './refuse-unless';
import { until } from './until';
import type { IWorkload, KindStates, WorkloadKind, WorkloadProps } from './workload-kind';
import { workloadOfKind } from './workload-of-kind';

/** Properties of an ECS service that is stopped for the switch. */
export interface EcsServiceWorkloadProps extends WorkloadProps {
  /** The service. */
  readonly service: IBaseService;

  /**
   * How many tasks go on during the switch, 0 or more. A service that has fewer already keeps what it has.
   *
   * @default 0
   */
  readonly keepRunning?: number;
}

type States = KindStates<EcsServiceFacts>;

/** Tasks are placed and started within minutes, or something is wrong with them. */
const SETTLE_LIMIT = Duration.minutes(15);

const SUSPENDED = {
  // @see docs/aws-facts.md#application-auto-scaling-suspended
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
};

/** How many tasks go on: never more than there were. */
const KEPT = '$min([$recorded.desired, $facts.keepRunning])';

export function ecsService(props: EcsServiceWorkloadProps): IWorkload {
  assertStated('EcsServiceWorkloadProps', props, { service: 'the ECS service that is stopped' });
  const { service, keepRunning = 0 } = props;
  const name = service.node.id;
  assertCluster(props.name ?? name, service);
  assertNoDaemon(props.name ?? name, service);
  if (!Token.isUnresolved(keepRunning) && (!Number.isInteger(keepRunning) || keepRunning < 0)) {
    throw new ValidationError(
      `keepRunning of ${props.name ?? name}: got ${keepRunning}; accepted are whole numbers from 0. Leave it out to stop all tasks.`,
    );
  }
  return workloadOfKind(ECS_SERVICE, name, props, {
    cluster: service.cluster.clusterName,
    service: service.serviceName,
    keepRunning,
  });
}

/** One that is imported by its ARN alone has none. */
function assertCluster(name: string, service: IBaseService): void {
  const cluster: IBaseService['cluster'] | undefined = service.cluster;
  if (cluster !== undefined) return;
  throw new ValidationError(
    `service of ${name}: got one without its cluster; needed is both. Import it with FargateService.fromFargateServiceAttributes, or Ec2Service.fromEc2ServiceAttributes, and state the cluster.`,
  );
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html */
function assertNoDaemon(name: string, { node }: IBaseService): void {
  const resource = node.tryFindChild('Service');
  if (!(resource instanceof CfnService) || resource.schedulingStrategy !== 'DAEMON') return;
  throw new ValidationError(
    `service of ${name}: got one of the scheduling strategy DAEMON, which takes no desired count; accepted are REPLICA services. Stop it another way, e.g. Workload.maintenanceMode, or leave it out.`,
  );
}

/** Desired count down and up again, with Application Auto Scaling suspended meanwhile, or it would undo that. */
const ECS_SERVICE: WorkloadKind<EcsServiceFacts> = {
  id: 'ecsService',
  name: 'ECS service',

  survey: (states) => look(states),

  preflight(states: States): IChainable {
    return look(
      states,
      refuseSlowDeregistration(states, `${states.prefix}: do its tasks stop in time?`, '$distinct($active[0].groups)'),
    );
  },

  quiesce(states: States): IChainable {
    const { prefix } = states;
    const stop = scaleTo(states, `${prefix}: scale down`, KEPT);
    return inOrder(
      ifAutoscaled(
        states,
        `${prefix}: is it autoscaled?`,
        suspend(states, `${prefix}: suspend its autoscaling`, SUSPENDED),
      ),
      findTasks(states, `${prefix}: which tasks has it?`),
      stop,
      tasksStop(states, `${prefix}: wait until it has stopped`, KEPT),
    );
  },

  resume(states: States): IChainable {
    const { scope, prefix } = states;
    const suspended = (what: string) => expression(`$recorded.suspended.${what}`);
    return inOrder(
      describe(states, `${prefix}: how is it now?`, {
        assign: {
          meanwhile: expression(
            jsonata`
              ($now := $states.result.Services[0].DesiredCount; $now in [$recorded.desired, ${KEPT}] ? {}
              : {'meanwhile': 'desired count was set to ' & $now & ' meanwhile; it is ' & $recorded.desired
              & ' again'})
            `,
          ),
        },
        outputs: {},
      }),
      scaleTo(states, `${prefix}: scale back`, '$recorded.desired'),
      tasksSettle(states, `${prefix}: wait until it runs`, '$service.RunningCount < $recorded.desired'),
      ifAutoscaled(
        states,
        `${prefix}: was it autoscaled?`,
        suspend(states, `${prefix}: restore its autoscaling`, {
          DynamicScalingInSuspended: suspended('DynamicScalingInSuspended'),
          DynamicScalingOutSuspended: suspended('DynamicScalingOutSuspended'),
          ScheduledScalingSuspended: suspended('ScheduledScalingSuspended'),
        }),
      ),
      Pass.jsonata(scope, `${prefix}: done`, { outputs: expression('$meanwhile') }),
    );
  },
};

function look(states: States, ...besides: IChainable[]): IChainable {
  const { scope, prefix } = states;
  const service = describe(states, prefix, {
    assign: {
      active: expression(
        jsonata`
          [$states.result.Services[Status = 'ACTIVE'].{'desired': DesiredCount, 'strategy': SchedulingStrategy,
          'groups': [LoadBalancers.TargetGroupArn]}]
        `,
      ),
    },
    outputs: {},
  });
  // A name that is misspelt must end here, before anything is recorded that could not be put back.
  const isThere = refuseUnless(
    scope,
    `${prefix}: is it there?`,
    '$count($active) = 1',
    jsonata`
      'There is no ECS service ' & $facts.service & ' in cluster ' & $facts.cluster
      & '. Name another in workloads, or leave it out.'
    `,
  );
  // Services of the deployment controllers CODE_DEPLOY and EXTERNAL take one. @see docs/aws-facts.md#ecs-desired-count
  const takesCount = refuseUnless(
    scope,
    `${prefix}: does it take a desired count?`,
    `$active[0].strategy = 'REPLICA'`,
    jsonata`
      'The ECS service ' & $facts.service & ' in cluster ' & $facts.cluster & ' has the scheduling strategy '
      & $active[0].strategy & ', which takes no desired count: it runs on every instance. Leave it out, and stop what
      it does by a command workload on those instances.'
    `,
  );
  const scaling = awsCall(scope, `${prefix}: read its autoscaling`, {
    call: 'applicationautoscaling:describeScalableTargets',
    parameters: {
      ServiceNamespace: 'ecs',
      ResourceIds: [expression(`'service/' & $facts.cluster & '/' & $facts.service`)],
      ScalableDimension: 'ecs:service:DesiredCount',
    },
    iamAction: 'application-autoscaling:DescribeScalableTargets',
    resources: ['*'],
    wildcard: 'DescribeScalableTargets knows no resources.',
    outputs: expression(
      jsonata`
        $merge([{'desired': $active[0].desired}, $count($states.result.ScalableTargets) = 0 ? {}
        : {'suspended': $merge([{'DynamicScalingInSuspended': false, 'DynamicScalingOutSuspended': false,
        'ScheduledScalingSuspended': false}, $states.result.ScalableTargets[0].SuspendedState])}])
      `,
    ),
  });
  return inOrder(service, isThere, takesCount, ...besides, scaling);
}

function describe(states: States, name: string, result: { outputs: unknown; assign?: Record<string, unknown> }) {
  return awsCall(states.scope, name, {
    call: 'ecs:describeServices',
    parameters: { Cluster: expression('$facts.cluster'), Services: [expression('$facts.service')] },
    iamAction: 'ecs:DescribeServices',
    resources: serviceArns(states),
    ...result,
  });
}

function scaleTo(states: States, name: string, count: string) {
  return awsCall(states.scope, name, {
    call: 'ecs:updateService',
    parameters: {
      Cluster: expression('$facts.cluster'),
      Service: expression('$facts.service'),
      DesiredCount: expression(count),
    },
    iamAction: 'ecs:UpdateService',
    resources: serviceArns(states),
    outputs: {},
  });
}

function suspend({ scope }: States, name: string, state: Record<string, unknown>) {
  return awsCall(scope, name, {
    call: 'applicationautoscaling:registerScalableTarget',
    parameters: {
      ServiceNamespace: 'ecs',
      ResourceId: expression(`'service/' & $facts.cluster & '/' & $facts.service`),
      ScalableDimension: 'ecs:service:DesiredCount',
      SuspendedState: state,
    },
    iamAction: 'application-autoscaling:RegisterScalableTarget',
    resources: [
      Stack.of(scope).formatArn({ service: 'application-autoscaling', resource: 'scalable-target', resourceName: '*' }),
    ],
    wildcard: 'A scalable target is named when it is registered; the namespace is a condition.',
    conditions: { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
    outputs: {},
  });
}

function ifAutoscaled({ scope }: States, name: string, then: Choice | ReturnType<typeof suspend>): IChainable {
  const go = Pass.jsonata(scope, `${name} Go on`, { outputs: {} });
  const choice = Choice.jsonata(scope, name).when(is('$exists($recorded.suspended)'), then).otherwise(go);
  return { id: choice.id, startState: choice, endStates: [...then.endStates, go] };
}

/** `waiting` is a condition on `$service`, its description. */
function tasksSettle(states: States, name: string, waiting: string): IChainable {
  return until(states, name, {
    ask: (asking) =>
      describe(states, asking, {
        assign: { moving: expression(`($service := $states.result.Services[0]; ${waiting})`) },
        outputs: {},
      }),
    waiting: '$moving',
    limit: SETTLE_LIMIT,
    patient: true,
    tooLate: jsonata`
      'The tasks of ECS service ' & $facts.service & ' in cluster ' & $facts.cluster
      & ' did not reach their count within ${SETTLE_LIMIT.toHumanString()}. See the service\\u0027s events.'
    `,
  });
}

/** With the cluster in it. The CDK gives an imported service the older form without, which permits nothing. */
function serviceArns({ scope, all }: States): string[] {
  return all.map(({ cluster, service }) =>
    Stack.of(scope).formatArn({ service: 'ecs', resource: 'service', resourceName: `${cluster}/${service}` }),
  );
}
