import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { JitterType, QueryLanguage, type TaskMetricsConfig, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression } from './expression';
import { performedOnce } from './once';

export interface IntegrationTaskProps {
  /** e.g. `arn:aws:states:::http:invoke`. */
  readonly resource: string;
  /** JSONata object. */
  readonly arguments: string;
  readonly policies: PolicyStatement[];
  /** Why one of their resources is a wildcard, for the reviewer of the role. @default - none is */
  readonly wildcard?: string;
  readonly assign?: Record<string, unknown>;
  readonly outputs?: unknown;
  /** How often it is tried again. */
  readonly attempts: number;
  /** JSONata: how many seconds it may take. @default - it is not limited */
  readonly seconds?: string;
}

/** A task of an integration that is no AWS SDK call, with arguments that the execution knows. */
export class IntegrationTask extends TaskStateBase {
  protected readonly taskMetrics?: TaskMetricsConfig;
  protected readonly taskPolicies: PolicyStatement[];

  constructor(
    scope: Construct,
    name: string,
    public readonly props: IntegrationTaskProps,
  ) {
    super(scope, name, {
      queryLanguage: QueryLanguage.JSONATA,
      ...(props.assign !== undefined && { assign: props.assign }),
      ...(props.outputs !== undefined && { outputs: props.outputs }),
    });
    this.taskPolicies = props.policies;
    if (props.attempts > 0) {
      this.addRetry({
        errors: ['States.TaskFailed'],
        interval: Duration.seconds(2),
        backoffRate: 2,
        maxAttempts: props.attempts,
        maxDelay: Duration.seconds(30),
        jitterStrategy: JitterType.FULL,
      });
    }
  }

  public override toStateJson(topLevelQueryLanguage?: QueryLanguage): object {
    return performedOnce(super.toStateJson(topLevelQueryLanguage), this.props.seconds);
  }

  /** @internal */
  protected override _renderTask(): Record<string, unknown> {
    return { Resource: this.props.resource, Arguments: expression(this.props.arguments) };
  }
}
