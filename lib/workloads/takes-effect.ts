import { Duration } from 'aws-cdk-lib';
import { Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { unlessRedriven } from '../cutover/states/once';

/**
 * What is disabled may still start its target: EventBridge asks for "a short period of time", and Scheduler invokes within
 * a minute of when a schedule is due.
 *
 * @see docs/aws-facts.md#eventbridge-disabled-late
 * @see docs/aws-facts.md#scheduler-disabled-late
 */
const LATE = Duration.minutes(1);

export function takesEffect(scope: Construct, name: string): Wait {
  return Wait.jsonata(scope, name, {
    comment: 'What has just been disabled may still start its target.',
    time: WaitTime.seconds(unlessRedriven(LATE.toSeconds())),
  });
}
