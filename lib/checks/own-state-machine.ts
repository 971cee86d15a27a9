import { Duration } from 'aws-cdk-lib';
import type { IChainable, IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression } from '../cutover/states/expression';
import { IntegrationTask } from '../cutover/states/integration-task';
import { jsonata } from '../cutover/states/jsonata';
import { RUN_AND_WAIT, toRunAndWait } from '../cutover/states/run-and-wait';
import { refuseElsewhere, whereaboutsOf } from '../cutover/validations/elsewhere';
import { assertStated } from '../cutover/validations/stated';
import type { CheckKind, CheckProps, CheckStates, ICheck } from './check-kind';
import { checkOfKind } from './check-of-kind';

/** Properties of a check that a state machine of the user's own makes. */
export interface StateMachineCheckProps extends CheckProps {
  /**
   * A Standard state machine. It gets `{"check": NAME, "migration": NAME, "at": POINT, "clients": SIDE}`, where POINT is
   * `preflight`, `beforeResume`, `afterResume` or `return`, and SIDE the side that clients are on: `blue` or `green`. It has
   * passed if it succeeds with `{"passed": true}`; `detail` beside that, a text, is kept.
   */
  readonly stateMachine: IStateMachine;
}

interface StateMachineFacts {
  readonly stateMachine: string;
}

export function ownStateMachine(props: StateMachineCheckProps): ICheck {
  assertStated('StateMachineCheckProps', props, { stateMachine: 'the state machine that looks' });
  return checkOfKind(props, {
    kind: STATE_MACHINE,
    timeout: Duration.minutes(15),
    facts: (scope: Construct) => {
      const { name, stateMachine } = props;
      const instead = 'Make one there that starts it, and waits for what it says.';
      refuseElsewhere(scope, `stateMachine of ${name}`, whereaboutsOf(stateMachine), instead);
      return { stateMachine: stateMachine.stateMachineArn };
    },
  });
}

/** An execution that ends well has said nothing yet: its output counts. */
const STATE_MACHINE: CheckKind<StateMachineFacts> = {
  id: 'stateMachine',
  name: 'state machine',

  ask({ scope, prefix, all, at }: CheckStates<StateMachineFacts>): IChainable {
    const clients = at === 'beforeResume' || at === 'afterResume' ? '$to.side' : `'blue'`;
    const machines = [...new Set(all.map(({ stateMachine }) => stateMachine))];
    return new IntegrationTask(scope, `${prefix}: run it`, {
      resource: 'arn:aws:states:::states:startExecution.sync:2',
      arguments: jsonata`
        {'StateMachineArn': $facts.stateMachine, 'Input': {'check': $check.id,
        'migration': $states.context.StateMachine.Name, 'at': '${at}', 'clients': ${clients},
        'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id}}
      `,
      attempts: 0,
      seconds: '$check.timeout',
      outputs: expression(
        jsonata`
          ($said := $states.result.Output; $told := $type($said) = 'object' and $type($said.detail) = 'string';
          {'passed': $type($said) = 'object' and $said.passed = true, 'detail': $told ? $said.detail
          : 'its execution ended with ' & $string($said)})
        `,
      ),
      policies: toRunAndWait(scope, machines),
      wildcard: RUN_AND_WAIT,
    });
  },
};
