import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Activity } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface HeartbeatAlarmProps {
  readonly migrationName: string;
  readonly activity: Activity;
}

export interface MigrationAlarmsProps extends HeartbeatAlarmProps {
  /** Whether agents report that one side follows the other as it should. @default - AWS replicates */
  readonly agentReplicates?: boolean;
  /** Whether clients are moved through a relay. @default false */
  readonly relays?: boolean;
  /** How far the side that follows is behind. */
  readonly lag: LagMetric;
}

export interface LagMetric {
  readonly metric: IMetric;
  /** From which on the migration is not well, in the metric's unit. */
  readonly threshold: number;
}

/** A metric that the agent writes into its log (embedded metric format). */
export function agentMetric(migrationName: string, metricName: string, label: string): Metric {
  return new Metric({
    namespace: 'CdkCutover',
    metricName,
    dimensionsMap: { Migration: migrationName },
    statistic: 'Maximum',
    period: Duration.minutes(1),
    label,
  });
}

export const WORST_LAG_SECONDS = 30;

/** What tells that the migration itself is not well. */
export class MigrationAlarms extends Construct {
  public readonly lag: Alarm;
  public readonly heartbeat: Alarm;
  public readonly following?: Alarm;
  public readonly relay?: Alarm;

  constructor(scope: Construct, id: string, props: MigrationAlarmsProps) {
    super(scope, id);
    this.lag = new Alarm(this, 'Lag', {
      alarmDescription: `${props.migrationName}: the copy is more than ${WORST_LAG_SECONDS} s behind. The freeze would last as long; give the host or the source more room.`,
      ...props.lag,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      // No replication, no lag. That there should be one is the other alarm's.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.heartbeat = heartbeatAlarm(this, 'Heartbeat', props);
    if (props.agentReplicates === true) this.following = followingAlarm(this, props.migrationName);
    if (props.relays === true) this.relay = relayAlarm(this, props.migrationName);
  }
}

/**
 * The agent reports twice a minute, whether or not anything is replicated: nobody else can say that it does not run. The
 * alarm is made when a host has reported, so that it does not go off over the time before.
 *
 * @see docs/aws-facts.md#cloudwatch-missing-data
 */
function followingAlarm(scope: Construct, migrationName: string): Alarm {
  return new Alarm(scope, 'Following', {
    alarmDescription: `${migrationName}: one side should follow the other and does not, or no agent runs that could tell. Until it does, a rollback takes as long as a copy. See the migration host and the agent's log.`,
    metric: agentMetric(migrationName, 'NotFollowing', 'Not following'),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 5,
    treatMissingData: TreatMissingData.BREACHING,
  });
}

/**
 * The agent reports every ten seconds, whether or not its relay runs, and is silent where its host is dead. The alarm is made
 * when a host has reported.
 *
 * @see docs/aws-facts.md#cloudwatch-high-resolution
 */
function relayAlarm(scope: Construct, migrationName: string): Alarm {
  return new Alarm(scope, 'Relay', {
    alarmDescription: `${migrationName}: the migration host has said nothing for half a minute, or should relay clients and does not. While the DNS record leads to the relay, nobody is served: an execution that runs finds out by itself, and where one has ended with RecoveryNeeded, recover is started. See the host; docs/relay.md says what each end leads to.`,
    metric: agentMetric(migrationName, 'NotRelaying', 'Not relaying').with({ period: Duration.seconds(10) }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.BREACHING,
  });
}

/** By itself for a migration whose data AWS moves: there is no lag of ours to watch. */
export function heartbeatAlarm(scope: Construct, id: string, props: HeartbeatAlarmProps): Alarm {
  return new Alarm(scope, id, {
    alarmDescription: `${props.migrationName}: the agent did not answer while it worked on a task. See its log and the host.`,
    metric: props.activity.metricHeartbeatTimedOut({ period: Duration.minutes(1) }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
