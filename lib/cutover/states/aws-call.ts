import { Duration } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IntegrationPattern, JitterType, QueryLanguage, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { expression } from './expression';
import { performedOnce } from './once';

/** Names of actions that change nothing. */
const LOOKS = /:(describe|filter|get|list)/;

export interface AwsCallProps {
  /** Service and action as Step Functions spells them, e.g. `route53:changeResourceRecordSets`. */
  readonly call: string;
  /** Parameters in the SDK for Java's spelling, which is what `aws-sdk` states take: `Ttl`, not `TTL`. */
  readonly parameters: Record<string, unknown>;
  /** JSONata object instead of `parameters`, where only the execution knows which there are. */
  readonly parametersFrom?: string;
  /** What the state machine's role may do, e.g. `route53:ChangeResourceRecordSets`. */
  readonly iamAction: string | string[];
  /** The ARNs the call touches; `*` only where the API knows no resources. */
  readonly resources: string[];
  /** Why one of the resources is a wildcard, for the reviewer of the role. */
  readonly wildcard?: string;
  /** @default - none */
  readonly conditions?: Conditions;
  /** What AWS wants besides, e.g. to pass a role. @default - nothing */
  readonly alsoAllowed?: PolicyStatement[];
  readonly comment?: string;
  readonly assign?: Record<string, unknown>;
  readonly outputs?: unknown;
  readonly integrationPattern?: IntegrationPattern;
  readonly timeout?: Duration;
  /** The same as JSONata, where only the execution knows it. */
  readonly timeoutSeconds?: string;
  /** How often it is tried again. @default 4 */
  readonly attempts?: number;
  /** Errors after which it is not tried again. @default - none */
  readonly final?: string[];
}

/**
 * One AWS API call as a state, retried through throttling and short outages.
 *
 * @see docs/aws-facts.md#sfn-sdk-java-names
 */
export function awsCall(scope: Construct, name: string, props: AwsCallProps): AwsCall {
  const state = new AwsCall(scope, name, props);
  if (props.attempts === 0) return state;
  if (props.final !== undefined) state.addRetry({ errors: props.final, maxAttempts: 0 });
  state.addRetry({
    errors: ['States.TaskFailed'],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxAttempts: props.attempts ?? 4,
    maxDelay: Duration.seconds(8),
    jitterStrategy: JitterType.FULL,
  });
  return state;
}

/** CallAwsService writes its own statement, without conditions; this one writes ours. */
export class AwsCall extends CallAwsService {
  protected override readonly taskPolicies: PolicyStatement[];

  constructor(
    scope: Construct,
    name: string,
    public readonly call: AwsCallProps,
  ) {
    const [service = '', action = ''] = call.call.split(':');
    super(scope, name, {
      queryLanguage: QueryLanguage.JSONATA,
      service,
      action,
      parameters: call.parameters,
      iamResources: call.resources,
      ...(call.comment !== undefined && { comment: call.comment }),
      ...(call.assign !== undefined && { assign: call.assign }),
      ...(call.outputs !== undefined && { outputs: call.outputs }),
      ...(call.integrationPattern !== undefined && { integrationPattern: call.integrationPattern }),
      ...(call.timeout !== undefined && { taskTimeout: Timeout.duration(call.timeout) }),
    });
    this.taskPolicies = [
      new PolicyStatement({
        actions: [call.iamAction].flat(),
        resources: call.resources,
        ...(call.conditions !== undefined && { conditions: call.conditions }),
      }),
      ...(call.alsoAllowed ?? []),
    ];
  }

  /** What only looks may look again. */
  public override toStateJson(topLevelQueryLanguage?: QueryLanguage): object {
    const state = super.toStateJson(topLevelQueryLanguage);
    return LOOKS.test(this.call.call) ? state : performedOnce(state, this.call.timeoutSeconds);
  }

  /** CallAwsService takes an object of parameters, and no expression in its place. @internal */
  protected override _renderTask(topLevelQueryLanguage?: QueryLanguage): Record<string, unknown> {
    const task = super._renderTask(topLevelQueryLanguage);
    const { parametersFrom } = this.call;
    return parametersFrom === undefined ? task : { ...task, Arguments: expression(parametersFrom) };
  }
}
