import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Ec2Action, Ec2InstanceAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Instance } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** A host that is to be there again, with its id, its address and its disk. */
export interface RecoveredInstance {
  /** Whose it is, for the reader of the alarm. */
  readonly name: string;
  readonly instance: Instance;
}

/**
 * Moves the instance to other hardware where the hardware has failed.
 *
 * @see docs/aws-facts.md#ec2-recover
 */
export function recoverOnOtherHardware(scope: Construct, id: string, { name, instance }: RecoveredInstance): Alarm {
  const alarm = failedCheck(scope, id, instance, {
    check: 'System',
    minutes: 2,
    description: `${name}: AWS’s hardware below the host has failed, and EC2 moves the host.`,
  });
  alarm.addAlarmAction(new Ec2Action(Ec2InstanceAction.RECOVER));
  return alarm;
}

/**
 * Reboots an instance that is not reached on hardware that is well: its kernel hangs, or its memory is exhausted. A minute
 * later than a move to other hardware, so that the two do not meet.
 *
 * @see docs/aws-facts.md#ec2-reboot
 */
export function rebootWhereUnreachable(scope: Construct, id: string, { name, instance }: RecoveredInstance): Alarm {
  const alarm = failedCheck(scope, id, instance, {
    check: 'Instance',
    minutes: 3,
    description: `${name}: the host does not answer EC2, which reboots it.`,
  });
  alarm.addAlarmAction(new Ec2Action(Ec2InstanceAction.REBOOT));
  return alarm;
}

interface FailedCheck {
  readonly check: 'System' | 'Instance';
  readonly minutes: number;
  readonly description: string;
}

function failedCheck(scope: Construct, id: string, { instanceId }: Instance, failed: FailedCheck): Alarm {
  return new Alarm(scope, id, {
    alarmDescription: failed.description,
    metric: new Metric({
      namespace: 'AWS/EC2',
      metricName: `StatusCheckFailed_${failed.check}`,
      dimensionsMap: { InstanceId: instanceId },
      statistic: 'Maximum',
      period: Duration.minutes(1),
    }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: failed.minutes,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
