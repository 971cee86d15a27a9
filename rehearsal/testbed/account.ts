import type { Assembly } from '../assembly';
import { ApplicationAutoScaling } from '../aws/application-auto-scaling/application-auto-scaling';
import { CallJournal, type JournalEntry } from '../aws/call-journal';
import { type Clock, systemClock } from '../aws/clock';
import { CloudFormation } from '../aws/cloudformation';
import { CloudWatch } from '../aws/cloudwatch/cloudwatch';
import { ControlPlane, type ControlPlaneProps } from '../aws/control-plane';
import { Ec2 } from '../aws/ec2/ec2';
import { Ecs } from '../aws/ecs/ecs';
import type { TaskPace } from '../aws/ecs/service-task';
import type { AwsEnvironment } from '../aws/environment';
import { EventBridge } from '../aws/eventbridge/eventbridge';
import type { FaultHook } from '../aws/faults';
import { Identifiers } from '../aws/identifiers';
import { ruleTarget } from '../aws/integration/rule-target';
import { StateMachineRunners } from '../aws/integration/scripted-state-machines';
import { keysOf } from '../aws/kms/keys-of-assembly';
import { Kms } from '../aws/kms/kms';
import { type AssumedBy, assumeRole, type Principal, parseStatement } from '../aws/policy';
import type { HostedZone } from '../aws/route53/hosted-zone';
import { Route53 } from '../aws/route53/route53';
import type { StateMachineRunner } from '../aws/sfn/executions';
import { Sfn } from '../aws/sfn/sfn';
import { tagsOf } from '../aws/sfn/tags';
import { Sns, topicsOf } from '../aws/sns';
import { documentsOf } from '../aws/ssm/documents';
import { sessionDocumentsOf } from '../aws/ssm/sessions';
import { Ssm } from '../aws/ssm/ssm';
import { Sts } from '../aws/sts';
import type { Side } from '../report/result';
import type { CheckAnswers } from './checks/check-answers';
import { Traces } from './checks/traces';
import { type Clients, deployClients } from './clients/client-sources';
import { type Migration, type MovedRecord, recordsOf } from './migration';
import type { SystemUnderTest } from './system-under-test';
import type { ServerName } from './testbed-network';
import type { WorkloadBackends } from './workload-backends/workload-backends';
import { WorkloadServices } from './workload-services';

export interface AccountProps {
  readonly assembly: Assembly;
  readonly migration: Migration;
  readonly system: Pick<SystemUnderTest, 'services' | 'configuration' | 'measure'>;
  readonly seed: string;
  readonly runner: StateMachineRunner;
  readonly faults: FaultHook;
  /** @default - reads are answered as things are */
  readonly staleReads?: ControlPlaneProps['staleReads'];
  readonly onCall: (entry: JournalEntry) => void;
  /** Starts and stops the clients that an ECS service stands for. */
  readonly scaleService: (service: string, running: number) => Promise<void>;
  /** Milliseconds from a change of records until the name servers have it. */
  readonly propagationMs: number;
  /** Where the agent finds a side. */
  readonly addressOf: (server: ServerName) => string;
  /** What workloads run on that no service of AWS has. */
  readonly backends: Pick<WorkloadBackends, 'hosts' | 'stateMachines'>;
  /** How the applications are that checks look at. */
  readonly answers: CheckAnswers;
  /** What time it is for the state machine: what applications leave behind is compared with it. */
  readonly machineTime: () => number;
  /** @default - real time */
  readonly clock?: Clock;
  /** @default - short, as all is that a rehearsal waits for */
  readonly taskPace?: TaskPace;
}

/** Where RDS gives green blue's names and readers have none of their own, no zone of the account's matters. */
const NO_RECORD = { zoneId: 'Z0123456789NOBODY', name: 'nobody.internal' };

/** Minutes on AWS; here long enough to find out a migration that does not wait for tasks to end. Milliseconds. */
const TASK_PACE: TaskPace = { tellMs: 200, startMs: 500, drainMs: 3_000, stopMs: 500, deprovisionMs: 500 };

/** The AWS account as the migration finds it: all of the assembly deployed, clients' rules, services and alarms in place. */
export class Account {
  readonly controlPlane: ControlPlane;
  readonly environment: AwsEnvironment;
  readonly route53: Route53;
  readonly zone: HostedZone;
  readonly ec2: Ec2;
  readonly ssm: Ssm;
  readonly sfn: Sfn;
  readonly ecs: Ecs;
  readonly cloudwatch: CloudWatch;
  readonly eventBridge: EventBridge;
  readonly workloads: WorkloadServices;
  /** The deployer, starts executions and approves: may do everything. */
  readonly operator: Principal;
  /** Who blue lets in. */
  readonly clients: Clients;

  constructor(private readonly props: AccountProps) {
    const { assembly, migration, seed, runner, faults, onCall, scaleService, propagationMs, backends } = props;
    const [, , , region = '', account = ''] = migration.stateMachine.arn.split(':');
    this.environment = { account, region, clock: props.clock ?? systemClock, ids: new Identifiers(seed) };
    const { environment } = this;
    this.route53 = new Route53({ environment, propagationMs: () => propagationMs });
    const [record = NO_RECORD] = recordsOf(migration);
    this.zone = this.route53.addZone(record.zoneId, record.name.split('.').slice(1).join('.'));
    this.ec2 = new Ec2(environment);
    this.ssm = new Ssm({
      environment,
      documents: documentsOf(assembly),
      sessionDocuments: sessionDocumentsOf(assembly),
      runCommand: backends.hosts.run,
    });
    for (const instance of backends.hosts.instances) {
      this.ec2.instances.add(instance);
      this.ssm.instances.register(instance);
    }
    this.sfn = new Sfn({
      environment,
      activityArns: migration.activityArns,
      tags: tagsOf(assembly),
      runner: new StateMachineRunners([runner, backends.stateMachines]),
      ...(props.staleReads !== undefined && { endShownAfterMs: props.staleReads.longestMs }),
    });
    this.ecs = new Ecs({
      environment,
      pace: props.taskPace ?? TASK_PACE,
      scale: ({ name }, running) => scaleService(name, running),
    });
    this.cloudwatch = new CloudWatch(environment);
    this.eventBridge = new EventBridge({
      environment,
      invoke: (...delivery) =>
        ruleTarget(this.controlPlane, assembly, (...session) => this.principal(...session))(...delivery),
    });
    this.workloads = new WorkloadServices({
      environment,
      assembly,
      workloads: migration.workloads,
      ecs: this.ecs,
      eventBridge: this.eventBridge,
      cloudwatch: this.cloudwatch,
    });
    const { answers, machineTime } = props;
    const traces = new Traces({
      environment: { ...environment, clock: { ...environment.clock, now: machineTime } },
      assembly,
      checks: migration.checks,
      answers,
      cloudwatch: this.cloudwatch,
    });
    const keys = keysOf(assembly, account);
    this.controlPlane = new ControlPlane({
      environment,
      keys,
      faults,
      ...(props.staleReads !== undefined && { staleReads: props.staleReads }),
      journal: new CallJournal(onCall),
      services: [
        this.route53,
        this.ec2,
        this.ssm,
        this.sfn,
        this.ecs,
        ...props.system.services(environment),
        ...this.workloads.services,
        ...traces.services,
        this.cloudwatch,
        new CloudFormation({ environment, assembly }),
        new Sts(environment),
        new ApplicationAutoScaling(environment),
        new Kms(environment, keys),
        new Sns({ environment, topics: topicsOf(assembly), keys }),
      ],
    });
    this.operator = {
      arn: `arn:aws:sts::${account}:assumed-role/Operator/rehearsal`,
      roleArn: `arn:aws:iam::${account}:role/Operator`,
      statements: [parseStatement({ Effect: 'Allow', Action: '*', Resource: '*' })],
    };
    this.clients = deployClients({
      assembly,
      migration,
      securityGroups: this.ec2.securityGroups,
      ids: environment.ids,
    });
    for (const name of migration.alarmNames) this.cloudwatch.addAlarm(name);
    props.system.measure?.(this.cloudwatch);
  }

  get assembly(): Assembly {
    return this.props.assembly;
  }

  /** What the agent works with: the sides where they stand on this machine. */
  get configuration(): string {
    return this.props.system.configuration(this.props.addressOf);
  }

  /** Where clients find the relay. */
  get relayAddress(): string {
    return this.props.addressOf('relay');
  }

  /** What the state machine's role, or the host's, may do. */
  principal(roleArn: string, session: string, by: AssumedBy): Principal {
    return assumeRole(this.props.assembly.role(roleArn), session, by);
  }

  /** What needs the API: parameters, and the record as a simple one that the deploy turns into the weighted pair. */
  async deploy(): Promise<void> {
    const { assembly, migration } = this.props;
    for (const parameter of assembly.resources('AWS::SSM::Parameter')) {
      const name = String(parameter.property('Name'));
      const isConfiguration = name === migration.configurationParameter;
      await this.asOperator('ssm', 'putParameter', {
        Name: name,
        Type: 'String',
        Tier: parameter.property('Tier') ?? 'Standard',
        Value: isConfiguration ? this.configuration : String(parameter.property('Value')),
      });
    }
    for (const record of recordsOf(migration)) await this.changeRecord({ blue: 100, green: 0 }, record);
    // A resolver that asked before would remember for long that there is no such name.
    await this.environment.clock.sleep(this.props.propagationMs + 1);
  }

  asOperator(service: string, action: string, input: Record<string, unknown>): Promise<object> {
    return this.controlPlane.call({ service, action, arguments: input, principal: this.operator });
  }

  /** The weighted pair, as an operator with the console would set it. */
  async changeRecord(weights: Readonly<Record<Side, number>>, record: MovedRecord): Promise<void> {
    const set = (side: Side) => ({
      Action: 'UPSERT',
      ResourceRecordSet: {
        Name: record.name,
        Type: 'CNAME',
        SetIdentifier: side,
        Weight: weights[side],
        TTL: record.ttlSeconds,
        ResourceRecords: [{ Value: record.targets[side] }],
      },
    });
    await this.asOperator('route53', 'changeResourceRecordSets', {
      HostedZoneId: record.zoneId,
      ChangeBatch: { Changes: [set('blue'), set('green'), ...this.relayOf(record)] },
    });
  }

  /** The entry of the relay, which nobody is led to, and its own name. */
  private relayOf({ name, relay, ttlSeconds: TTL }: MovedRecord): object[] {
    if (relay === undefined) return [];
    const value = (Value: string) => ({ TTL, ResourceRecords: [{ Value }] });
    const upsert = (ResourceRecordSet: object) => ({ Action: 'UPSERT', ResourceRecordSet });
    return [
      upsert({ Name: name, Type: 'CNAME', SetIdentifier: 'relay', Weight: 0, ...value(relay) }),
      upsert({ Name: relay, Type: 'A', ...value(this.relayAddress) }),
    ];
  }

  /** Weights as the name servers answer with them; a side without a record has 0. */
  weights(record: MovedRecord): Record<Side, number> {
    const name = `${record.name}.`;
    const sets = this.zone.recordsInSync(this.environment.clock.now()).filter((set) => set.Name === name);
    const weight = (side: Side) => sets.find(({ SetIdentifier }) => SetIdentifier === side)?.Weight ?? 0;
    return { blue: weight('blue'), green: weight('green') };
  }
}
