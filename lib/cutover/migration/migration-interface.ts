import type { Alarm, IMetric, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import type { IIdentity, Policy } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import type { IMigrationHost } from '../host/migration-host-options';

/** A migration of whatever kind: for dashboards, aspects and pipelines that take any. */
export interface IMigration extends IConstruct {
  /** The host that the agent runs on. */
  readonly host: IMigrationHost;

  /** What performs the cutover. */
  readonly stateMachine: StateMachine;

  /** Name of the migration's SSM parameters. */
  readonly migrationName: string;

  /** Goes off when the agent stops answering. */
  readonly heartbeatAlarm: Alarm;

  /** Go off when an execution was aborted, timed out or failed. */
  readonly executionAlarms: Alarm[];

  /**
   * Lets operators start, stop and look at executions with `cutover`, and approve none: give that to others.
   *
   * @param operators their role, group or user, of whatever stack
   * @returns the policy, which belongs to the migration and goes with it
   */
  grantOperate(operators: IIdentity): Policy;

  /**
   * Lets operators have a cutover started at a time with `cutover schedule`: EventBridge Scheduler runs a preflight an hour
   * before, and the cutover only if it found nothing. Makes a schedule group, a role and a state machine for that, which cost
   * nothing while nothing is scheduled. Without it nobody can schedule.
   *
   * @param operators their role, group or user, of whatever stack
   * @returns the policy, which belongs to the migration and goes with it
   */
  grantSchedule(operators: IIdentity): Policy;

  /**
   * Lets approvers say yes or no with `cutover approve`, `cutover reject` and `cutover confirm`, and start nothing. Who
   * approved is in CloudTrail (`SendTaskSuccess`); what `--by` says is a claim.
   *
   * @param approvers their role, group or user, of whatever stack
   * @returns the policy, which belongs to the migration and goes with it
   */
  grantApprove(approvers: IIdentity): Policy;

  /**
   * A metric that the agent writes: namespace `CdkCutover`, dimension `Migration`.
   *
   * @param metricName e.g. `ReplicationLag`, in milliseconds, of a cache
   * @param options period (default one minute), statistic (default Maximum), label
   */
  metric(metricName: string, options?: MetricOptions): Metric;

  /**
   * 1 where one side should follow the other and does not, else 0. The agent reports it twice a minute for a cache that it
   * replicates; there is none at COLD, nor of a database, which replicates by itself.
   *
   * @param options period, statistic, label
   */
  metricNotFollowing(options?: MetricOptions): Metric;

  /**
   * Executions that failed: refused, rolled back, or in need of a recovery.
   *
   * @param options period (default five minutes), statistic (default Sum), label
   */
  metricFailed(options?: MetricOptions): Metric;

  /**
   * Executions that ended so. One that was stopped has no outcome; the recovery that follows it has.
   *
   * @param outcome as in the event: `cutOver`, `rolledBack`, `rolledBackOnRequest`, `recovered`, `preflightPassed`, `retired`,
   * `monitoringIncomplete`, `recoveryNeeded`, `refused`
   * @param options period (default five minutes), statistic (default Sum), label
   * @throws of any other outcome
   */
  metricOutcome(outcome: string, options?: MetricOptions): Metric;

  /**
   * How far the side that follows is behind. Of a cache in milliseconds, as the agent measures it; of databases in seconds, as
   * RDS does, below 0 where nothing is followed.
   *
   * @throws where RDS makes green during the migration, and its metrics have no name before
   */
  metricLag(): IMetric;

  /**
   * A rule for the events by which executions tell how they ended, on the account's default event bus: source `cdk-cutover`,
   * detail type `Cutover Outcome`. The detail has `migration`, `action`, `outcome`, `activeSide`, `execution`, and where
   * something failed `failure` with `phase`, `error` and `cause`.
   *
   * @param id the rule's id, below the migration
   * @param options the target; a pattern of the detail narrows it, e.g. `{ detail: { outcome: ['rolledBack'] } }`
   */
  onOutcome(id: string, options?: OnEventOptions): Rule;
}
