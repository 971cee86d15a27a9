import { Duration, Stack, Token } from 'aws-cdk-lib';
import type { IBaseService } from 'aws-cdk-lib/aws-ecs';
import {
  Chain,
  Choice,
  Condition,
  Fail,
  type IChainable,
  type INextable,
  Pass,
  type State,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../cutover/aws-call';
import { expression, literal } from '../cutover/expression';
import type { IWorkload, WorkloadStatesProps } from '../cutover/workload';

/** Properties of an ECS service that is stopped for the switch. */
export interface EcsServiceWorkloadProps {
  /** The service. */
  readonly service: IBaseService;

  /**
   * Names it in the journal, in state names and in the runbook.
   *
   * @default - the construct id of the service
   */
  readonly name?: string;

  /**
   * How many tasks go on during the switch, 0 or more. A service that has fewer already keeps what it has.
   *
   * @default 0
   */
  readonly keepRunning?: number;

  /**
   * Who answers for it: team and contact, for the runbook.
   *
   * @default - nobody is named
   */
  readonly owner?: string;

  /**
   * What the operator should know, for the runbook.
   *
   * @default - nothing
   */
  readonly note?: string;
}

/** Tasks are started and stopped within minutes, or something is wrong with them. */
const SETTLE_LIMIT = Duration.minutes(15);

interface Settling {
  readonly startState: State;
  readonly endStates: INextable[];
  readonly lastState: IChainable;
}

/** @internal */
export class EcsServiceWorkload implements IWorkload {
  public readonly workloadId: string;
  public readonly owner?: string;
  public readonly note?: string;
  private readonly keepRunning: number;

  constructor(private readonly props: EcsServiceWorkloadProps) {
    this.workloadId = props.name ?? props.service.node.id;
    if (props.owner !== undefined) this.owner = props.owner;
    if (props.note !== undefined) this.note = props.note;
    this.keepRunning = props.keepRunning ?? 0;
    if (!Token.isUnresolved(this.keepRunning) && (!Number.isInteger(this.keepRunning) || this.keepRunning < 0)) {
      throw new Error(
        `keepRunning of ${this.workloadId}: got ${this.keepRunning}; accepted are whole numbers from 0. Leave it out to stop all tasks.`,
      );
    }
  }

  public survey(scope: Construct, { prefix }: WorkloadStatesProps): IChainable {
    const service = this.describe(scope, prefix, {
      // A name that is misspelt must end here, before anything is recorded that could not be put back.
      outputs: expression(
        `($service := $states.result.Services[Status = 'ACTIVE']; $exists($service) ? {'desired': $service.DesiredCount} : $error(${literal(`There is no ECS service ${this.props.service.serviceName} in cluster ${this.cluster()}. Name another in workloads, or leave it out.`)}))`,
      ),
    });
    const scaling = awsCall(scope, `${prefix}: its autoscaling`, {
      call: 'applicationautoscaling:describeScalableTargets',
      parameters: {
        ServiceNamespace: 'ecs',
        ResourceIds: [this.scalableTarget()],
        ScalableDimension: 'ecs:service:DesiredCount',
      },
      iamAction: 'application-autoscaling:DescribeScalableTargets',
      resources: ['*'],
      wildcard: 'DescribeScalableTargets knows no resources.',
      outputs: expression(
        `$merge([$states.input, $count($states.result.ScalableTargets) = 0 ? {} : {'suspended': $merge([{'DynamicScalingInSuspended': false, 'DynamicScalingOutSuspended': false, 'ScheduledScalingSuspended': false}, $states.result.ScalableTargets[0].SuspendedState])}])`,
      ),
    });
    return service.next(scaling);
  }

  public quiesce(scope: Construct, { prefix, recorded }: WorkloadStatesProps): IChainable {
    const suspend = this.suspend(scope, `${prefix}: suspend its autoscaling`, {
      DynamicScalingInSuspended: true,
      DynamicScalingOutSuspended: true,
      ScheduledScalingSuspended: true,
    });
    const count = `$min([${recorded}.desired, ${this.keepRunning}])`;
    const stop = this.scaleTo(scope, `${prefix}: scale down`, count);
    const quiet = this.awaitTasks(scope, `${prefix}: prove it quiet`, `RunningCount > ${count} or PendingCount > 0`);
    return this.withScaling(scope, `${prefix}: is it autoscaled?`, recorded, suspend, stop, quiet);
  }

  public resume(scope: Construct, { prefix, recorded }: WorkloadStatesProps): IChainable {
    const start = this.scaleTo(scope, `${prefix}: scale back`, `${recorded}.desired`);
    const running = this.awaitTasks(scope, `${prefix}: see it run`, `RunningCount < ${recorded}.desired`);
    const restore = this.suspend(scope, `${prefix}: restore its autoscaling`, {
      DynamicScalingInSuspended: expression(`${recorded}.suspended.DynamicScalingInSuspended`),
      DynamicScalingOutSuspended: expression(`${recorded}.suspended.DynamicScalingOutSuspended`),
      ScheduledScalingSuspended: expression(`${recorded}.suspended.ScheduledScalingSuspended`),
    });
    const done = Pass.jsonata(scope, `${prefix}: done`);
    const scaled = Choice.jsonata(scope, `${prefix}: was it autoscaled?`)
      .when(Condition.jsonata(expression(`$exists(${recorded}.suspended)`)), restore.next(done))
      .otherwise(done);
    start.next(running.startState);
    for (const end of running.endStates) end.next(scaled);
    return Chain.custom(start, [done], done);
  }

  private withScaling(
    scope: Construct,
    name: string,
    recorded: string,
    suspend: Chain,
    stop: ReturnType<EcsServiceWorkload['scaleTo']>,
    quiet: Settling,
  ): IChainable {
    suspend.next(stop);
    stop.next(quiet.startState);
    const scaled = Choice.jsonata(scope, name)
      .when(Condition.jsonata(expression(`$exists(${recorded}.suspended)`)), suspend)
      .otherwise(stop);
    return Chain.custom(scaled, quiet.endStates, quiet.lastState);
  }

  private describe(scope: Construct, name: string, result: { outputs: unknown }) {
    return awsCall(scope, name, {
      call: 'ecs:describeServices',
      parameters: { Cluster: this.cluster(), Services: [this.props.service.serviceName] },
      iamAction: 'ecs:DescribeServices',
      resources: [this.serviceArn(scope)],
      ...result,
    });
  }

  private scaleTo(scope: Construct, name: string, count: string) {
    return awsCall(scope, name, {
      call: 'ecs:updateService',
      parameters: {
        Cluster: this.cluster(),
        Service: this.props.service.serviceName,
        DesiredCount: expression(count),
      },
      iamAction: 'ecs:UpdateService',
      resources: [this.serviceArn(scope)],
      outputs: {},
    });
  }

  private suspend(scope: Construct, name: string, state: Record<string, unknown>): Chain {
    return Chain.start(
      awsCall(scope, name, {
        call: 'applicationautoscaling:registerScalableTarget',
        parameters: {
          ServiceNamespace: 'ecs',
          ResourceId: this.scalableTarget(),
          ScalableDimension: 'ecs:service:DesiredCount',
          SuspendedState: state,
        },
        iamAction: 'application-autoscaling:RegisterScalableTarget',
        resources: [
          Stack.of(scope).formatArn({
            service: 'application-autoscaling',
            resource: 'scalable-target',
            resourceName: '*',
          }),
        ],
        wildcard: 'A scalable target is named when it is registered; the namespace is a condition.',
        conditions: { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
        outputs: {},
      }),
    );
  }

  /** Asks every few seconds while `waiting`, a condition on the service's description, holds; gives up after a while. */
  private awaitTasks(scope: Construct, name: string, waiting: string): Settling {
    const ask = this.describe(scope, name, {
      outputs: expression(
        `{'waiting': $states.result.Services[0].(${waiting}), 'since': $exists($states.input.since) ? $states.input.since : $millis()}`,
      ),
    });
    const wait = Wait.jsonata(scope, `${name}: wait`, { time: WaitTime.duration(Duration.seconds(5)) });
    const giveUp = Fail.jsonata(scope, `${name}: not in time`, {
      error: 'NotSettled',
      cause: `The tasks of ${this.workloadId} did not reach their count within ${SETTLE_LIMIT.toHumanString()}. See the service's events.`,
    });
    const settled = Pass.jsonata(scope, `${name}: it is`, { outputs: {} });
    const judge = Choice.jsonata(scope, `${name}: yet?`)
      .when(
        Condition.jsonata(
          expression(`$states.input.waiting and $millis() - $states.input.since > ${SETTLE_LIMIT.toMilliseconds()}`),
        ),
        giveUp,
      )
      .when(Condition.jsonata(expression('$states.input.waiting')), wait)
      .otherwise(settled);
    wait.next(ask).next(judge);
    return { startState: ask, endStates: [settled], lastState: settled };
  }

  /** With the cluster in it. The CDK gives an imported service the older form without, which permits nothing. */
  private serviceArn(scope: Construct): string {
    return Stack.of(scope).formatArn({
      service: 'ecs',
      resource: 'service',
      resourceName: `${this.cluster()}/${this.props.service.serviceName}`,
    });
  }

  private cluster(): string {
    return this.props.service.cluster.clusterName;
  }

  private scalableTarget(): string {
    return `service/${this.cluster()}/${this.props.service.serviceName}`;
  }
}
