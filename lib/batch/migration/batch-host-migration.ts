import { CfnOutput, Duration, Names } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IIdentity, Policy } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { CfnStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { BatchManifest, BatchManifestKey } from '../../../contract/batch-migration';
import { parameterName } from '../../cutover/migration-name';
import { keyOfLogs } from '../../cutover/permissions/log-key';
import { StateMachineArns } from '../../cutover/permissions/state-machine-arns';
import { assertTold, assertToldIn } from '../../cutover/validations/stated';
import { inConstruct } from '../../validation-error';
import type { BatchJob } from '../batch-job';
import type { BatchHostMigrationProps } from './batch-host-migration-props';
import { assertMigrationStated, checkMigration } from './check-migration';
import { HandoverDocuments } from './handover-documents';
import { type JobFacts, jobFacts } from './job-facts';
import { journalsOf } from './job-journal';
import { JobMachine } from './job-machine';
import { JobsAccess } from './jobs-access';
import { JobsAlarms } from './jobs-alarms';
import { JobsDashboard } from './jobs-dashboard';
import { JobsLook } from './jobs-look';
import { JobsMachine } from './jobs-machine';

export const BATCH_MANIFEST: BatchManifestKey = 'cdk-cutover:batch-manifest';

/**
 * Moves cron jobs one by one from an old server to a BatchHost, while both crons go on. Each slot is started once: blue's are
 * before a cut, green's after it, and what passed meanwhile is made up for as the job's `late` says. A job whose runs do not
 * meet their criterion on green goes back by itself; any of them, and all, can be returned.
 *
 * Deploying it moves nothing. An operator starts `{"action": "cutover", "jobs": ["orders"]}`.
 */
export class BatchHostMigration extends Construct {
  /** Moves several jobs, or all: what operators start. */
  public readonly stateMachine: StateMachine;

  /** Moves one job. */
  public readonly jobStateMachine: StateMachine;

  /** Name of the migration's state machines and SSM parameters. */
  public readonly migrationName: string;

  /** Goes off when a job was sent back, or could not move. */
  public readonly failedAlarm: Alarm;

  /** Goes off when an execution was stopped, or took too long: it is recovered by itself. */
  public readonly interruptedAlarm: Alarm;

  private readonly access: JobsAccess;

  constructor(scope: Construct, id: string, props: BatchHostMigrationProps) {
    assertTold('BatchHostMigration', { scope, id });
    super(scope, id);
    inConstruct(this, () => assertMigrationStated(props));
    this.migrationName = props.migrationName ?? Names.uniqueResourceName(this, { maxLength: 64, separator: '-' });
    inConstruct(this, () => checkMigration(this, this.migrationName, props));
    const { migrationName } = this;
    const { blue, host, pause = Duration.days(7) } = props;
    const jobs = inConstruct(this, () => props.jobs.map((job) => jobFacts(job, host._stated, pause)));
    const logs = props.logEncryptionKey && { logEncryptionKey: keyOfLogs(this, props.logEncryptionKey) };

    const documents = new HandoverDocuments(this, 'Documents', { blue, host });
    const jobArns = new StateMachineArns(this, `${migrationName}-job`);
    const job = new JobMachine(this, 'Job', {
      migrationName,
      arns: jobArns,
      jobs,
      documents,
      blue: documents.source,
      hosts: { blue: blue._id ?? '', green: host.instance.instanceId },
      ...logs,
    });
    this.jobStateMachine = job.stateMachine;
    const look = new JobsLook(this, 'Look', { migrationName, arns: jobArns, job: job.stateMachine });
    const arns = new StateMachineArns(this, migrationName);
    const after = Object.fromEntries(props.jobs.map((each) => [each.name, each.after ?? []]));
    const all = new JobsMachine(this, 'Jobs', { migrationName, arns, jobArns, job: job.stateMachine, after, ...logs });
    this.stateMachine = all.stateMachine;

    const alarms = new JobsAlarms(this, 'Alarms', { migrationName, job: job.stateMachine, topic: props.notify });
    this.failedAlarm = alarms.failed;
    this.interruptedAlarm = alarms.interrupted;
    new JobsDashboard(this, 'Dashboard', { migrationName, job: job.stateMachine, jobs, alarms: alarms.all });
    this.access = new JobsAccess(this, migrationName, arns, jobArns);
    this.name(documents, jobs, job, look, props);
  }

  /**
   * Lets operators start, stop and look at executions with `cutover`.
   *
   * @param operators their role, group or user, of whatever stack
   * @returns the policy, which belongs to the migration and goes with it
   */
  public grantOperate(operators: IIdentity): Policy {
    assertToldIn(this, 'BatchHostMigration.grantOperate', { operators });
    return this.access.grantOperate(operators);
  }

  /** By what the command and a rehearsal find it. */
  private name(
    documents: HandoverDocuments,
    jobs: readonly JobFacts[],
    job: JobMachine,
    look: JobsLook,
    props: BatchHostMigrationProps,
  ): void {
    const { migrationName } = this;
    new StringParameter(this, 'Name', {
      parameterName: parameterName(migrationName, 'state-machine'),
      simpleName: false,
      description: 'By which the cutover command finds this migration.',
      stringValue: this.stateMachine.stateMachineArn,
    });
    new StringParameter(this, 'Configuration', {
      parameterName: parameterName(migrationName, 'configuration'),
      simpleName: false,
      description: 'By which the cutover command knows that this migration moves jobs.',
      stringValue: JSON.stringify({ kind: 'batch' }),
    });
    new CfnOutput(this, 'MigrationName', {
      value: migrationName,
      description: 'What the cutover command calls this migration: cutover start NAME preflight',
    });
    const { blue, host } = props;
    const manifest: BatchManifest = {
      version: 1,
      migration: migrationName,
      blue: { ...(blue._id !== undefined && { instance: blue._id }), tags: blue._tags },
      green: { hostName: host.hostName, instance: host.instance.instanceId },
      documents: { blue: documents.blue.document, green: documents.green.document },
      stateMachines: {
        job: job.stateMachine.stateMachineArn,
        // Made of its name: a reference to the resource in its own metadata would be a circle.
        jobs: new StateMachineArns(this, migrationName).stateMachine,
        look: look.stateMachine.stateMachineArn,
      },
      journals: journalsOf(migrationName),
      jobs: jobs.map(({ name, decision, file, sha256, user, provedBy }, index) => ({
        name,
        decision,
        ...forPeople(host._stated.jobs.find((job) => job.name === name)),
        file,
        sha256,
        user,
        provedBy,
        after: props.jobs[index]?.after ?? [],
      })),
      states: job.states,
    };
    const resource = this.stateMachine.node.defaultChild as CfnStateMachine;
    resource.addMetadata(BATCH_MANIFEST, manifest);
  }
}

/** What the runbook says of a job. */
const forPeople = ({ owner, purpose, schedule }: Partial<BatchJob> = {}) => ({
  ...(owner !== undefined && { owner }),
  ...(purpose !== undefined && { purpose }),
  ...(schedule !== undefined && { schedule }),
});
