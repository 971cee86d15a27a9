import { Duration, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Alarm, CompositeAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  CfnEIP,
  CfnEIPAssociation,
  type Connections,
  type IConnectable,
  type Instance,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import type { IGrantable, IIdentity, IPrincipal, Policy, Role } from 'aws-cdk-lib/aws-iam';
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type CfnAssociation, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { BatchDefinitions } from '../../contract/batch';
import { SessionAccess } from '../cutover/host/session-access';
import { keyOfLogs } from '../cutover/permissions/log-key';
import { assertTold, assertToldIn } from '../cutover/validations/stated';
import { inConstruct, ValidationError } from '../validation-error';
import { ApplyAssociation } from './apply-association';
import { BatchAlarms, batchMetric } from './batch-alarms';
import { BatchDashboard } from './batch-dashboard';
import type { IBatchHost, StatedJobs } from './batch-host-interface';
import { BatchGate, type BatchHostProps, type BatchLogFile } from './batch-host-props';
import { BatchDecision, type BatchJob } from './batch-job';
import { Bindings } from './bindings';
import { assertHostStated, checkHost } from './check-host';
import { checkJobs } from './check-jobs';
import { type DefinitionsAsset, definitionsAsset } from './definitions-asset';
import { HostBackup } from './host-backup';
import { HostRole } from './host-role';
import { jobDefinition } from './job-definition';
import { pinnedInstance } from './pinned-instance';

/**
 * A host that runs cron jobs, and is made from the app alone: jobs, scripts, packages, users. It is reached by Session
 * Manager only, keeps secrets in Secrets Manager and its logs in CloudWatch Logs.
 *
 * No deploy replaces or restarts it, and none cuts a run. Each slot of a job is started at most once; what failed, was
 * missed or took too long is told. A copy of it, restored or by hand, runs nothing until it holds the host's lease.
 */
export class BatchHost extends Construct implements IBatchHost, IConnectable, IGrantable {
  /** The instance. */
  public readonly instance: Instance;

  /** The host's role. Every user of the host can act as it: by the metadata service, as on any instance. */
  public readonly role: Role;

  /** Its name in metrics, alarms and in the name of its parameter. */
  public readonly hostName: string;

  /** Name of the SSM parameter that holds the ID of the instance that runs the jobs. */
  public readonly leaseParameter: string;

  /** A line a run, and what was missed, in JSON. */
  public readonly runsLogGroup: ILogGroup;

  /** Goes off when a run ended badly or died. */
  public readonly failedAlarm: Alarm;

  /** Goes off when nothing was started for a slot. */
  public readonly missedAlarm: Alarm;

  /** Goes off when a run reached its time-out or the next slot. */
  public readonly tooLongAlarm: Alarm;

  /** Goes off when no host with the lease has told for ten minutes that it lives. */
  public readonly heartbeatAlarm: Alarm;

  /** Goes off with any of the others, or when the disk is nearly full. */
  public readonly alarm: CompositeAlarm;

  /** @internal */
  public readonly _stated: StatedJobs;

  private readonly securityGroup: SecurityGroup;
  private readonly sessions: SessionAccess;
  private readonly logsOfJobs: ReadonlyMap<string, ILogGroup>;

  constructor(scope: Construct, id: string, props: BatchHostProps) {
    assertTold('BatchHost', { scope, id });
    super(scope, id);
    inConstruct(this, () => assertHostStated(props));
    this.hostName = props.hostName ?? Names.uniqueResourceName(this, { maxLength: 64, separator: '-' });
    this.leaseParameter = `/cdk-cutover/${this.hostName}/lease`;
    inConstruct(this, () => checkHost(this, this.hostName, props));
    const { gate = BatchGate.OPEN, timeZone = 'UTC' } = props;
    this._stated = { jobs: props.jobs, gate, timeZone };
    const jobs = props.jobs.filter(({ decision }) => decision !== BatchDecision.RETIRED);
    const users = (props.users ?? []).map(({ name }) => name);
    inConstruct(this, () => checkJobs(this, { jobs: props.jobs, users, timeZone }));

    const log = this.logOptions(props);
    const newLog: NewLog = (name, within = this) =>
      new LogGroup(within, `${name}Log`, { ...log, removalPolicy: RemovalPolicy.RETAIN });
    this.sessions = new SessionAccess(this, 'Sessions', { ...log, host: 'batch host' });
    this.runsLogGroup = newLog('Runs');
    const inLogs = new Construct(this, 'Jobs');
    this.logsOfJobs = new Map(jobs.map(({ name }) => [name, newLog(name, inLogs)]));
    const logFiles = (props.logFiles ?? []).map((file, index) => this.followed(file, index, newLog));

    const bindings = new Bindings(this);
    const definitions = inConstruct(this, () =>
      definitionsAsset(this, {
        files: props.files,
        definitions: bindings.extract(this.definitions(props, jobs, logFiles)),
      }),
    );
    const access = new HostRole(this, 'Role', {
      sessions: this.sessions,
      asset: definitions.asset,
      assetsKey: props.assetsKey,
      leaseParameter: this.leaseParameter,
      secrets: jobs.flatMap(({ secrets = {} }) => Object.values(secrets).map(({ secret }) => secret)),
      readsMetrics: jobs.some(({ criterion }) => criterion?._definition.metric !== undefined),
      logGroups: [this.runsLogGroup, ...this.logsOfJobs.values(), ...logFiles.map(({ logGroup }) => logGroup)],
    });
    this.role = access.role;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Batch host: reaches what its jobs need; nobody reaches it',
      allowAllOutbound: false,
    });
    this.securityGroup.connections.allowToAnyIpv4(Port.tcp(443), 'AWS APIs, Session Manager and packages');
    const { role, securityGroup } = this;
    this.instance = inConstruct(this, () => pinnedInstance(this, 'Instance', { ...props, role, securityGroup }));
    const lease = this.lease();
    if (props.elasticIp === true) this.keepAddress();
    const applied = this.haveApplied(definitions, bindings, access, lease);

    if (props.backup !== false) {
      const retention = props.backupRetention ?? Duration.days(35);
      new HostBackup(this, 'Backup', { instance: this.instance, retention, topic: props.notify });
    }
    const { hostName, instance } = this;
    const alarms = new BatchAlarms(this, 'Alarms', { hostName, instance, topic: props.notify, ready: applied });
    this.failedAlarm = alarms.failed;
    this.missedAlarm = alarms.missed;
    this.tooLongAlarm = alarms.tooLong;
    this.heartbeatAlarm = alarms.heartbeat;
    this.alarm = alarms.any;
    new BatchDashboard(this, 'Dashboard', { hostName, runs: this.runsLogGroup, alarms });
  }

  /** Principal of the host's role. */
  public get grantPrincipal(): IPrincipal {
    return this.role;
  }

  /** Whom the host may reach: HTTPS, and what you add for its jobs. */
  public get connections(): Connections {
    return this.securityGroup.connections;
  }

  /** The Session Manager document of logged sessions, for `aws ssm start-session --document-name`. */
  public get sessionDocumentName(): string {
    return this.sessions.documentName;
  }

  /**
   * Lets operators open a logged shell on the host through Session Manager. Who has one is root on the host, and so may read
   * the secrets of all jobs and reach what they reach. Grant it as you grant those.
   *
   * @param operators their role, group or user, of whatever stack
   * @returns the policy, which belongs to the host and goes with it
   */
  public grantConnect(operators: IIdentity): Policy {
    assertToldIn(this, 'BatchHost.grantConnect', { operators });
    return this.sessions.grantStart(operators, this.instance.instanceId);
  }

  /**
   * What a job writes to its standard output and error.
   *
   * @param job its name
   * @throws if the host has no such job, or it is retired
   */
  public logGroupOf(job: string): ILogGroup {
    assertToldIn(this, 'BatchHost.logGroupOf', { job });
    const logGroup = this.logsOfJobs.get(job);
    if (logGroup !== undefined) return logGroup;
    throw new ValidationError(
      `job: got '${job}'; accepted is one of those that run: ${[...this.logsOfJobs.keys()].join(', ')}.`,
      this.node.path,
    );
  }

  /**
   * How many runs of a job ended badly or died. There where it is not 0: CloudWatch bills a metric for the hours in which it
   * has values.
   *
   * @param job its name
   * @throws if the host has no such job, or it is retired
   */
  public metricFailed(job: string): Metric {
    this.logGroupOf(job);
    return batchMetric(this.hostName, 'failed', job);
  }

  /**
   * For how many slots of a job nothing was started. There where it is not 0.
   *
   * @param job its name
   * @throws if the host has no such job, or it is retired
   */
  public metricMissed(job: string): Metric {
    this.logGroupOf(job);
    return batchMetric(this.hostName, 'missed', job);
  }

  /**
   * How many runs of a job reached their time-out, or the next slot. There where it is not 0.
   *
   * @param job its name
   * @throws if the host has no such job, or it is retired
   */
  public metricTooLong(job: string): Metric {
    this.logGroupOf(job);
    return batchMetric(this.hostName, 'tooLong', job);
  }

  private logOptions({ logRetention, logEncryptionKey }: BatchHostProps) {
    return {
      retention: logRetention ?? RetentionDays.ONE_YEAR,
      encryptionKey: logEncryptionKey && keyOfLogs(this, logEncryptionKey),
    };
  }

  private followed({ path, logGroup }: BatchLogFile, index: number, newLog: NewLog) {
    return { path, logGroup: logGroup ?? newLog(`File${index}`) };
  }

  private definitions(
    props: BatchHostProps,
    jobs: readonly BatchJob[],
    logFiles: readonly { path: string; logGroup: ILogGroup }[],
  ): BatchDefinitions {
    return {
      host: this.hostName,
      region: Stack.of(this).region,
      leaseParameter: this.leaseParameter,
      timeZone: this._stated.timeZone,
      gate: this._stated.gate,
      packages: props.packages ?? [],
      setup: props.setup ?? [],
      users: (props.users ?? []).map(({ name, uid, groups = [] }) => ({ name, uid, groups })),
      logFiles: logFiles.map(({ path, logGroup }) => ({ path, logGroup: logGroup.logGroupName })),
      runsLogGroup: this.runsLogGroup.logGroupName,
      jobs: jobs.map((job) => jobDefinition(job, this.logGroupOf(job.name).logGroupName)),
    };
  }

  /** Which instance runs the jobs. CloudFormation writes it with a new instance alone. */
  private lease(): StringParameter {
    return new StringParameter(this, 'Lease', {
      parameterName: this.leaseParameter,
      simpleName: false,
      description: 'The instance that runs the jobs. One that is not named here starts none.',
      stringValue: this.instance.instanceId,
    });
  }

  private keepAddress(): void {
    const address = new CfnEIP(this, 'Address', { domain: 'vpc' });
    new CfnEIPAssociation(this, 'AddressOfHost', {
      allocationId: address.attrAllocationId,
      instanceId: this.instance.instanceId,
    });
  }

  private haveApplied(
    definitions: DefinitionsAsset,
    bindings: Bindings,
    access: HostRole,
    lease: Construct,
  ): CfnAssociation {
    const apply = new ApplyAssociation(this, 'Apply', { instance: this.instance, definitions, bindings });
    const permissions = access.allowAssociations(this.instance, apply.documentName);
    apply.association.node.addDependency(permissions, this.role, lease);
    return apply.association;
  }
}

type NewLog = (id: string, scope?: Construct) => ILogGroup;
