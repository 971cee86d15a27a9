import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface ExecutionAlarmsProps {
  readonly migrationName: string;
  readonly stateMachine: StateMachine;
}

const EACH_MINUTE = { statistic: 'Sum', period: Duration.minutes(1) };

/**
 * Tell people that an execution did not end as it should. Those that were interrupted are recovered without them; but where
 * that cannot be, nobody else would say so.
 *
 * @see docs/aws-facts.md#sfn-status-events
 */
export class ExecutionAlarms extends Construct {
  public readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { migrationName, stateMachine }: ExecutionAlarmsProps) {
    super(scope, id);
    const recovered =
      'Within minutes an execution {"action": "recover"} puts back what was stopped: see that it started and succeeded, or start it.';
    const alarm = (name: string, metric: Metric, happened: string) =>
      new Alarm(this, name, {
        alarmDescription: `${migrationName}: ${happened}`,
        metric,
        threshold: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    this.all = [
      alarm('Aborted', stateMachine.metricAborted(EACH_MINUTE), `an execution was stopped. ${recovered}`),
      alarm('TimedOut', stateMachine.metricTimedOut(EACH_MINUTE), `an execution took longer than it may. ${recovered}`),
      alarm(
        'Failed',
        stateMachine.metricFailed(EACH_MINUTE),
        'an execution failed: refused, rolled back, or it needs a recovery. Its cause says which, on which side clients are, and what to do.',
      ),
    ];
  }
}
