import type {
  DeregisterScalableTargetRequest,
  DescribeScalableTargetsRequest,
  DescribeScalableTargetsResponse,
  RegisterScalableTargetRequest,
  RegisterScalableTargetResponse,
  ScalableTarget,
  SuspendedState,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { Need } from '../service';

export interface TargetKey {
  readonly ServiceNamespace: ScalableTarget['ServiceNamespace'];
  readonly ResourceId: string | undefined;
  readonly ScalableDimension?: ScalableTarget['ScalableDimension'];
}

// @see docs/aws-facts.md#application-auto-scaling-suspended
const NONE_SUSPENDED = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
} satisfies SuspendedState;

/** What may be scaled, by namespace, resource and dimension. */
export class ScalableTargets {
  private readonly targets = new Map<string, ScalableTarget>();

  constructor(private readonly environment: AwsEnvironment) {}

  find(key: TargetKey): ScalableTarget | undefined {
    return this.targets.get(keyText(key));
  }

  /** @throws AwsError ObjectNotFoundException where nothing is registered. */
  target(key: TargetKey): ScalableTarget {
    const found = this.find(key);
    if (found !== undefined) return found;
    throw new AwsError(
      'ObjectNotFoundException',
      `No scalable target registered for service namespace: ${key.ServiceNamespace}, resource ID: ${key.ResourceId}, scalable dimension: ${key.ScalableDimension}`,
    );
  }

  /** What a request leaves out stays as it is. */
  register(request: RegisterScalableTargetRequest): RegisterScalableTargetResponse {
    const current = this.find(request);
    const least = request.MinCapacity ?? current?.MinCapacity;
    const most = request.MaxCapacity ?? current?.MaxCapacity;
    if (least === undefined || most === undefined) {
      throw new AwsError(
        'ValidationException',
        'MinCapacity and MaxCapacity are required when registering a new scalable target.',
      );
    }
    if (least < 0 || least > most) {
      throw new AwsError(
        'ValidationException',
        `Maximum capacity cannot be less than minimum capacity: got ${least} to ${most}.`,
      );
    }
    const arn =
      current?.ScalableTargetARN ??
      arnOf(this.environment, 'application-autoscaling', `scalable-target/${this.environment.ids.hex(24)}`);
    this.targets.set(keyText(request), {
      ServiceNamespace: request.ServiceNamespace,
      ResourceId: request.ResourceId,
      ScalableDimension: request.ScalableDimension,
      MinCapacity: least,
      MaxCapacity: most,
      RoleARN: current?.RoleARN ?? `arn:aws:iam::${this.environment.account}:role/aws-service-role`,
      CreationTime: current?.CreationTime ?? new Date(this.environment.clock.now()),
      SuspendedState: { ...NONE_SUSPENDED, ...current?.SuspendedState, ...given(request.SuspendedState) },
      ScalableTargetARN: arn,
    });
    return { ScalableTargetARN: arn };
  }

  deregister(request: DeregisterScalableTargetRequest): void {
    this.target(request);
    this.targets.delete(keyText(request));
  }

  describe(request: DescribeScalableTargetsRequest): DescribeScalableTargetsResponse {
    if (request.ScalableDimension !== undefined && request.ResourceIds === undefined) {
      throw new AwsError('ValidationException', 'ResourceIds must be given with ScalableDimension.');
    }
    const matching = [...this.targets.values()].filter(
      (target) =>
        target.ServiceNamespace === request.ServiceNamespace &&
        (request.ResourceIds === undefined || request.ResourceIds.includes(target.ResourceId ?? '')) &&
        (request.ScalableDimension === undefined || request.ScalableDimension === target.ScalableDimension),
    );
    const { items, next } = page(matching, request.NextToken, request.MaxResults ?? 50, invalidToken);
    return { ScalableTargets: [...items], ...(next !== undefined && { NextToken: next }) };
  }

  /** What a call that concerns one target takes. A target is named by a number of AWS's own. */
  need(action: string, key: TargetKey): Need {
    const any = arnOf(this.environment, 'application-autoscaling', 'scalable-target/*');
    return {
      action: `application-autoscaling:${action}`,
      resources: [this.find(key)?.ScalableTargetARN ?? any],
      context: {
        'application-autoscaling:service-namespace': String(key.ServiceNamespace),
        'application-autoscaling:scalable-dimension': String(key.ScalableDimension),
      },
    };
  }
}

export const keyText = ({ ServiceNamespace, ResourceId, ScalableDimension }: TargetKey) =>
  JSON.stringify([ServiceNamespace, ResourceId, ScalableDimension]);

export const invalidToken = () => new AwsError('InvalidNextTokenException', 'Invalid token.');

const given = (state: SuspendedState | undefined): SuspendedState =>
  Object.fromEntries(Object.entries(state ?? {}).filter(([, value]) => value !== undefined));
