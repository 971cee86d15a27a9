import { type IChainable, type IStateMachine, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { IntegrationTask } from '../cutover/states/integration-task';
import { jsonata } from '../cutover/states/jsonata';
import { RUN_AND_WAIT, toRunAndWait } from '../cutover/states/run-and-wait';
import { assertStated } from '../cutover/validations/stated';
import type { IWorkload, KindStates, WorkloadKind, WorkloadProps } from './workload-kind';
import { workloadOfKind } from './workload-of-kind';

/** Properties of what state machines of the user's own stop and start. */
export interface StateMachineWorkloadProps extends WorkloadProps {
  /**
   * Stops it. Its execution ends when all is quiet. It gets `{"action": "stop", "migration": NAME}`, and may be run twice.
   */
  readonly stop: IStateMachine;

  /**
   * Starts it again, as it was. It gets `{"action": "start", "migration": NAME}`, and may be run twice, also where `stop`
   * has failed half way.
   *
   * @default - `stop`, with that action
   */
  readonly start?: IStateMachine;
}

interface StateMachineFacts {
  readonly stop: string;
  readonly start: string;
}

type States = KindStates<StateMachineFacts>;

export function ownStateMachine(props: StateMachineWorkloadProps): IWorkload {
  assertStated('StateMachineWorkloadProps', props, { stop: 'the state machine that stops the workload' });
  const { stop, start = stop } = props;
  return workloadOfKind(STATE_MACHINE, stop.node.id, props, {
    stop: stop.stateMachineArn,
    start: start.stateMachineArn,
  });
}

/** What it was like is its own business: it is told what to do, and waited for. */
const STATE_MACHINE: WorkloadKind<StateMachineFacts> = {
  id: 'stateMachine',
  name: 'state machine',

  survey({ scope, prefix }: States): IChainable {
    return Pass.jsonata(scope, `${prefix}: it will be told`, { outputs: { told: true } });
  },

  quiesce(states: States): IChainable {
    return run(states, states.prefix, 'stop');
  },

  resume(states: States): IChainable {
    return run(states, states.prefix, 'start');
  },
};

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
function run({ scope, all }: States, name: string, action: 'stop' | 'start'): IntegrationTask {
  const machines = [...new Set(all.map((facts) => facts[action]))];
  return new IntegrationTask(scope, `${name}: run it`, {
    resource: 'arn:aws:states:::states:startExecution.sync:2',
    arguments: jsonata`
      {'StateMachineArn': $facts.${action}, 'Input': {'action': '${action}',
      'migration': $states.context.StateMachine.Name,
      'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id}}
    `,
    attempts: 0,
    outputs: {},
    policies: toRunAndWait(scope, machines),
    wildcard: RUN_AND_WAIT,
  });
}
