import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface JobsAlarmsProps {
  readonly migrationName: string;
  readonly job: StateMachine;
  /** Who is told. @default - nobody */
  readonly topic?: ITopic | undefined;
}

const EACH_MINUTE = { statistic: 'Sum', period: Duration.minutes(1) };

/** What tells people of jobs that are not where they should be: two alarms, however many jobs there are. */
export class JobsAlarms extends Construct {
  public readonly failed: Alarm;
  public readonly interrupted: Alarm;

  constructor(scope: Construct, id: string, { migrationName, job, topic }: JobsAlarmsProps) {
    super(scope, id);
    const alarm = (name: string, metric: IMetric, happened: string) =>
      new Alarm(this, name, {
        alarmDescription: `${migrationName}: ${happened}`,
        metric,
        threshold: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    this.failed = alarm(
      'Failed',
      job.metricFailed(EACH_MINUTE),
      'an execution of a job failed: it was refused, stays where it was, was sent back, or needs a recovery. Its cause says which, where the job is, and what to do.',
    );
    this.interrupted = alarm(
      'Interrupted',
      new MathExpression({
        expression: 'aborted + timedOut',
        usingMetrics: { aborted: job.metricAborted(EACH_MINUTE), timedOut: job.metricTimedOut(EACH_MINUTE) },
        period: Duration.minutes(1),
        label: 'Interrupted',
      }),
      'an execution of a job was stopped, or took longer than it may. Within minutes {"action": "recover"} settles where the job is: see that it succeeded.',
    );
    if (topic !== undefined) for (const each of this.all) each.addAlarmAction(new SnsAction(topic));
  }

  get all(): readonly Alarm[] {
    return [this.failed, this.interrupted];
  }
}
