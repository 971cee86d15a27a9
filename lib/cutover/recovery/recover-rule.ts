import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { serviceOfOwnAccount } from '../permissions/service-of-own-account';

/**
 * Errors with which an execution ends on purpose, everything put back or nothing changed. One that was redriven is not among
 * them: it may have been interrupted, and have been taken for one that runs by the recovery that came.
 */
export const DELIBERATE = [
  'NothingToDo',
  'RollbackUnsupported',
  'RecordNotWhole',
  'Busy',
  'NewerJournal',
  'Unfinished',
  'UnknownAction',
  'RolledBack',
  'MonitoringIncomplete',
  'RecoveryNeeded',
];

/** As the rule and the command write it: anyone who writes more into an input is refused. */
const RECOVER = JSON.stringify({ action: 'recover' });

export interface RecoverRuleProps {
  readonly stateMachine: StateMachine;
}

/**
 * Starts `recover` when an execution ends without having put things back. `StopExecution` and a time-out run no Catch,
 * and neither does an error of Step Functions itself (`States.Runtime`, 25,000 events).
 *
 * @see docs/aws-facts.md#sfn-stop-runs-no-catch
 * @see docs/aws-facts.md#sfn-status-events
 */
export class RecoverRule extends Construct {
  constructor(scope: Construct, id: string, props: RecoverRuleProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'An interrupted cutover is put back by itself.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [props.stateMachine.stateMachineArn],
          $or: [
            { status: ['ABORTED', 'TIMED_OUT'] },
            // A recovery that fails is not followed by another one, or they would follow each other forever.
            {
              status: ['FAILED'],
              error: [{ 'anything-but': DELIBERATE }],
              input: [{ 'anything-but': [RECOVER, '{"action": "recover"}'] }],
            },
          ],
        },
      },
      targets: [
        new SfnStateMachine(props.stateMachine, {
          input: RuleTargetInput.fromObject({ action: 'recover' }),
          role: new Role(this, 'RuleRole', { assumedBy: serviceOfOwnAccount(this, 'events') }),
          retryAttempts: 185,
        }),
      ],
    });
  }
}
