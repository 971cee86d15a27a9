import { systemClock } from '../../../../rehearsal/aws/clock';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import type { FaultHook } from '../../../../rehearsal/aws/faults';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import {
  type ScriptedStateMachine,
  ScriptedStateMachines,
  StateMachineRunners,
} from '../../../../rehearsal/aws/integration/scripted-state-machines';
import { StateMachines } from '../../../../rehearsal/aws/integration/state-machines';
import { awsTaskHandler, type TaskHandlerProps } from '../../../../rehearsal/aws/integration/task-handler';
import type { PolicyStatement } from '../../../../rehearsal/aws/policy';
import type { ExecutionView } from '../../../../rehearsal/aws/sfn/executions';
import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import { allowing, anyone } from '../test-environment';

export const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:cutover';

export interface StageProps {
  readonly statements?: readonly PolicyStatement[];
  readonly http?: TaskHandlerProps['http'];
  readonly scripted?: readonly ScriptedStateMachine[];
  readonly faults?: FaultHook;
}

/** Runs one task as a state machine of its own, as often as it is asked to. */
export function stageOf(task: object, { statements, http, scripted = [], faults }: StageProps = {}) {
  const environment = {
    account: '111122223333',
    region: 'eu-west-1',
    clock: systemClock,
    ids: new Identifiers('testbed'),
  };
  const everything: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };
  const ended = new Map<string, (execution: ExecutionView) => void>();
  const broken: unknown[] = [];
  const machines: StateMachines = new StateMachines({
    machines: [
      {
        arn: MACHINE,
        roleArn: 'arn:aws:iam::111122223333:role/Machine',
        definition: {
          QueryLanguage: 'JSONata',
          StartAt: 'Task',
          States: { Task: { Type: 'Task', End: true, ...task } },
        },
      },
    ],
    taskHandler: (request) => handler(request),
    onStatusChange: (execution) => {
      if (execution.status !== 'RUNNING') ended.get(execution.name)?.(execution);
    },
    onFault: (_arn, fault) => broken.push(fault),
  });
  const outside = new ScriptedStateMachines(systemClock, scripted);
  const sfn = new Sfn({ environment, activityArns: [], runner: new StateMachineRunners([machines, outside]) });
  const plane = new ControlPlane({ environment, services: [sfn], ...(faults && { faults }) });
  const handler = awsTaskHandler({
    plane,
    sfn,
    assumeRole: (roleArn) => ({ ...allowing(...(statements ?? [everything])), roleArn }),
    ...(http && { http }),
  });
  const call = (action: string, given: Record<string, unknown>) =>
    plane.call({ service: 'sfn', action, arguments: given, principal: anyone });
  return {
    plane,
    outside,
    broken,
    call,
    run: async (name = 'one', input: object = {}): Promise<ExecutionView> => {
      const end = new Promise<ExecutionView>((resolve) => ended.set(name, resolve));
      await call('startExecution', { stateMachineArn: MACHINE, name, input: JSON.stringify(input) });
      return end;
    },
  };
}

/** What was thrown that is no failure of the task. */
export async function faultOf({ run, broken }: ReturnType<typeof stageOf>): Promise<string> {
  void run();
  while (broken.length === 0) await new Promise((resolve) => setImmediate(resolve));
  return String(broken[0]);
}
