import { Duration } from 'aws-cdk-lib';
import {
  Activity,
  Chain,
  Choice,
  Fail,
  type IChainable,
  IntegrationPattern,
  Parallel,
  QueryLanguage,
  type RetryProps,
  type TaskStateBase,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { StepFunctionsInvokeActivity } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { Verbs } from '../../../contract/agent';
import { parameterArn } from '../journal/journal';
import { parameterName } from '../migration-name';
import { awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { performedOnce } from '../states/once';

export type AgentVerbName = keyof Verbs;

/** Arguments of a verb, each as it is or as a JSONata expression. */
type ArgsOf<V extends AgentVerbName> = {
  readonly [K in keyof Verbs[V]['args']]: Verbs[V]['args'][K] | string;
};

export interface AgentWorkerProps {
  readonly migrationName: string;
  /** ARN of the state machine whose tasks these are. */
  readonly stateMachineArn: string;
}

export interface AgentTaskProps<V extends AgentVerbName> {
  readonly verb: V;
  readonly args: ArgsOf<V>;
  /** How long may pass until the agent has answered, whether or not anybody takes the task. */
  readonly timeout: Duration;
  readonly comment?: string;
  /** For how long an engine that does not answer is tried again: it restarts. @default - it is not */
  readonly throughRestarts?: Duration;
  /** The verb's result is `$states.result[0]`. */
  readonly outputs?: unknown;
  /** The verb's result is `$states.result[0]`. */
  readonly assign?: Record<string, unknown>;
}

/** The agent sends one every 10 s. */
const HEARTBEAT = Duration.seconds(30);

/**
 * A second each: the token that is read may be an earlier one for a while.
 *
 * @see docs/aws-facts.md#ssm-reads-lag
 */
const TIMER_TRIES = 15;

/**
 * The agent on the migration host, as the state machine sees it: an activity. A dead host is a lapsed heartbeat, and
 * more hosts are more workers.
 *
 * Step Functions counts an activity's time-outs from when a worker takes the task. A task that no worker takes would
 * wait forever, and in the freeze clients would wait with it; so a timer runs beside every task.
 */
// @see docs/aws-facts.md#sfn-activity-clock
export class AgentWorker extends Construct {
  public readonly activity: Activity;
  private readonly timerName: string;
  private readonly timerArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AgentWorkerProps,
  ) {
    super(scope, id);
    this.activity = new Activity(this, 'Activity');
    this.timerName = parameterName(props.migrationName, 'clock');
    this.timerArn = parameterArn(this, this.timerName);
  }

  public task<V extends AgentVerbName>(scope: Construct, name: string, props: AgentTaskProps<V>): Parallel {
    return Parallel.jsonata(scope, name, {
      ...(props.comment !== undefined && { comment: props.comment }),
      ...(props.assign !== undefined && { assign: props.assign }),
      outputs: props.outputs ?? expression('$states.result[0]'),
    }).branch(this.work(scope, name, props), this.timer(scope, name, props.timeout));
  }

  private work<V extends AgentVerbName>(scope: Construct, name: string, props: AgentTaskProps<V>): IChainable {
    const task = new AgentTask(scope, `${name}: agent`, {
      queryLanguage: QueryLanguage.JSONATA,
      activity: this.activity,
      arguments: { verb: props.verb, args: props.args },
      taskTimeout: Timeout.duration(props.timeout),
      heartbeatTimeout: Timeout.duration(HEARTBEAT),
      outputs: { result: expression('$states.result'), tries: 0 },
    });
    // The agent restarted, or its host was replaced: every verb can be begun again.
    task.addRetry({
      errors: ['States.HeartbeatTimeout', 'Agent.Stopped'],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 4,
    });
    if (props.throughRestarts !== undefined) task.addRetry(untilItAnswers(props.throughRestarts));
    const read = this.findTimer(scope, name);
    const stop = this.stopTimer(scope, name);
    // The timer was not set yet, or what was found was an earlier one.
    const wait = Wait.jsonata(scope, `${name}: wait for its timer`, { time: WaitTime.duration(Duration.seconds(1)) });
    const stays = Fail.jsonata(scope, `${name}: its timer did not stop`, {
      error: 'TimerNotStopped',
      cause: expression(
        jsonata`
          'The agent has finished this step. It counts as failed, because the timer beside it could not be stopped: '
          & $states.input.error
        `,
      ),
    });
    const again = Choice.jsonata(scope, `${name}: stop its timer again?`)
      .when(is(`$states.input.tries < ${TIMER_TRIES}`), wait)
      .otherwise(stays);
    stop.addCatch(again, {
      errors: ['States.ALL'],
      outputs: expression(
        `$merge([$states.input, {'error': $states.errorOutput.Error & ': ' & $states.errorOutput.Cause}])`,
      ),
    });
    wait.next(read);
    return Chain.start(task).next(read).next(stop);
  }

  private findTimer(scope: Construct, name: string): TaskStateBase {
    return awsCall(scope, `${name}: find its timer`, {
      call: 'ssm:getParameters',
      parameters: { Names: [this.timerName] },
      iamAction: 'ssm:GetParameters',
      resources: [this.timerArn],
      assign: {
        timer: expression(`$count($states.result.Parameters) = 0 ? 'none' : $states.result.Parameters[0].Value`),
      },
      outputs: expression(`$merge([$states.input, {'tries': $states.input.tries + 1}])`),
    });
  }

  private stopTimer(scope: Construct, name: string): TaskStateBase {
    return awsCall(scope, `${name}: stop its timer`, {
      call: 'sfn:sendTaskSuccess',
      parameters: { TaskToken: expression('$timer'), Output: '{}' },
      iamAction: 'states:SendTaskSuccess', // docs/aws-facts.md#sfn-answer-resource
      resources: [this.props.stateMachineArn],
      outputs: expression('$states.input.result'),
      attempts: 0,
    });
  }

  private timer(scope: Construct, name: string, timeout: Duration): IChainable {
    const timer = awsCall(scope, `${name}: timer`, {
      call: 'ssm:putParameter',
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      parameters: {
        Name: this.timerName,
        Description: 'Stops the timer beside the task that the agent works on.',
        Type: 'String',
        Tier: 'Intelligent-Tiering',
        Overwrite: true,
        Value: expression('$states.context.Task.Token'),
      },
      iamAction: 'ssm:PutParameter',
      resources: [this.timerArn],
      timeout,
      outputs: {},
    });
    const silent = Fail.jsonata(scope, `${name}: no answer`, {
      error: 'Agent.Silent',
      cause: expression(
        literal(jsonata`
          The agent gave no answer to '${name}' within ${timeout.toHumanString()}. See the migration host: is it
          running, and can it reach Step Functions? In a session: systemctl status cutover-agent; its first boot is in
          /var/log/cloud-init-output.log.
        `),
      ),
    });
    timer.addCatch(silent, { errors: ['States.Timeout'] });
    return timer;
  }
}

/** A verb moves data and closes connections. */
class AgentTask extends StepFunctionsInvokeActivity {
  public override toStateJson(topLevelQueryLanguage?: QueryLanguage): object {
    return performedOnce(super.toStateJson(topLevelQueryLanguage));
  }
}

const BETWEEN_TRIES = Duration.seconds(10);

function untilItAnswers(within: Duration): RetryProps {
  return {
    errors: ['Agent.Unreachable'],
    interval: Duration.seconds(2),
    backoffRate: 1.5,
    maxDelay: BETWEEN_TRIES,
    maxAttempts: Math.ceil(within.toSeconds() / BETWEEN_TRIES.toSeconds()),
  };
}
