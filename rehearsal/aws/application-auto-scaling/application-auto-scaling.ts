import type {
  DeregisterScalableTargetRequest,
  DeregisterScalableTargetResponse,
  DescribeScalableTargetsRequest,
  DescribeScalableTargetsResponse,
  DescribeScalingPoliciesRequest,
  DescribeScalingPoliciesResponse,
  DescribeScheduledActionsRequest,
  DescribeScheduledActionsResponse,
  PutScalingPolicyRequest,
  PutScalingPolicyResponse,
  PutScheduledActionRequest,
  PutScheduledActionResponse,
  RegisterScalableTargetRequest,
  RegisterScalableTargetResponse,
} from '@aws-sdk/client-application-auto-scaling';
import type { AwsEnvironment } from '../environment';
import type { AwsService, Operation } from '../service';
import { ScalableTargets, type TargetKey } from './scalable-targets';
import { ScalingPolicies } from './scaling-policies';
import { ScheduledActions } from './scheduled-actions';

/** Application Auto Scaling: scalable targets, whether scaling is suspended, and what scales them. */
export class ApplicationAutoScaling implements AwsService {
  readonly identifier = 'applicationautoscaling';
  private readonly targets: ScalableTargets;
  private readonly policies: ScalingPolicies;
  private readonly actions: ScheduledActions;

  constructor(environment: AwsEnvironment) {
    this.targets = new ScalableTargets(environment);
    this.policies = new ScalingPolicies(environment, this.targets);
    this.actions = new ScheduledActions(environment, this.targets);
  }

  /**
   * What a scaling policy would make of a capacity now: never below the minimum or above the maximum, unless scaling that
   * way is suspended. This is what undoes a desired count of 0.
   */
  capacityAfterScaling(key: TargetKey, capacity: number): number {
    const target = this.targets.find(key);
    if (target === undefined) {
      return capacity;
    }
    const { MinCapacity: least = 0, MaxCapacity: most = capacity, SuspendedState: suspended } = target;
    if (capacity < least) {
      return suspended?.DynamicScalingOutSuspended === true ? capacity : least;
    }
    return capacity > most && suspended?.DynamicScalingInSuspended !== true ? most : capacity;
  }

  readonly operations = {
    registerScalableTarget: {
      needs: (request) => [this.targets.need('RegisterScalableTarget', request)],
      run: (request) => this.targets.register(request),
    } satisfies Operation<RegisterScalableTargetRequest, RegisterScalableTargetResponse>,
    deregisterScalableTarget: {
      needs: (request) => [this.targets.need('DeregisterScalableTarget', request)],
      run: (request) => this.deregister(request),
    } satisfies Operation<DeregisterScalableTargetRequest, DeregisterScalableTargetResponse>,
    describeScalableTargets: {
      needs: () => [anyOf('DescribeScalableTargets')],
      run: (request) => this.targets.describe(request),
    } satisfies Operation<DescribeScalableTargetsRequest, DescribeScalableTargetsResponse>,
    putScalingPolicy: {
      needs: (request) => this.policies.needsOfPut(request),
      run: (request) => this.policies.put(request),
    } satisfies Operation<PutScalingPolicyRequest, PutScalingPolicyResponse>,
    describeScalingPolicies: {
      needs: () => [anyOf('DescribeScalingPolicies')],
      run: (request) => this.policies.describe(request),
    } satisfies Operation<DescribeScalingPoliciesRequest, DescribeScalingPoliciesResponse>,
    putScheduledAction: {
      needs: (request) => [this.targets.need('PutScheduledAction', request)],
      run: (request) => this.actions.put(request),
    } satisfies Operation<PutScheduledActionRequest, PutScheduledActionResponse>,
    describeScheduledActions: {
      needs: () => [anyOf('DescribeScheduledActions')],
      run: (request) => this.actions.describe(request),
    } satisfies Operation<DescribeScheduledActionsRequest, DescribeScheduledActionsResponse>,
  };

  /** Policies and scheduled actions go with their target. */
  private deregister(request: DeregisterScalableTargetRequest): DeregisterScalableTargetResponse {
    this.targets.deregister(request);
    this.policies.forget(request);
    this.actions.forget(request);
    return {};
  }
}

/** The actions that describe know no resources. */
function anyOf(action: string) {
  return { action: `application-autoscaling:${action}`, resources: ['*'] };
}
