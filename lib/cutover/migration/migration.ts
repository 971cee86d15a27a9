import { Duration, Names } from 'aws-cdk-lib';
import type { Alarm, IMetric, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import type { IIdentity, Policy } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { timeOfChecks } from '../../checks/check-budget';
import { reachApplications, requestsOf } from '../../checks/check-requests';
import { inConstruct, ValidationError } from '../../validation-error';
import { AgentConfiguration } from '../host/agent-configuration';
import { AgentWorker } from '../host/agent-worker';
import { MigrationHost } from '../host/migration-host';
import type { IMigrationHost } from '../host/migration-host-options';
import { Journal } from '../journal/journal';
import { Cutover } from '../machine/cutover';
import type { ManifestFacts } from '../machine/manifest';
import { checkMigrationName, parameterName } from '../migration-name';
import { ExecutionAlarms } from '../monitoring/execution-alarms';
import { agentMetric } from '../monitoring/migration-alarms';
import { MigrationDashboard } from '../monitoring/migration-dashboard';
import { outcomeMetric, outcomeRule } from '../outcome/outcome-event';
import { type EncryptedLogs, keyOfLogs } from '../permissions/log-key';
import { OperatorAccess } from '../permissions/operator-access';
import { StateMachineArns } from '../permissions/state-machine-arns';
import { Schedules } from '../schedule/schedules';
import { claimName } from '../validations/one-name';
import { assertToldIn } from '../validations/stated';
import type { KindScope, MigrationKind } from './kind';
import type { IMigration } from './migration-interface';
import type { MigrationOptions } from './options';
import type { Runbook } from './runbook';
import { watchPeriod } from './steps';

/** Of whatever it takes besides: states that wait, retries, what a person is late by. */
const ALL_ELSE_HOURS = 12;

/**
 * What every migration is: a host with the agent, a state machine that performs the kind's phases, and what tells that
 * either is not well. Its members are those of the migrations that users construct.
 *
 * @internal
 */
export abstract class Migration extends Construct implements IMigration {
  public readonly host: IMigrationHost;
  public readonly stateMachine: StateMachine;
  public readonly migrationName: string;
  public readonly heartbeatAlarm: Alarm;
  public readonly executionAlarms: Alarm[];

  /** @internal */
  protected readonly _kind: MigrationKind;

  private readonly access: OperatorAccess;

  protected constructor(
    scope: Construct,
    id: string,
    private readonly options: MigrationOptions,
    kindIn: (within: KindScope) => MigrationKind,
  ) {
    super(scope, id);
    this.migrationName = options.migrationName ?? Names.uniqueResourceName(this, { maxLength: 64, separator: '-' });
    inConstruct(this, () => checkMigrationName(this.migrationName));
    claimName(this, this.migrationName);
    const { migrationName } = this;
    const logs = this.logs();
    const arns = new StateMachineArns(this, migrationName);
    const agent = new AgentWorker(this, 'Agent', { migrationName, stateMachineArn: arns.stateMachine });
    this._kind = inConstruct(this, () => kindIn({ migration: this, migrationName, activity: agent.activity, logs }));
    const host = inConstruct(this, () => this.migrationHost(agent, logs));
    this.host = host;
    const { separationOfDuties = false } = options;
    this.access = new OperatorAccess(this, { migrationName, arns, host, separationOfDuties });

    const journal = new Journal(this, migrationName, options.workloads?.length);
    const approval = { migrationName, topic: options.approval, timeout: this.approvalTimeout() };
    const steps = new Construct(this, 'Steps');
    const runbook = inConstruct(this, () =>
      this._kind.runbook({ scope: steps, options, host, agent, journal, approval }),
    );
    const { blue, green, alarms } = this._kind;
    const { relay: relayAlarm } = alarms;
    const timeout = this.timeout();
    const manifest = this.manifest(agent, host);
    const { notifications } = options;
    const props = {
      migrationName,
      ...runbook,
      ...(relayAlarm !== undefined && { relayAlarm }),
      approval,
      notifications,
      arns,
      journal,
      blue,
      green,
      manifest,
      timeout,
      ...logs,
    };
    this.stateMachine = inConstruct(this, () => new Cutover(this, 'Cutover', props)).stateMachine;
    host._allowTasks(agent.activity, this.stateMachine);

    this.heartbeatAlarm = alarms.heartbeat;
    this.executionAlarms = [
      ...new ExecutionAlarms(this, 'Executions', { migrationName, stateMachine: this.stateMachine }).all,
    ];
    this.tell(agent, runbook);
  }

  public grantOperate(operators: IIdentity): Policy {
    assertToldIn(this, 'IMigration.grantOperate', { operators });
    return inConstruct(this, () => this.access.grantOperate(operators));
  }

  public grantSchedule(operators: IIdentity): Policy {
    assertToldIn(this, 'IMigration.grantSchedule', { operators });
    return inConstruct(this, () => this.access.grantSchedule(operators, Schedules.of(this)));
  }

  public grantApprove(approvers: IIdentity): Policy {
    assertToldIn(this, 'IMigration.grantApprove', { approvers });
    return inConstruct(this, () => this.access.grantApprove(approvers));
  }

  public metric(metricName: string, options?: MetricOptions): Metric {
    assertToldIn(this, 'IMigration.metric', { metricName, options });
    return agentMetric(this.migrationName, metricName, metricName).with(options ?? {});
  }

  public metricNotFollowing(options?: MetricOptions): Metric {
    assertToldIn(this, 'IMigration.metricNotFollowing', { options });
    return agentMetric(this.migrationName, 'NotFollowing', 'Not following').with(options ?? {});
  }

  public metricFailed(options?: MetricOptions): Metric {
    assertToldIn(this, 'IMigration.metricFailed', { options });
    return this.stateMachine.metricFailed(options);
  }

  public metricOutcome(outcome: string, options?: MetricOptions): Metric {
    assertToldIn(this, 'IMigration.metricOutcome', { outcome, options });
    return inConstruct(this, () => outcomeMetric(this.migrationName, outcome)).with(options ?? {});
  }

  public metricLag(): IMetric {
    const { lag } = this._kind.alarms;
    if (lag === undefined) {
      throw new ValidationError(
        'metricLag: there is no green yet whose lag has a name, as RDS makes it during the migration. See the metrics of RDS (AuroraBinlogReplicaLag) then.',
        this.node.path,
      );
    }
    return lag.metric;
  }

  public onOutcome(id: string, options: OnEventOptions = {}): Rule {
    assertToldIn(this, 'IMigration.onOutcome', { id, options });
    return outcomeRule(this, id, this.migrationName, options);
  }

  private logs(): EncryptedLogs {
    const { logEncryptionKey } = this.options;
    return logEncryptionKey === undefined ? {} : { logEncryptionKey: keyOfLogs(this, logEncryptionKey) };
  }

  private migrationHost(agent: AgentWorker, logs: EncryptedLogs): MigrationHost {
    const { vpc, checks = [] } = this.options;
    const { agent: told, clientsVerb, secrets, alarms, relay } = this._kind;
    const configuration = new AgentConfiguration(this, { ...told, requests: requestsOf(checks) });
    const host = new MigrationHost(this, 'Host', {
      ...this.options.host,
      ...logs,
      vpc,
      clientsVerb,
      activity: agent.activity,
      configurationParameter: configuration.parameterName,
      reach: configuration.reach,
      sides: configuration.sides,
      journalParameter: parameterName(this.migrationName, 'journal'),
      hostParameter: parameterName(this.migrationName, 'host'),
      secrets: [...new Set(secrets)].filter((secret) => secret !== undefined),
      ...(relay !== undefined && { relay }),
    });
    host.node.addDependency(configuration.parameter);
    // Once the host is there, agents report whether one side follows the other as it should, and whether a relay runs.
    for (const alarm of [alarms.following, alarms.relay]) alarm?.node.addDependency(host._ready);
    reachApplications(host, checks, this.options.host);
    return host;
  }

  private manifest({ activity }: AgentWorker, host: MigrationHost): ManifestFacts {
    const { alarms = [], workloads = [], checks = [] } = this.options;
    const { manifest, secrets } = this._kind;
    return { ...manifest, activity, host, alarms, secrets, workloads, checks };
  }

  /** What operators see: the alarms, and the dashboard with them. */
  private tell({ activity }: AgentWorker, { rollback }: Runbook): void {
    const { alarms: watched = [], alarmActions = [] } = this.options;
    const { alarms, graphs } = this._kind;
    const own = [alarms.lag, alarms.heartbeat, alarms.following, alarms.relay, ...this.executionAlarms];
    const all = own.filter((alarm) => alarm !== undefined);
    for (const alarm of all) alarm.addAlarmAction(...alarmActions);
    new MigrationDashboard(this, 'Dashboard', {
      migrationName: this.migrationName,
      stateMachine: this.stateMachine,
      activity,
      alarms: [...watched, ...all],
      replication: graphs,
      ...(rollback !== undefined && { rollback }),
    });
  }

  private approvalTimeout(): Duration {
    return this.options.approvalTimeout ?? Duration.hours(24);
  }

  /** Long enough for every phase at its slowest, so that only a lost execution reaches it. */
  private timeout(): Duration {
    const { takes, errandTakes = [] } = this._kind;
    const asked = [this.approvalTimeout(), watchPeriod(this.options), timeOfChecks(this.options.checks ?? [])];
    const longest = Math.max(hoursOf([...takes, ...asked]), hoursOf(errandTakes));
    return Duration.hours(Math.ceil(longest + ALL_ELSE_HOURS));
  }
}

function hoursOf(times: readonly Duration[]): number {
  return times.reduce((sum, time) => sum + time.toHours({ integral: false }), 0);
}
