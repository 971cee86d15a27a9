import type {
  DescribeScheduledActionsRequest,
  DescribeScheduledActionsResponse,
  PutScheduledActionRequest,
  PutScheduledActionResponse,
  ScheduledAction,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import { invalidToken, keyText, type ScalableTargets, type TargetKey } from './scalable-targets';

/** When targets get other limits. */
export class ScheduledActions {
  private actions: ScheduledAction[] = [];

  constructor(
    private readonly environment: AwsEnvironment,
    private readonly targets: ScalableTargets,
  ) {}

  /** One of the same name is changed: what the request leaves out stays as it is. */
  put(request: PutScheduledActionRequest): PutScheduledActionResponse {
    this.targets.target(request);
    const name = request.ScheduledActionName;
    const current = this.actions.find(
      (each) => keyText(each) === keyText(request) && each.ScheduledActionName === name,
    );
    const Schedule = request.Schedule ?? current?.Schedule;
    if (Schedule === undefined) {
      throw new AwsError('ValidationException', 'Schedule is required when a scheduled action is created.');
    }
    const arn = arnOf(
      this.environment,
      'autoscaling',
      `scheduledAction:${this.environment.ids.hex(16)}:resource/${request.ServiceNamespace}/${request.ResourceId}:scheduledActionName/${name}`,
    );
    const action = {
      ScheduledActionARN: arn,
      CreationTime: new Date(this.environment.clock.now()),
      ...current,
      ...request,
      Schedule,
    };
    this.actions = [...this.actions.filter((each) => each !== current), action];
    return {};
  }

  describe(request: DescribeScheduledActionsRequest): DescribeScheduledActionsResponse {
    const { ScheduledActionNames, ServiceNamespace, ResourceId, ScalableDimension } = request;
    const matching = this.actions.filter(
      (action) =>
        action.ServiceNamespace === ServiceNamespace &&
        (ResourceId === undefined || action.ResourceId === ResourceId) &&
        (ScalableDimension === undefined || action.ScalableDimension === ScalableDimension) &&
        (ScheduledActionNames === undefined || ScheduledActionNames.includes(action.ScheduledActionName ?? '')),
    );
    const { items, next } = page(matching, request.NextToken, request.MaxResults ?? 50, invalidToken);
    return { ScheduledActions: [...items], ...(next !== undefined && { NextToken: next }) };
  }

  forget(target: TargetKey): void {
    this.actions = this.actions.filter((action) => keyText(action) !== keyText(target));
  }
}
