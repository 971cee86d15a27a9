import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import {
  type CfnStateMachine,
  DefinitionBody,
  type IStateMachine,
  QueryLanguage,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ManifestSchedules, MigrationManifest } from '../../../contract/manifest';
import { acknowledge } from '../annotations';
import { MANIFEST } from '../machine/manifest';
import { serviceOfOwnAccount } from '../permissions/service-of-own-account';
import { acknowledgeWildcard } from '../permissions/wildcard-findings';
import { IntegrationTask } from '../states/integration-task';
import { RUN_AND_WAIT } from '../states/run-and-wait';
import { scheduledStart } from './scheduled-start';

export interface SchedulesProps {
  readonly migrationName: string;
  readonly stateMachine: IStateMachine;
}

interface SchedulableMigration extends Construct, SchedulesProps {}

const ID = 'Schedules';

/** A preflight takes minutes, the wait an hour. */
const TIMEOUT = Duration.hours(6);

/**
 * What `cutover schedule` needs: a schedule group of the migration's own, a state machine that looks and waits, and a role by
 * which EventBridge Scheduler starts that one alone. Nothing of it costs while nothing is scheduled.
 */
export class Schedules extends Construct {
  /** Those of a migration, made when somebody may schedule for the first time. */
  public static of(migration: SchedulableMigration): Schedules {
    const made = migration.node.tryFindChild(ID);
    if (made instanceof Schedules) return made;
    const schedules = new Schedules(migration, ID, migration);
    const machine = migration.stateMachine.node.defaultChild as CfnStateMachine;
    const manifest = machine.getMetadata(MANIFEST) as MigrationManifest;
    machine.addMetadata(MANIFEST, { ...manifest, schedules: schedules.logicalIds } satisfies MigrationManifest);
    return schedules;
  }

  /** Logical ids, for the manifest. */
  public readonly logicalIds: ManifestSchedules;
  private readonly group: CfnScheduleGroup;
  private readonly machine: StateMachine;
  private readonly role: Role;

  constructor(scope: Construct, id: string, { migrationName, stateMachine }: SchedulesProps) {
    super(scope, id);
    this.group = new CfnScheduleGroup(this, 'Group');
    const { stateMachineArn } = stateMachine;
    this.machine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromChainable(scheduledStart(this, migrationName, stateMachineArn)),
      role: new Role(this, 'MachineRole', { assumedBy: serviceOfOwnAccount(this, 'states') }),
      queryLanguage: QueryLanguage.JSONATA,
      comment: `Starts the cutover of ${migrationName} at its time, if a preflight finds nothing an hour before.`,
      timeout: TIMEOUT,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      description: `Starts what is scheduled of ${migrationName}.`,
      // @see docs/aws-facts.md#scheduler-trust
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': this.group.attrArn },
        },
      }),
    });
    this.machine.grantStartExecution(this.role);
    this.logicalIds = {
      group: this.group.logicalId,
      role: Stack.of(this).getLogicalId(this.role.node.defaultChild as CfnScheduleGroup),
      stateMachine: (this.machine.node.defaultChild as CfnStateMachine).logicalId,
    };
    this.acknowledgeFindings();
  }

  /** What somebody needs who schedules, looks and cancels. */
  public statements(): PolicyStatement[] {
    return [
      new PolicyStatement({
        actions: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule', 'scheduler:GetSchedule'],
        resources: [this.schedules],
      }),
      new PolicyStatement({ actions: ['scheduler:ListSchedules'], resources: ['*'] }),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
      new PolicyStatement({ actions: ['states:ListExecutions'], resources: [this.machine.stateMachineArn] }),
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [this.executions],
      }),
    ];
  }

  /** @param policy that has the statements */
  public acknowledgeWildcards(policy: Policy): void {
    acknowledgeWildcard(
      policy,
      this.schedules,
      'A schedule is named when it is made; its group is the migration’s own.',
    );
    acknowledgeWildcard(policy, '*', 'ListSchedules knows no resources.');
    acknowledgeWildcard(policy, this.executions, RUN_AND_WAIT);
  }

  private get executions(): string {
    return Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.machine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** The ARN of any schedule of the group. */
  private get schedules(): string {
    return Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.group.ref}/*`,
    });
  }

  private acknowledgeFindings(): void {
    for (const finding of ['AwsSolutions-SF1', 'AwsSolutions-SF2']) {
      acknowledge(this.machine, finding, 'It starts two executions of the migration, which are logged in full.');
    }
    for (const state of this.node.findAll()) {
      if (!(state instanceof IntegrationTask)) continue;
      for (const resource of state.props.policies.flatMap(({ resources }) => resources)) {
        if (resource.includes('*')) acknowledgeWildcard(this.machine.role, resource, RUN_AND_WAIT);
      }
    }
  }
}
