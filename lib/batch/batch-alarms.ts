import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Instance } from 'aws-cdk-lib/aws-ec2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct, type IDependable } from 'constructs';
import { BATCH_METRICS, BATCH_NAMESPACE } from '../../contract/batch';
import { recoverOnOtherHardware } from '../cutover/host/instance-recovery';

export interface BatchAlarmsProps {
  readonly hostName: string;
  readonly instance: Instance;
  /** Who is told. @default - nobody */
  readonly topic?: ITopic;
  /** There once the host runs. */
  readonly ready: IDependable;
}

export type BatchFigure = keyof typeof BATCH_METRICS;

/** A metric of the host, or of one job, which is there when it is not 0. */
export function batchMetric(hostName: string, figure: BatchFigure, job?: string): Metric {
  return new Metric({
    namespace: BATCH_NAMESPACE,
    metricName: BATCH_METRICS[figure],
    dimensionsMap: { BatchHost: hostName, ...(job !== undefined && { Job: job }) },
    statistic: figure === 'diskUsed' ? 'Maximum' : 'Sum',
    period: Duration.minutes(5),
  });
}

/** What tells that jobs, or their host, are not well: an alarm a reason, and one that goes off with any of them. */
export class BatchAlarms extends Construct {
  public readonly failed: Alarm;
  public readonly missed: Alarm;
  public readonly tooLong: Alarm;
  public readonly heartbeat: Alarm;
  public readonly diskFull: Alarm;
  public readonly any: CompositeAlarm;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: BatchAlarmsProps,
  ) {
    super(scope, id);
    this.failed = this.ofJobs('failed', 'a run ended badly, or died with its runner.');
    this.missed = this.ofJobs('missed', 'nothing was started for a slot, and nobody makes up for it.');
    this.tooLong = this.ofJobs('tooLong', 'a run reached its time-out, or the next slot.');
    this.heartbeat = this.heartbeatAlarm();
    this.diskFull = this.diskAlarm();
    this.any = this.compositeAlarm();
    // It is the same host then, and keeps the lease.
    recoverOnOtherHardware(this, 'Recover', { name: props.hostName, instance: props.instance });
  }

  private ofJobs(figure: 'failed' | 'missed' | 'tooLong', happened: string): Alarm {
    return new Alarm(this, `${figure[0]?.toUpperCase()}${figure.slice(1)}`, {
      alarmDescription: `${this.props.hostName}: ${happened} Which job, its owner and the reason are in the log of runs.`,
      metric: batchMetric(this.props.hostName, figure),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /**
   * A host that is down tells nothing: so it is its silence that is told. The alarm is made when the host runs, so that it does
   * not go off over the time before.
   *
   * @see docs/aws-facts.md#cloudwatch-missing-data
   */
  private heartbeatAlarm(): Alarm {
    const alarm = new Alarm(this, 'Heartbeat', {
      alarmDescription: `${this.props.hostName}: no host that holds the lease has said for ten minutes that it runs jobs. See the host, crond on it, its way to Systems Manager, and who holds the lease.`,
      metric: batchMetric(this.props.hostName, 'heartbeat'),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.BREACHING,
    });
    alarm.node.addDependency(this.props.ready);
    return alarm;
  }

  private diskAlarm(): Alarm {
    return new Alarm(this, 'DiskFull', {
      alarmDescription: `${this.props.hostName}: the disk is nearly full. On a full one no slot can be claimed, and no job runs.`,
      metric: batchMetric(this.props.hostName, 'diskUsed'),
      threshold: 85,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private compositeAlarm(): CompositeAlarm {
    const all = [this.failed, this.missed, this.tooLong, this.heartbeat, this.diskFull];
    const any = new CompositeAlarm(this, 'Any', {
      alarmDescription: `${this.props.hostName}: a job or the host is not well. The alarms below say what.`,
      alarmRule: AlarmRule.anyOf(...all.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
    });
    if (this.props.topic !== undefined) any.addAlarmAction(new SnsAction(this.props.topic));
    return any;
  }
}
