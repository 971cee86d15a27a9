import { Duration, Names, Token } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IIdentity, Policy } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { CacheEndpoint, CacheMigrationConfiguration } from '../../contract/cache';
import { AgentConfiguration } from '../cutover/agent-configuration';
import { AgentWorker } from '../cutover/agent-worker';
import { type ApprovalProps, approve } from '../cutover/approval';
import { shiftGradually } from '../cutover/canary';
import { timeOfChecks } from '../cutover/check-budget';
import { reachApplications, requestsOf } from '../cutover/check-requests';
import { Checks } from '../cutover/checks';
import { ClientIngress, HOST_RULE } from '../cutover/client-ingress';
import { Cutover, type SideFacts } from '../cutover/cutover';
import { CutoverRecord } from '../cutover/cutover-record';
import { Door } from '../cutover/door';
import { ExecutionAlarms } from '../cutover/execution-alarms';
import { Journal } from '../cutover/journal';
import { type EncryptedLogs, keyOfLogs } from '../cutover/log-key';
import type { ManifestFacts } from '../cutover/manifest';
import { MigrationAlarms } from '../cutover/migration-alarms';
import { MigrationDashboard } from '../cutover/migration-dashboard';
import { MigrationHost } from '../cutover/migration-host';
import { checkMigrationName, parameterName } from '../cutover/migration-name';
import { OperatorAccess } from '../cutover/operator-access';
import type { Phase } from '../cutover/phase';
import { StateMachineArns } from '../cutover/state-machine-arns';
import { claimName } from '../cutover/validations/one-name';
import { vpcCidrs } from '../cutover/vpc-cidrs';
import { watch } from '../cutover/watch';
import { Workloads } from '../cutover/workloads';
import type { ICache } from './cache-base';
import { checkCacheMigration } from './cache-migration-checks';
import type { CacheMigrationProps } from './cache-migration-props';
import { CacheConsistency } from './consistency';
import { BlueEvents } from './phases/blue-events';
import type { CacheSteps } from './phases/cache-steps';
import { drain, verify } from './phases/drain';
import { evict } from './phases/evict';
import { fence } from './phases/fence';
import { lostCache } from './phases/lost-cache';
import { preflight } from './phases/preflight';
import { replicate } from './phases/replicate';
import { retire } from './phases/retire';
import { endReplication, reverse } from './phases/reverse';
import { LONGEST_WAIT, settle } from './phases/settle';
import { shiftBack, switchOver } from './phases/switch';
import { ReplicationGroup } from './replication-group';
import { TransitEncryption } from './transit-encryption';

/**
 * Moves the users of a cache from blue to green, and can always go back.
 *
 * It holds only what is transient: the weighted record, the migration host, the state machine, alarms. Removing it from
 * the code removes only that; green stays as it is, with the same logical ids, and is the next migration's blue.
 *
 * Start it with `{"action": "preflight"}`, then `{"action": "cutover"}`; `{"action": "back"}` returns the users,
 * `{"action": "retire"}` deletes blue.
 */
export class CacheMigration extends Construct {
  /** The name that users resolve, and who owns its weights. */
  public readonly record: CutoverRecord;

  /** The host that the agent runs on. */
  public readonly host: MigrationHost;

  /** What performs the cutover. */
  public readonly stateMachine: StateMachine;

  /** Name of the migration's SSM parameters. */
  public readonly migrationName: string;

  /** Goes off when the copy falls behind. */
  public readonly lagAlarm: Alarm;

  /** Goes off when the agent stops answering. */
  public readonly heartbeatAlarm: Alarm;

  /** Goes off when one side should follow the other and does not, or no agent runs at all. None at COLD. */
  public readonly followingAlarm?: Alarm;

  /** Go off when an execution was aborted, timed out or failed. */
  public readonly executionAlarms: Alarm[];

  private readonly access: OperatorAccess;

  /**
   * @param scope where it belongs; a stack of its own is removed most easily
   * @param id the construct's id
   * @param props what to move, and how
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: CacheMigrationProps,
  ) {
    super(scope, id);
    checkCacheMigration(this, props);
    this.migrationName = props.migrationName ?? Names.uniqueResourceName(this, { maxLength: 64, separator: '-' });
    checkMigrationName(this.migrationName);
    claimName(this, this.migrationName);
    const logs = this.logs();

    this.record = new CutoverRecord(this, 'Record', {
      ...props.record,
      blueTarget: props.blue.endpointAddress,
      greenTarget: props.green.endpointAddress,
      ...logs,
    });
    const arns = new StateMachineArns(this, this.migrationName);
    this.access = new OperatorAccess(this, this.migrationName, arns);
    const agent = new AgentWorker(this, 'Agent', {
      migrationName: this.migrationName,
      stateMachineArn: arns.stateMachine,
    });
    this.host = this.migrationHost(agent, logs);
    const journal = new Journal(this, this.migrationName, props.workloads?.length);
    const steps = this.steps(agent, journal);
    const cutover = new Cutover(this, 'Cutover', {
      migrationName: this.migrationName,
      phases: this.phases(steps),
      retire: retire(steps),
      approval: this.approval(),
      lost: lostCache(steps),
      record: steps.record,
      arns,
      journal,
      blue: this.facts(props.blue),
      green: this.facts(props.green),
      manifest: this.manifest(agent),
      timeout: this.timeout(),
      ...logs,
    });
    this.stateMachine = cutover.stateMachine;
    this.host._allowTasks(agent.activity, this.stateMachine);

    const alarms = new MigrationAlarms(this, 'Alarms', {
      migrationName: this.migrationName,
      activity: agent.activity,
      ...(props.consistency !== CacheConsistency.COLD && { reportsFrom: this.host._ready }),
    });
    this.lagAlarm = alarms.lag;
    this.heartbeatAlarm = alarms.heartbeat;
    this.followingAlarm = alarms.following;
    this.executionAlarms = [
      ...new ExecutionAlarms(this, 'Executions', {
        migrationName: this.migrationName,
        stateMachine: this.stateMachine,
      }).all,
    ];
    const own = [alarms.lag, alarms.heartbeat, alarms.following, ...this.executionAlarms];
    const all = own.filter((alarm) => alarm !== undefined);
    for (const alarm of all) alarm.addAlarmAction(...(props.alarmActions ?? []));
    new MigrationDashboard(this, 'Dashboard', {
      migrationName: this.migrationName,
      stateMachine: this.stateMachine,
      activity: agent.activity,
      alarms: [...(props.alarms ?? []), ...all],
    });
  }

  /**
   * Lets operators start, stop and look at executions with `cutover`, and approve none: give that to others.
   *
   * @param operators their role, group or user, of whatever stack
   * @returns the policy, which belongs to the migration and goes with it
   */
  public grantOperate(operators: IIdentity): Policy {
    return this.access.grantOperate(operators);
  }

  /**
   * Lets approvers say yes or no with `cutover approve`, `cutover reject` and `cutover confirm`, and start nothing. Who
   * approved is in CloudTrail (`SendTaskSuccess`); what `--by` says is a claim.
   *
   * @param approvers their role, group or user, of whatever stack
   * @returns the policy, which belongs to the migration and goes with it
   */
  public grantApprove(approvers: IIdentity): Policy {
    return this.access.grantApprove(approvers);
  }

  /** The migration, as an operator tells it. */
  private phases(steps: CacheSteps): Phase[] {
    const { workloads, checks } = steps;
    switch (this.props.consistency) {
      case CacheConsistency.COLD:
        return [
          preflight(steps),
          ...this.canary(steps),
          ...this.approve(steps),
          ...workloads.quiesce(),
          switchOver(steps),
          evict(steps),
          ...checks.beforeResume(),
          workloads.resume(),
          ...checks.afterReturn(),
          ...checks.afterResume(),
          this.watch(steps),
        ];
      case CacheConsistency.LIVE:
        return [
          preflight(steps),
          replicate(steps),
          ...this.approve(steps),
          ...workloads.quiesce(),
          switchOver(steps),
          evict(steps),
          fence(steps),
          drain(steps),
          verify(steps),
          reverse(steps),
          ...checks.beforeResume(),
          workloads.resume(),
          endReplication(steps),
          ...checks.afterReturn(),
          ...checks.afterResume(),
          this.watch(steps),
        ];
      case CacheConsistency.FENCED:
        return [
          preflight(steps),
          replicate(steps),
          ...this.approve(steps),
          settle(steps),
          ...workloads.quiesce(),
          fence(steps),
          drain(steps),
          verify(steps),
          reverse(steps),
          switchOver(steps),
          evict(steps),
          ...checks.beforeResume(),
          workloads.resume(),
          endReplication(steps),
          ...checks.afterReturn(),
          ...checks.afterResume(),
          this.watch(steps),
        ];
    }
  }

  private canary(steps: CacheSteps): Phase[] {
    const { weights } = this.props;
    if (weights === undefined) return [];
    return [
      {
        name: 'Canary',
        role: 'canary',
        purpose: 'Gives the new side a rising share; an alarm sends everybody back.',
        forward: shiftGradually(steps.scope, steps.record, weights, steps.alarms),
        undo: shiftBack(steps, 'Undo Canary'),
        direction: 'there',
      },
    ];
  }

  private approve({ scope }: CacheSteps): Phase[] {
    return approve(scope, this.approval());
  }

  private logs(): EncryptedLogs {
    const { logEncryptionKey } = this.props;
    return logEncryptionKey === undefined ? {} : { logEncryptionKey: keyOfLogs(this, logEncryptionKey) };
  }

  private approval(): ApprovalProps {
    const { migrationName } = this;
    return { migrationName, topic: this.props.approval, timeout: this.approvalTimeout() };
  }

  private watch({ scope, alarms }: CacheSteps): Phase {
    const { workloads = [], checks = [] } = this.props;
    return watch(scope, { alarms, period: this.watchPeriod(), workloads: workloads.length, checks });
  }

  private steps(agent: AgentWorker, journal: Journal): CacheSteps {
    const { blue, green, consistency, alarms, approval, copyTimeout, maxFreeze } = this.props;
    const scope = new Construct(this, 'Steps');
    const events = this.parameterGroupToOpen();
    return {
      scope,
      agent,
      record: this.record._steps(),
      door: new Door({
        hostSecurityGroupId: this.host.securityGroup.securityGroupId,
        securityGroupIds: [...this.groupIds(blue), ...this.groupIds(green)],
      }),
      clientIngress: new ClientIngress(scope, {
        vpcCidrs: vpcCidrs(this.props.vpc),
        leftBehind: this.props.clientsLeftBehind ?? [],
      }),
      ...(events !== undefined && { events: new BlueEvents(scope, events) }),
      consistency,
      blue,
      alarms: alarms ?? [],
      workloads: new Workloads(scope, journal, this.props.workloads ?? []),
      checks: new Checks(scope, this.props.checks ?? [], {
        migrationName: this.migrationName,
        agent,
        topic: approval,
      }),
      approval,
      copyTimeout: copyTimeout ?? Duration.hours(24),
      maxFreeze: maxFreeze ?? Duration.minutes(1),
    };
  }

  /** A group that this library made has events on; AWS's own groups cannot be changed. */
  private parameterGroupToOpen(): string | undefined {
    const { blue, consistency } = this.props;
    if (consistency === CacheConsistency.COLD || blue instanceof ReplicationGroup) return undefined;
    const name = blue.parameterGroupName;
    if (name === undefined) return undefined;
    return !Token.isUnresolved(name) && name.startsWith('default.') ? undefined : name;
  }

  private facts(cache: ICache): SideFacts {
    return { port: cache.endpointPort, securityGroupIds: this.groupIds(cache) };
  }

  private groupIds(cache: ICache): string[] {
    return cache.securityGroups.map((group) => group.securityGroupId);
  }

  private migrationHost(agent: AgentWorker, logs: EncryptedLogs): MigrationHost {
    const { blue, green } = this.props;
    const { checks = [] } = this.props;
    const configuration = new AgentConfiguration(this, this.configuration(), requestsOf(checks));
    const host = new MigrationHost(this, 'Host', {
      ...this.props.host,
      ...logs,
      vpc: this.props.vpc,
      activity: agent.activity,
      configurationParameter: configuration.parameterName,
      reach: configuration.reach,
      journalParameter: parameterName(this.migrationName, 'journal'),
      hostParameter: parameterName(this.migrationName, 'host'),
      secrets: [...new Set([blue.authSecret, green.authSecret])].filter((secret) => secret !== undefined),
    });
    host.node.addDependency(configuration.parameter);
    reachApplications(host, checks);
    this.letIn(host, 'Blue', blue);
    this.letIn(host, 'Green', green);
    return host;
  }

  /** The rules belong to the migration and go with it; `connections` would put them into the cache's own stack. */
  private letIn(host: MigrationHost, side: string, cache: ICache): void {
    const port = Port.tcp(cache.endpointPort);
    if (cache.securityGroups.length === 0) host.connections.allowToAnyIpv4(port, `To ${cache.node.id}`);
    cache.securityGroups.forEach((group, index) => {
      const peer = SecurityGroup.fromSecurityGroupId(this, `${side}Group${index}`, group.securityGroupId);
      peer.connections.allowFrom(host, port, HOST_RULE);
    });
  }

  private configuration(): CacheMigrationConfiguration {
    return {
      migrationName: this.migrationName,
      kind: 'cache',
      consistency: this.props.consistency,
      recordName: this.record.domainName,
      recordTtlSeconds: this.record.ttl.toSeconds(),
      blue: endpoint(this.props.blue),
      green: endpoint(this.props.green),
    };
  }

  private manifest({ activity }: AgentWorker): ManifestFacts {
    const { blue, green, alarms = [], workloads = [], checks = [] } = this.props;
    const group = this.parameterGroupToOpen();
    return {
      kind: 'cache',
      activity,
      host: this.host,
      alarms,
      records: { writer: this.record },
      parameterGroups: group === undefined ? [] : [{ name: group }],
      secrets: [blue.authSecret, green.authSecret],
      workloads,
      checks,
    };
  }

  private approvalTimeout(): Duration {
    return this.props.approvalTimeout ?? Duration.hours(24);
  }

  private watchPeriod(): Duration {
    return this.props.watch ?? Duration.hours(1);
  }

  /** Long enough for every phase at its slowest, so that only a lost execution reaches it. */
  private timeout(): Duration {
    const copy = (this.props.copyTimeout ?? Duration.hours(24)).toHours({ integral: false });
    const baking = (this.props.weights ?? []).reduce((sum, step) => sum + step.bake.toHours({ integral: false }), 0);
    return Duration.hours(
      Math.ceil(
        2 * copy +
          baking +
          this.approvalTimeout().toHours({ integral: false }) +
          this.watchPeriod().toHours({ integral: false }) +
          LONGEST_WAIT.toHours() +
          timeOfChecks(this.props.checks ?? []).toHours({ integral: false }) +
          12,
      ),
    );
  }
}

function endpoint(cache: ICache): CacheEndpoint {
  return {
    host: cache.endpointAddress,
    port: cache.endpointPort,
    // Where both are served, credentials and keys go by TLS.
    tls: cache.transitEncryption !== TransitEncryption.NONE,
    ...(cache.tlsServerName !== undefined && { serverName: cache.tlsServerName }),
    ...(cache.authSecret !== undefined && { secretArn: cache.authSecret.secretArn }),
    engine: cache.engine.name === 'valkey' ? 'valkey' : 'redis',
    engineVersion: cache.engine.version,
    clusterMode: cache.clusterMode,
  };
}
