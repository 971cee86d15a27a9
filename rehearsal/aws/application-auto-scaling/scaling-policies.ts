import type {
  Alarm,
  DescribeScalingPoliciesRequest,
  DescribeScalingPoliciesResponse,
  PutScalingPolicyRequest,
  PutScalingPolicyResponse,
  ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { Need } from '../service';
import { invalidToken, keyText, type ScalableTargets, type TargetKey } from './scalable-targets';

/** By what targets are scaled. A policy is one of its target's, under its name. */
export class ScalingPolicies {
  private policies: ScalingPolicy[] = [];

  constructor(
    private readonly environment: AwsEnvironment,
    private readonly targets: ScalableTargets,
  ) {}

  /** The caller that has a policy track a target needs permissions to make its alarms. */
  needsOfPut(request: PutScalingPolicyRequest): Need[] {
    const put = this.targets.need('PutScalingPolicy', request);
    if (request.PolicyType !== 'TargetTrackingScaling') return [put];
    const alarms = [arnOf(this.environment, 'cloudwatch', `alarm:TargetTracking-${request.ResourceId}-*`)];
    const ofAlarms = ['DescribeAlarms', 'PutMetricAlarm', 'DeleteAlarms'];
    return [put, ...ofAlarms.map((action) => ({ action: `cloudwatch:${action}`, resources: alarms }))];
  }

  /** One of the same name is changed, and keeps its ARN: alarms of the user's own may name it. */
  put(request: PutScalingPolicyRequest): PutScalingPolicyResponse {
    this.targets.target(request);
    const { PolicyName = '', PolicyType = 'StepScaling', ...rest } = request;
    const { StepScalingPolicyConfiguration: steps, TargetTrackingScalingPolicyConfiguration: tracking } = request;
    if (PolicyType === 'StepScaling' ? steps === undefined : tracking === undefined) {
      throw new AwsError('ValidationException', `A policy of type ${PolicyType} needs its configuration.`);
    }
    const current = this.policies.find((each) => isOf(request)(each) && each.PolicyName === PolicyName);
    const id = this.environment.ids.hex(16);
    const arn =
      current?.PolicyARN ??
      arnOf(
        this.environment,
        'autoscaling',
        `scalingPolicy:${id}:resource/${request.ServiceNamespace}/${request.ResourceId}:policyName/${PolicyName}`,
      );
    const Alarms = current?.Alarms ?? (tracking === undefined ? [] : this.alarms(request, id));
    const policy: ScalingPolicy = {
      ...rest,
      PolicyName,
      PolicyType,
      PolicyARN: arn,
      Alarms,
      CreationTime: current?.CreationTime ?? new Date(this.environment.clock.now()),
    };
    this.policies = [...this.policies.filter((each) => each !== current), policy];
    return { PolicyARN: arn, Alarms };
  }

  describe(request: DescribeScalingPoliciesRequest): DescribeScalingPoliciesResponse {
    const { PolicyNames, ServiceNamespace, ResourceId, ScalableDimension } = request;
    const matching = this.policies.filter(
      (policy) =>
        policy.ServiceNamespace === ServiceNamespace &&
        (ResourceId === undefined || policy.ResourceId === ResourceId) &&
        (ScalableDimension === undefined || policy.ScalableDimension === ScalableDimension) &&
        (PolicyNames === undefined || PolicyNames.includes(policy.PolicyName ?? '')),
    );
    const { items, next } = page(matching, request.NextToken, request.MaxResults ?? 10, invalidToken);
    return { ScalingPolicies: [...items], ...(next !== undefined && { NextToken: next }) };
  }

  forget(target: TargetKey): void {
    this.policies = this.policies.filter((policy) => !isOf(target)(policy));
  }

  private alarms({ ResourceId }: PutScalingPolicyRequest, id: string): Alarm[] {
    return ['AlarmHigh', 'AlarmLow'].map((which) => {
      const AlarmName = `TargetTracking-${ResourceId}-${which}-${id}`;
      return { AlarmName, AlarmARN: arnOf(this.environment, 'cloudwatch', `alarm:${AlarmName}`) };
    });
  }
}

function isOf(target: TargetKey): (policy: TargetKey) => boolean {
  return (policy) => keyText(policy) === keyText(target);
}
