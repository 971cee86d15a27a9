import type { MysqlVerbs } from '../../../contract/mysql';
import type { Assembly } from '../../../rehearsal/assembly';
import { ApplicationAutoScaling } from '../../../rehearsal/aws/application-auto-scaling/application-auto-scaling';
import { CallJournal, type JournalEntry } from '../../../rehearsal/aws/call-journal';
import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { Ec2 } from '../../../rehearsal/aws/ec2/ec2';
import type { NewRule } from '../../../rehearsal/aws/ec2/security-group';
import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import { EventBridge } from '../../../rehearsal/aws/eventbridge/eventbridge';
import { Identifiers } from '../../../rehearsal/aws/identifiers';
import { optimizedTasks } from '../../../rehearsal/aws/integration/optimized-tasks';
import type { Keys } from '../../../rehearsal/aws/kms/keys';
import { keysOf } from '../../../rehearsal/aws/kms/keys-of-assembly';
import { Kms } from '../../../rehearsal/aws/kms/kms';
import { assumeRole, parseStatement } from '../../../rehearsal/aws/policy';
import type { DbCluster } from '../../../rehearsal/aws/rds/database';
import { Rds, type RdsProps } from '../../../rehearsal/aws/rds/rds';
import type { HostedZone } from '../../../rehearsal/aws/route53/hosted-zone';
import { Route53 } from '../../../rehearsal/aws/route53/route53';
import { SDK_SERVICES, sdkOperations } from '../../../rehearsal/aws/sdk-schemas';
import type { ExecutionView } from '../../../rehearsal/aws/sfn/executions';
import { Sfn } from '../../../rehearsal/aws/sfn/sfn';
import { Sns, topicsOf } from '../../../rehearsal/aws/sns';
import { Ssm } from '../../../rehearsal/aws/ssm/ssm';
import {
  type Execution,
  type ExecutionResult,
  startExecution,
  TaskFailure,
  type TaskRequest,
  VirtualClock,
} from '../../../rehearsal/states-language';
import { CheckAnswers } from '../../../rehearsal/testbed/checks/check-answers';
import type { CheckBehaviour } from '../../../rehearsal/testbed/checks/check-behaviours';
import { sideOf } from '../../../rehearsal/testbed/side-of';
import { updateRecords } from '../../../rehearsal/testbed/update-records';
import { MYSQL_WELL } from '../agent-when-well';
import { staleReads } from '../cloud';
import { parsedOnce } from '../parsed-once';
import { refusalOfAgent } from '../refusal-of-agent';
import { taskHandler } from '../task-handler';
import { ACCOUNT, BLUE_GROUP, GREEN_GROUP, REGION } from './databases-under-test';
import { type AgentArgs, meetEngines } from './meet-engines';

type Side = 'blue' | 'green';
type Verb = keyof MysqlVerbs;

export interface RunOptions {
  /** What a task ends with although it was carried out: its answer is lost. Undefined lets it be. */
  readonly fail?: (state: string) => TaskFailure | undefined;
  /** What a task is refused with: it is not carried out. */
  readonly refuse?: (state: string) => TaskFailure | undefined;
  /** The execution is stopped as it enters this state, as by StopExecution. */
  readonly abortAt?: string;
  /** This task is never answered, so that the execution runs into its time-out. */
  readonly hangAt?: string;
  /** The last execution but so many, which has ended, is taken up again. @default - a new one is started */
  readonly redrive?: number;
  /** Whether the execution is stopped as it enters a state. */
  readonly abort?: (state: string) => boolean;
  /** Called as a state is entered. */
  readonly entered?: (state: string) => void;
}

/** What an operator and the clients could tell of the account. */
export interface ObservedState {
  readonly writers: Readonly<Record<Side, number>>;
  readonly readers: Readonly<Record<Side, number>>;
  /** The clients' rules of each side. */
  readonly ingress: Readonly<Record<Side, readonly string[]>>;
  /** Whom each side follows, by RDS or by itself. */
  readonly follows: Readonly<Record<Side, Side | undefined>>;
  /** The execution that holds it: the last that took it, as long as it runs. */
  readonly lock: string | undefined;
  readonly phase: string | undefined;
}

/** As RDS takes its time. A deletion of what holds nothing is over at once, unless a test says otherwise. */
const DURATIONS = {
  ...{ create: 600_000, modify: 120_000, promote: 90_000, reboot: 150_000, switchover: 20_000 },
  ...{ endpoint: 20_000, leaveEndpoint: 38_000, joinEndpoint: 120_000 },
};

/** What is not as in every rehearsal. */
export type RdsOfCloud = Pick<RdsProps, 'backend' | 'ways' | 'durations'>;

const ZONE = 'Z0123456789ABCDEFGHIJ';
const PORT = { isEgress: false, protocol: 'tcp', fromPort: 3306, toPort: 3306 };

/**
 * The account that a migration of `Databases` runs in: every service of the rehearsal that it calls, in virtual time, and
 * an agent that says what a test tells it to. Whole cutovers take milliseconds, so that they can be tried by the hundred;
 * the rehearsal runs them on real engines.
 */
export class DatabaseCloud {
  readonly clock = new VirtualClock();
  readonly cloudwatch: CloudWatch;
  readonly rds: Rds;
  readonly keys: Keys;
  readonly scaling: ApplicationAutoScaling;
  readonly broken: string[] = [];
  /** Verbs and sides, as they were asked of the agent. */
  readonly asked: { readonly verb: Verb; readonly args: unknown }[] = [];
  /** How what checks ask behaves, by their names; what is not named works. */
  readonly behaviours = new Map<string, CheckBehaviour>();
  /** What somebody answers as soon as a check asks a person; undefined: nobody is there. */
  confirms: 'yes' | 'no' | undefined = 'yes';
  /** What the agent fails with, whatever it is asked. Undefined lets it answer. */
  ailment: (args: unknown) => TaskFailure | undefined = () => undefined;
  /** Answers the agent's tasks. */
  agent: (verb: Verb, args: unknown) => unknown = (verb) => MYSQL_WELL[verb];

  private readonly answers = new CheckAnswers(this.behaviours, async () => this.serving() ?? 'blue');
  private readonly machine;
  private readonly principal;
  readonly plane: ControlPlane;
  private readonly environment: AwsEnvironment;
  private versionOfBlue?: string | undefined;
  private readonly zone: HostedZone;
  private readonly ec2: Ec2;
  private readonly ssm: Ssm;
  private readonly sfn: Sfn;
  private readonly hostGroup: string;
  /** Of a managed migration: the group of a side that clients have left; otherwise none is called so. */
  readonly closedGroup: string;
  private readonly executions: { view: ExecutionView; execution: Execution }[] = [];
  /** Whom a side follows by the engine's own replication: RDS knows nothing of it. */
  private readonly byItself = new Map<Side, Side>();

  /** @param staleSeed has reads answered as it was some seconds before, by this seed */
  static async of(
    assembly: Assembly,
    put: (rds: Rds) => void,
    props: RdsOfCloud = {},
    staleSeed?: string,
  ): Promise<DatabaseCloud> {
    // Virtual time goes on whenever nothing but a timer is waited for, and so it would while a module loads.
    await Promise.all(SDK_SERVICES.map((service) => sdkOperations(service)));
    const cloud = new DatabaseCloud(assembly, props, staleSeed);
    put(cloud.rds);
    cloud.versionOfBlue = cloud.rds.databases.clusters.find(({ identifier }) => identifier === 'blue')?.engineVersion;
    await cloud.deployRecords(assembly);
    return cloud;
  }

  private constructor(
    private readonly assembly: Assembly,
    props: RdsOfCloud,
    staleSeed?: string,
  ) {
    const [machine] = assembly.stateMachines();
    if (machine === undefined) throw new Error('The assembly has no state machine.');
    this.machine = { ...machine, parsed: parsedOnce(machine) };
    this.principal = assumeRole(assembly.role(machine.roleArn), 'execution', {
      service: 'states.amazonaws.com',
      sourceArn: machine.arn,
    });
    const { clock } = this;
    const never = new AbortController().signal;
    const sleep = (ms: number, signal = never) =>
      clock.sleep(ms / 1000, { signal, reason: 'wait', state: 'RDS' }).catch(() => {});
    this.environment = {
      account: ACCOUNT,
      region: REGION,
      ids: new Identifiers('cloud'),
      clock: { now: () => clock.now(), sleep },
    };
    const { environment } = this;
    // Route 53 and Systems Manager work on forever: they would drive virtual time.
    const still = { ...environment, clock: { now: () => clock.now(), sleep: () => new Promise<void>(() => {}) } };
    const route53 = new Route53({ environment: still, propagationMs: () => 20_000 });
    this.zone = route53.addZone(ZONE, 'internal.example');
    this.ec2 = new Ec2(environment);
    this.rds = new Rds({
      environment,
      ...props,
      durations: { ...DURATIONS, ...props.durations },
    });
    this.ssm = new Ssm({
      environment: still,
      runCommand: () => Promise.reject(new Error('No instance runs commands here.')),
    });
    this.scaling = new ApplicationAutoScaling(environment);
    this.cloudwatch = new CloudWatch(environment);
    this.cloudwatch.addAlarm('OrderErrors');
    this.sfn = new Sfn({
      environment,
      activityArns: assembly.resources('AWS::StepFunctions::Activity').map(({ physicalId }) => String(physicalId)),
      runner: {
        stateMachineArns: [machine.arn],
        executions: () => this.executions.map(({ view, execution }) => ({ ...view, status: execution.status })),
        start: () => {},
        stop: () => Promise.resolve(),
      },
    });
    this.keys = keysOf(assembly, ACCOUNT);
    this.plane = new ControlPlane({
      environment,
      keys: this.keys,
      journal: new CallJournal((entry) => this.afterCall(entry)),
      ...staleReads(staleSeed),
      services: [
        ...[route53, this.ec2, this.rds, this.scaling, this.ssm, this.cloudwatch, this.sfn],
        new EventBridge({ environment, invoke: () => Promise.resolve() }),
        new Kms(environment, this.keys),
        new Sns({
          environment,
          topics: [{ arn: `arn:aws:sns:${REGION}:${ACCOUNT}:announcements` }, ...topicsOf(assembly)],
          keys: this.keys,
        }),
      ],
    });
    const groups = assembly.resources('AWS::EC2::SecurityGroup');
    this.hostGroup = String(
      groups.find((group) => String(group.property('GroupDescription')).startsWith('Migration host'))?.physicalId,
    );
    const closed = groups.find((group) => String(group.property('GroupDescription')).startsWith('The side that'));
    this.closedGroup = String(closed?.physicalId);
    this.deployNetwork();
  }

  /** Runs one execution to its end. */
  async run(
    action: string,
    { fail, refuse, abortAt, hangAt, abort, entered, redrive }: RunOptions = {},
  ): Promise<ExecutionResult> {
    const handle = taskHandler({
      plane: this.plane,
      principal: this.principal,
      tokens: this.sfn.tokens,
      optimized: optimizedTasks({ sfn: this.sfn }),
      work: (request) => this.work(request),
    });
    const input = { action };
    const before = redrive === undefined ? undefined : this.executions[redrive];
    const name = before?.view.name ?? `run-${this.executions.length}`;
    const execution = startExecution(this.machine.parsed, {
      clock: this.clock,
      random: () => 0.5,
      input,
      name,
      ...(before?.execution.redrive !== undefined && { redrive: before.execution.redrive }),
      stateMachineArn: this.machine.arn,
      listener: {
        stateEntered: ({ name: state }) => {
          entered?.(state);
          if (state === abortAt || abort?.(state) === true) queueMicrotask(() => void execution.stop());
        },
      },
      taskHandler: async (request) => {
        if (request.stateName === hangAt) return new Promise(() => {});
        const refusal = refuse?.(request.stateName);
        if (refusal !== undefined) throw refusal;
        const failure = fail?.(request.stateName);
        const answer = handle(request);
        if (failure === undefined) return answer;
        await answer.catch(() => {});
        throw failure;
      },
    });
    if (before !== undefined) {
      before.execution = execution;
      return execution.result;
    }
    this.executions.unshift({
      execution,
      view: {
        executionArn: execution.arn,
        stateMachineArn: this.machine.arn,
        name,
        status: 'RUNNING',
        startedAt: this.clock.now(),
        input: JSON.stringify(input),
      },
    });
    return execution.result;
  }

  /** Who is written to. */
  serving(): Side | undefined {
    const production = this.rds.databases.clusters.find(({ identifier }) => identifier === 'blue');
    const { blue, green } = this.weights('shop.');
    if (blue + green > 0) return sideOf({ blue, green });
    // RDS gives green, which is of the next version, the name of blue.
    return production?.engineVersion === this.versionOfBlue ? 'blue' : 'green';
  }

  /** A deploy that changes nothing. */
  updateRecords(): Promise<void> {
    const sleep = (ms: number) => this.environment.clock.sleep(ms);
    return updateRecords({ assembly: this.assembly, plane: this.plane, sleep });
  }

  raiseAlarm(): void {
    this.cloudwatch.setAlarmState('OrderErrors', 'ALARM', 'by the test');
  }

  /** Nothing was started that has not ended. */
  async stop(): Promise<void> {}

  /** What somebody does by hand, who may do everything. */
  callAsAdministrator(service: string, action: string, input: Record<string, unknown>): Promise<unknown> {
    const arn = `arn:aws:iam::${ACCOUNT}:role/Administrator`;
    const statements = [parseStatement({ Effect: 'Allow', Action: '*', Resource: '*' })];
    return this.plane.call({ service, action, arguments: input, principal: { arn, roleArn: arn, statements } });
  }

  /** Where the readers' record of a side leads. */
  targetOfReaders(side: Side): string {
    const record = this.zone.records.find(
      ({ Name, SetIdentifier }) => Name?.startsWith('shop-reader.') && SetIdentifier === side,
    );
    return String(record?.ResourceRecords?.[0]?.Value);
  }

  observe(): ObservedState {
    const follows = (side: Side) => this.byItself.get(side) ?? this.byRds(side);
    return {
      writers: this.weights('shop.'),
      readers: this.weights('shop-reader.'),
      ingress: { blue: this.clientRules('blue'), green: this.clientRules('green') },
      follows: { blue: follows('blue'), green: follows('green') },
      lock: this.holder(),
      phase: this.parameter('journal') && JSON.parse(String(this.parameter('journal'))).phase,
    };
  }

  private holder(): string | undefined {
    const { execution: holder } = JSON.parse(this.parameter('lock') ?? '{}');
    return this.executions.some(({ execution }) => execution.arn === holder && execution.status === 'RUNNING')
      ? holder
      : undefined;
  }

  /** Of the migration's parameters. */
  parameter(leaf: string): string | undefined {
    return this.ssm.parameters.valueOf(`/cdk-cutover/shop/${leaf}`);
  }

  private byRds(side: Side): Side | undefined {
    const green = this.rds.databases.clusters.find(({ identifier }) => identifier === 'green');
    return side === 'green' && green?.replicationSource !== undefined ? 'blue' : undefined;
  }

  private async work(request: TaskRequest): Promise<unknown> {
    const { verb, args } = request.arguments as unknown as { verb: Verb; args: AgentArgs };
    this.asked.push({ verb, args });
    const refusal =
      refusalOfAgent(request.arguments, this.broken) ??
      this.ailment(args) ??
      (await meetEngines({ rds: this.rds, clock: this.clock, request, args }));
    if (refusal === undefined && String(verb).startsWith('check.')) {
      return this.answers.of(String((args as { check?: string }).check), request.signal);
    }
    const answer = refusal ?? (await this.agent(verb, args));
    if (answer instanceof TaskFailure) throw answer;
    if (verb === 'mysql.follow' && args.to !== undefined && args.from !== undefined) {
      this.byItself.set(args.to, args.from);
    }
    if (verb === 'mysql.detach' && args.side !== undefined) this.byItself.delete(args.side);
    return answer;
  }

  /** Whether clients may: who connects, and what the engine lets them do. */
  isWritable({ securityGroupIds, readOnlyUntilReboot, replicationSource }: DbCluster): boolean {
    return securityGroupIds.includes(BLUE_GROUP) && !readOnlyUntilReboot && replicationSource === undefined;
  }

  private afterCall({ action, input }: JournalEntry): void {
    const writable = this.rds.databases.clusters.filter((cluster) => this.isWritable(cluster));
    if (writable.length > 1) this.broken.push(`clients may write to ${writable.map(({ identifier }) => identifier)}`);
    for (const [name, { blue, green }] of Object.entries({
      writers: this.weights('shop.'),
      readers: this.weights('shop-reader.'),
    })) {
      if (this.zone.records.length > 0 && blue === 0 && green === 0 && this.hasRecord(name)) {
        this.broken.push(`both weights of ${name} are 0`);
      }
      if (name === 'writers' && blue > 0 && green > 0) this.broken.push('writers are sent to both sides');
    }
    if (action !== 'putParameter') return;
    const { Name } = input as { Name: string };
    if (Name === '/cdk-cutover/shop/confirmation') this.confirm();
    if (Name !== '/cdk-cutover/shop/approval') return;
    const { token } = JSON.parse(String(this.parameter('approval')));
    if (token !== undefined) queueMicrotask(() => this.sfn.tokens.succeed(token, '{"by":"me"}'));
  }

  private confirm(): void {
    const { token } = JSON.parse(String(this.parameter('confirmation')));
    if (token === undefined) return;
    if (this.confirms === 'yes') queueMicrotask(() => this.sfn.tokens.succeed(token, '{"by":"ann"}'));
    if (this.confirms === 'no') queueMicrotask(() => this.sfn.tokens.fail(token, 'Refused', 'ann: pages are empty'));
  }

  private hasRecord(name: string): boolean {
    return this.zone.records.some(({ Name }) => Name?.startsWith(name === 'writers' ? 'shop.' : 'shop-reader.'));
  }

  private weights(name: string): Record<Side, number> {
    const weight = (side: Side) =>
      this.zone.records.find(({ Name, SetIdentifier }) => Name?.startsWith(name) && SetIdentifier === side)?.Weight ??
      0;
    return { blue: weight('blue'), green: weight('green') };
  }

  private clientRules(side: Side): string[] {
    return this.ec2.securityGroups
      .ingress(side === 'blue' ? BLUE_GROUP : GREEN_GROUP)
      .filter(({ source }) => source.kind === 'cidr')
      .map(({ id, ...rule }) => JSON.stringify(rule))
      .sort();
  }

  private async deployRecords(assembly: Assembly): Promise<void> {
    for (const record of assembly.resources('Custom::CutoverRecord')) {
      const set = (side: Side, weight: number) => ({
        Action: 'CREATE',
        ResourceRecordSet: {
          Name: String(record.property('RecordName')),
          Type: 'CNAME',
          SetIdentifier: side,
          Weight: weight,
          TTL: Number(record.property('TtlSeconds')),
          ResourceRecords: [{ Value: String(record.property(side === 'blue' ? 'BlueTarget' : 'GreenTarget')) }],
        },
      });
      await this.callAsAdministrator('route53', 'changeResourceRecordSets', {
        HostedZoneId: ZONE,
        ChangeBatch: { Changes: [set('blue', 100), set('green', 0)] },
      });
    }
  }

  /** Clients, the host, and the other side: only the first are ever kept out. */
  private deployNetwork(): void {
    const { securityGroups } = this.ec2;
    const users = (cidr: string): NewRule => ({ ...PORT, source: { kind: 'cidr', cidr } });
    const from = (groupId: string): NewRule => ({ ...PORT, source: { kind: 'group', groupId, userId: ACCOUNT } });
    for (const id of [BLUE_GROUP, GREEN_GROUP, this.hostGroup]) securityGroups.add({ id, name: id, vpcId: 'vpc' });
    securityGroups.insert(BLUE_GROUP, [users('10.0.0.0/16'), from(this.hostGroup), from(GREEN_GROUP)]);
    securityGroups.insert(GREEN_GROUP, [users('10.0.0.0/16'), from(this.hostGroup), from(BLUE_GROUP)]);
  }

  /** Rules that must be there all the time: without them neither the agent nor replication gets through. */
  passages(side: Side): number {
    const rules = this.ec2.securityGroups.ingress(side === 'blue' ? BLUE_GROUP : GREEN_GROUP);
    return rules.filter(({ source }) => source.kind === 'group').length;
  }
}
