import { Choice, Fail, type IChainable, Pass, Succeed, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression, literal } from '../states/expression';
import { IntegrationTask } from '../states/integration-task';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { CAUSE_OF_EXECUTION, RUN_AND_WAIT, toRunAndWait } from '../states/run-and-wait';

/** A cutover that begins later than this is not the one that people agreed to. */
const LATEST_MINUTES = 10;

/**
 * Looks before a cutover whether it could go well, waits, and starts it. Started by a schedule an hour before, with the input
 * `{"at": "2026-12-01T01:10:00Z"}`. Both executions are named after this one, so that Step Functions starts none twice.
 *
 * @see docs/aws-facts.md#sfn-start-execution-once
 */
export function scheduledStart(scope: Construct, migrationName: string, stateMachineArn: string): IChainable {
  const startedBy = `'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id`;
  const told = Pass.jsonata(scope, 'Read the time', { assign: { at: expression('$states.input.at') } });
  const preflight = new IntegrationTask(scope, 'Run the preflight', {
    resource: 'arn:aws:states:::states:startExecution.sync:2',
    arguments: jsonata`
      {'StateMachineArn': ${literal(stateMachineArn)}, 'Name': $states.context.Execution.Name & '-preflight', 'Input':
      {'action': 'preflight', ${startedBy}}}
    `,
    attempts: 0,
    policies: toRunAndWait(scope, [stateMachineArn]),
    wildcard: RUN_AND_WAIT,
    outputs: {},
  });
  const cancelled = Fail.jsonata(scope, 'The cutover is cancelled', {
    error: 'Cancelled',
    cause: expression(
      jsonata`
        'The preflight found something, and the cutover at ' & $at & ' is not started. ' & $states.input.cause
        & ${literal(` Mend that, and schedule it again: cutover schedule ${migrationName} --at TIME`)}
      `,
    ),
  });
  preflight.addCatch(cancelled, { errors: ['States.ALL'], outputs: { cause: expression(CAUSE_OF_EXECUTION) } });
  const wait = Wait.jsonata(scope, 'Wait until the time', { time: WaitTime.timestamp(expression('$at')) });
  const late = Fail.jsonata(scope, 'It is too late', {
    error: 'TooLate',
    cause: expression(
      `'The preflight was over more than ${LATEST_MINUTES} minutes after ' & $at & ': the cutover is not started.'`,
    ),
  });
  const start = new IntegrationTask(scope, 'Start the cutover', {
    resource: 'arn:aws:states:::states:startExecution',
    arguments: jsonata`
      {'StateMachineArn': ${literal(stateMachineArn)}, 'Name': $states.context.Execution.Name, 'Input': {'action':
      'cutover', ${startedBy}}}
    `,
    attempts: 4,
    policies: [],
    outputs: expression(`{'execution': $states.result.ExecutionArn}`),
  });
  told.next(preflight);
  preflight.next(wait);
  wait.next(
    Choice.jsonata(scope, 'Is it still the time?')
      .when(is(`$millis() <= $toMillis($at) + ${LATEST_MINUTES * 60_000}`), start)
      .otherwise(late),
  );
  start.next(Succeed.jsonata(scope, 'The cutover is started'));
  return told;
}
