import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Choice, type IChainable, Map as MapState, Pass, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { type AwsCall, awsCall } from '../../../cutover/states/aws-call';
import { expression, literal } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import { SCALED_READERS } from '../scalable-readers';

const SUSPENDED = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
};

const POLICY = ['TargetTrackingScalingPolicyConfiguration', 'StepScalingPolicyConfiguration'];
const ACTION = ['Timezone', 'StartTime', 'EndTime', 'ScalableTargetAction'];

/** JSONata: how the readers were scaled, from the journal. */
const RECORDED = '$journal.scaling';

/**
 * Aurora Auto Scaling of the cluster that has the production name: its scalable target, the policies and the scheduled
 * actions. Application Auto Scaling knows a cluster by its name, and RDS brings nothing of it along.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-considerations.html
 */
export class ReaderScaling {
  constructor(
    private readonly scope: Construct,
    private readonly clusterIdentifier: string,
  ) {}

  /**
   * Assigns `$scaling`: the `target`, if there is one, the `policies` and `actions`, each as it is to be put back, and
   * `more` where there are more than one answer holds. Actions that happen once are left where they are.
   */
  public find(prefix: string): IChainable {
    const target = this.describe(`${prefix}: describe the scaling of readers`, 'ScalableTargets', {
      parameters: { ...SCALED_READERS, ResourceIds: [this.resourceId] },
      assign: {
        scaledTarget: expression(
          jsonata`
            $merge([{}, $states.result.ScalableTargets[0].{'target': $merge([{'MinCapacity': MinCapacity,
            'MaxCapacity': MaxCapacity}, SuspendedState ? {'SuspendedState': SuspendedState} : {}])}])
          `,
        ),
      },
    });
    const policies = this.describe(`${prefix}: describe the scaling policies`, 'ScalingPolicies', {
      parameters: this.key(),
      assign: {
        scaledBy: expression(
          jsonata`
            {'more': $exists($states.result.NextToken),
            'policies': [$states.result.ScalingPolicies.${members(['PolicyName', 'PolicyType', ...POLICY])}]}
          `,
        ),
      },
    });
    const actions = this.describe(`${prefix}: describe the scheduled scaling`, 'ScheduledActions', {
      parameters: this.key(),
      assign: {
        scaling: expression(
          jsonata`
            $merge([$scaledTarget, $scaledBy, {'more': $scaledBy.more or $exists($states.result.NextToken),
            'actions': [$states.result.ScheduledActions[$not($contains(Schedule,
            'at('))].${members(['ScheduledActionName', 'Schedule', ...ACTION])}]}])
          `,
        ),
      },
    });
    return inOrder(target, policies, actions);
  }

  /** Suspends what the journal has recorded. */
  public suspend(prefix: string): IChainable {
    return this.ifScaled(
      prefix,
      this.register(`${prefix}: suspend the scaling of readers`, {
        SuspendedState: SUSPENDED,
      }),
    );
  }

  /** Registers what the journal has recorded on the cluster that has the production name now. Idempotent. */
  public putBack(prefix: string): IChainable {
    const suspended = (what: keyof typeof SUSPENDED) => expression(`${RECORDED}.target.SuspendedState.${what} = true`);
    return this.ifScaled(
      prefix,
      inOrder(
        this.register(`${prefix}: register the readers for scaling`, {
          MinCapacity: expression(`${RECORDED}.target.MinCapacity`),
          MaxCapacity: expression(`${RECORDED}.target.MaxCapacity`),
          SuspendedState: {
            DynamicScalingInSuspended: suspended('DynamicScalingInSuspended'),
            DynamicScalingOutSuspended: suspended('DynamicScalingOutSuspended'),
            ScheduledScalingSuspended: suspended('ScheduledScalingSuspended'),
          },
        }),
        this.each(`${prefix}: put back every policy`, 'policies', this.putPolicy(prefix)),
        this.each(
          `${prefix}: put back every scheduled action`,
          'actions',
          this.change(`${prefix}: put back a scheduled action`, 'PutScheduledAction', {
            parametersFrom: this.recorded(['ScheduledActionName', 'Schedule'], ACTION),
          }),
        ),
      ),
    );
  }

  private ifScaled(prefix: string, then: IChainable): IChainable {
    const { scope } = this;
    const done = Pass.jsonata(scope, `${prefix}: readers are settled`, { outputs: {} });
    const choice = Choice.jsonata(scope, `${prefix}: were the readers scaled?`)
      .when(is(`$exists(${RECORDED}.target)`), then)
      .otherwise(done);
    for (const end of then.endStates) end.next(done);
    return { id: choice.id, startState: choice, endStates: [done] };
  }

  private register(name: string, parameters: Record<string, unknown>): AwsCall {
    return this.change(name, 'RegisterScalableTarget', { parameters: { ...this.key(), ...parameters } });
  }

  /** Application Auto Scaling makes a policy's alarms, for callers that may have them made. */
  private putPolicy(prefix: string): AwsCall {
    const alarms = Stack.of(this.scope).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: `TargetTracking-${this.resourceId}-*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return this.change(`${prefix}: put back a policy`, 'PutScalingPolicy', {
      parametersFrom: this.recorded(['PolicyName', 'PolicyType'], POLICY),
      alsoAllowed: [
        new PolicyStatement({
          actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
          resources: [alarms],
        }),
      ],
    });
  }

  private each(name: string, what: 'policies' | 'actions', step: IChainable): MapState {
    return MapState.jsonata(this.scope, name, {
      items: ProvideItems.jsonata(expression(`[${RECORDED}.${what}]`)),
      outputs: {},
    }).itemProcessor(step);
  }

  private describe(
    name: string,
    what: string,
    call: { readonly parameters: Record<string, unknown>; readonly assign: Record<string, unknown> },
  ): AwsCall {
    return awsCall(this.scope, name, {
      call: `applicationautoscaling:describe${what}`,
      iamAction: `application-autoscaling:Describe${what}`,
      resources: ['*'],
      wildcard: `Describe${what} knows no resources.`,
      ...call,
      outputs: {},
    });
  }

  private change(
    name: string,
    action: string,
    call: {
      readonly parameters?: Record<string, unknown>;
      readonly parametersFrom?: string;
      readonly alsoAllowed?: PolicyStatement[];
    },
  ): AwsCall {
    const { ServiceNamespace, ScalableDimension } = SCALED_READERS;
    return awsCall(this.scope, name, {
      call: `applicationautoscaling:${action.charAt(0).toLowerCase()}${action.slice(1)}`,
      parameters: {},
      ...call,
      iamAction: `application-autoscaling:${action}`,
      resources: [
        Stack.of(this.scope).formatArn({
          service: 'application-autoscaling',
          resource: 'scalable-target',
          resourceName: '*',
        }),
      ],
      wildcard: 'A scalable target, and an alarm of its policies, is named when it is made; the rest are conditions.',
      conditions: {
        StringEquals: {
          'application-autoscaling:service-namespace': ServiceNamespace,
          'application-autoscaling:scalable-dimension': ScalableDimension,
        },
      },
      outputs: {},
    });
  }

  private key() {
    return { ...SCALED_READERS, ResourceId: this.resourceId };
  }

  /** JSONata: the request that puts back what a Map is at; of `some`, what it has. */
  private recorded(all: readonly string[], some: readonly string[]): string {
    const key = Object.entries(this.key()).map(([name, value]) => `'${name}': ${literal(value)}`);
    const given = all.map((name) => `'${name}': $states.input.${name}`);
    const optional = some.map((name) => `$exists($states.input.${name}) ? {'${name}': $states.input.${name}} : {}`);
    return `$merge([{${[...key, ...given].join(', ')}}, ${optional.join(', ')}])`;
  }

  private get resourceId(): string {
    return `cluster:${this.clusterIdentifier}`;
  }
}

/** JSONata: an object of these members alone, each if it is there. */
function members(names: readonly string[]): string {
  return `{${names.map((name) => `'${name}': ${name}`).join(', ')}}`;
}
