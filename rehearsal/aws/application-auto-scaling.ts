import type {
  DescribeScalableTargetsRequest,
  DescribeScalableTargetsResponse,
  RegisterScalableTargetRequest,
  RegisterScalableTargetResponse,
  ScalableTarget,
  SuspendedState,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from './aws-error';
import { type AwsEnvironment, arnOf } from './environment';
import { page } from './page';
import type { AwsService, Need, Operation } from './service';

type TargetKey = Pick<ScalableTarget, 'ServiceNamespace' | 'ResourceId' | 'ScalableDimension'>;

const NONE_SUSPENDED = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
} satisfies SuspendedState;

/** Application Auto Scaling: scalable targets and whether scaling is suspended. */
export class ApplicationAutoScaling implements AwsService {
  readonly identifier = 'applicationautoscaling';
  private readonly targets = new Map<string, ScalableTarget>();

  constructor(private readonly environment: AwsEnvironment) {}

  /**
   * What a scaling policy would make of a capacity now: never below the minimum or above the maximum, unless scaling that
   * way is suspended. This is what undoes a desired count of 0.
   */
  capacityAfterScaling(key: TargetKey, capacity: number): number {
    const target = this.targets.get(keyText(key));
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
      needs: (request) => [
        {
          ...this.need('RegisterScalableTarget', this.targets.get(keyText(request))),
          context: {
            'application-autoscaling:service-namespace': request.ServiceNamespace,
            'application-autoscaling:scalable-dimension': request.ScalableDimension,
          },
        },
      ],
      run: (request) => this.register(request),
    } satisfies Operation<RegisterScalableTargetRequest, RegisterScalableTargetResponse>,
    describeScalableTargets: {
      needs: () => [{ action: 'application-autoscaling:DescribeScalableTargets', resources: ['*'] }],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeScalableTargetsRequest, DescribeScalableTargetsResponse>,
  };

  /** What a request leaves out stays as it is. */
  private register(request: RegisterScalableTargetRequest): RegisterScalableTargetResponse {
    const current = this.targets.get(keyText(request));
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

  private describe(request: DescribeScalableTargetsRequest): DescribeScalableTargetsResponse {
    if (request.ScalableDimension !== undefined && request.ResourceIds === undefined) {
      throw new AwsError('ValidationException', 'ResourceIds must be given with ScalableDimension.');
    }
    const matching = [...this.targets.values()].filter(
      (target) =>
        target.ServiceNamespace === request.ServiceNamespace &&
        (request.ResourceIds === undefined || request.ResourceIds.includes(target.ResourceId ?? '')) &&
        (request.ScalableDimension === undefined || request.ScalableDimension === target.ScalableDimension),
    );
    const { items, next } = page(
      matching,
      request.NextToken,
      request.MaxResults ?? 50,
      () => new AwsError('InvalidNextTokenException', 'Invalid token.'),
    );
    return { ScalableTargets: [...items], ...(next !== undefined && { NextToken: next }) };
  }

  private need(action: string, target: ScalableTarget | undefined): Need {
    return {
      action: `application-autoscaling:${action}`,
      resources: [target?.ScalableTargetARN ?? arnOf(this.environment, 'application-autoscaling', 'scalable-target/*')],
    };
  }
}

const keyText = ({ ServiceNamespace, ResourceId, ScalableDimension }: TargetKey) =>
  JSON.stringify([ServiceNamespace, ResourceId, ScalableDimension]);

const given = (state: SuspendedState | undefined): SuspendedState =>
  Object.fromEntries(Object.entries(state ?? {}).filter(([, value]) => value !== undefined));
