import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { serviceOfOwnAccount } from '../permissions/service-of-own-account';

export interface RelayRuleProps {
  /** Goes off when the host is silent, or should relay and does not. */
  readonly alarm: IAlarm;
  /** Looks whether a recovery is needed, and starts it. */
  readonly look: StateMachine;
}

/** Input of a look that the relay's alarm asks for. */
export const RELAY_CHANGED = 'relay changed';

/**
 * Has it looked whether a recovery is needed, as the host of a relay dies and as it is back. While clients come through a
 * relay an execution goes on, which finds out by itself; but one that has ended with RecoveryNeeded may have left them there,
 * or have left to the host what it could not do.
 *
 * @see docs/aws-facts.md#cloudwatch-alarm-events
 */
export class RelayRule extends Construct {
  constructor(scope: Construct, id: string, { alarm, look }: RelayRuleProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'Clients who were left with a relay are taken up when its host dies, and when it is back.',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: [alarm.alarmArn],
        detail: { state: { value: ['ALARM', 'OK'] } },
      },
      targets: [
        new SfnStateMachine(look, {
          input: RuleTargetInput.fromObject({ asks: RELAY_CHANGED }),
          role: new Role(this, 'RuleRole', { assumedBy: serviceOfOwnAccount(this, 'events') }),
        }),
      ],
    });
  }
}
