import { Duration } from 'aws-cdk-lib';
import { Activity, type TaskStateBase, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { StepFunctionsInvokeActivity } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { VerbName, Verbs } from '../../agent/contract';

/** Arguments of a verb, each as it is or as a JSONata expression. */
type ArgsOf<V extends VerbName> = { readonly [K in keyof Verbs[V]['args']]: Verbs[V]['args'][K] | string };

export interface AgentTaskProps<V extends VerbName> {
  readonly verb: V;
  readonly args: ArgsOf<V>;
  /** How long the verb may take in all. */
  readonly timeout: Duration;
  readonly comment?: string;
  readonly outputs?: unknown;
  readonly assign?: Record<string, unknown>;
}

/**
 * The agent on the migration host, as the state machine sees it: an activity. A step of the data plane is one Task
 * state, a dead host is a lapsed heartbeat, and more hosts are more workers.
 */
export class AgentWorker extends Construct {
  public readonly activity: Activity;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.activity = new Activity(this, 'Activity');
  }

  public task<V extends VerbName>(scope: Construct, name: string, props: AgentTaskProps<V>): TaskStateBase {
    const state = StepFunctionsInvokeActivity.jsonata(scope, name, {
      activity: this.activity,
      arguments: { verb: props.verb, args: props.args },
      taskTimeout: Timeout.duration(props.timeout),
      heartbeatTimeout: Timeout.duration(Duration.seconds(30)),
      ...(props.comment !== undefined && { comment: props.comment }),
      ...(props.assign !== undefined && { assign: props.assign }),
      ...(props.outputs !== undefined && { outputs: props.outputs }),
    });
    // The agent restarted, or its host was replaced: every verb can be begun again.
    state.addRetry({
      errors: ['States.HeartbeatTimeout'],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 4,
    });
    return state;
  }
}
