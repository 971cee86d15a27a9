import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { RedisVerbs } from '../../contract/cache';
import type { JournalledReplication } from '../../contract/journal';
import type { Assembly, JsonObject, Resource } from '../../rehearsal/assembly';
import { ApplicationAutoScaling } from '../../rehearsal/aws/application-auto-scaling/application-auto-scaling';
import { CallJournal, type JournalEntry } from '../../rehearsal/aws/call-journal';
import type { Clock } from '../../rehearsal/aws/clock';
import { CloudWatch } from '../../rehearsal/aws/cloudwatch/cloudwatch';
import { ControlPlane, type ControlPlaneProps, type StaleReadsProps } from '../../rehearsal/aws/control-plane';
import { Ec2 } from '../../rehearsal/aws/ec2/ec2';
import type { NewRule } from '../../rehearsal/aws/ec2/security-group';
import { Ecs } from '../../rehearsal/aws/ecs/ecs';
import { ElastiCache } from '../../rehearsal/aws/elasticache/elasticache';
import { EventBridge } from '../../rehearsal/aws/eventbridge/eventbridge';
import { Identifiers } from '../../rehearsal/aws/identifiers';
import { optimizedTasks } from '../../rehearsal/aws/integration/optimized-tasks';
import { StateMachineRunners } from '../../rehearsal/aws/integration/scripted-state-machines';
import type { Keys } from '../../rehearsal/aws/kms/keys';
import { keysOf } from '../../rehearsal/aws/kms/keys-of-assembly';
import { Kms } from '../../rehearsal/aws/kms/kms';
import { assumeRole, parseStatement } from '../../rehearsal/aws/policy';
import type { HostedZone } from '../../rehearsal/aws/route53/hosted-zone';
import { Route53 } from '../../rehearsal/aws/route53/route53';
import { SDK_SERVICES, sdkOperations } from '../../rehearsal/aws/sdk-schemas';
import type { ExecutionView } from '../../rehearsal/aws/sfn/executions';
import { Sfn } from '../../rehearsal/aws/sfn/sfn';
import { Sns, type Topic, topicsOf } from '../../rehearsal/aws/sns';
import { Ssm } from '../../rehearsal/aws/ssm/ssm';
import { Random } from '../../rehearsal/clients/random';
import {
  type Execution,
  type ExecutionListener,
  type ExecutionResult,
  type Json,
  startExecution,
  TaskFailure,
  type TaskRequest,
  VirtualClock,
} from '../../rehearsal/states-language';
import { CheckAnswers } from '../../rehearsal/testbed/checks/check-answers';
import type { CheckBehaviour } from '../../rehearsal/testbed/checks/check-behaviours';
import type { ListedCheck } from '../../rehearsal/testbed/checks/listed-checks';
import { Traces } from '../../rehearsal/testbed/checks/traces';
import { type CacheMigration, findMigration } from '../../rehearsal/testbed/migration';
import { sideOf } from '../../rehearsal/testbed/side-of';
import { updateRecords } from '../../rehearsal/testbed/update-records';
import { WorkloadServices } from '../../rehearsal/testbed/workload-services';
import { REDIS_WELL } from './agent-when-well';
import { ACCOUNT, REGION, USERS_GROUP } from './migration-under-test';
import { parsedOnce } from './parsed-once';
import { refusalOfAgent } from './refusal-of-agent';
import { taskHandler } from './task-handler';
import { VirtualBackends } from './virtual-backends';

type Side = 'blue' | 'green';

/** The sides that a task of the agent is about. */
interface AskedOfSides {
  readonly side?: Side;
  readonly from?: Side;
  readonly to?: Side;
}

/** What an operator and the clients could tell of the account. */
export interface ObservedState {
  readonly weights: Readonly<Record<Side, number>>;
  /** The clients' rules of each side. */
  readonly ingress: Readonly<Record<Side, readonly string[]>>;
  readonly desiredCounts: Readonly<Record<string, number>>;
  /** Of the services that are autoscaled. */
  readonly suspendedScaling: Readonly<Record<string, object | undefined>>;
  /** Workloads of other kinds than ECS's. */
  readonly workloads: Readonly<Record<string, string>>;
  readonly keyspaceEvents: string | undefined;
  /** The execution that holds it: the last that took it, as long as it runs. */
  readonly lock: string | undefined;
  readonly phase: string | undefined;
}

export interface RunOptions {
  /** Fields of the input besides `action`. */
  readonly besides?: JsonObject;
  /** What a task ends with although it was carried out: its answer is lost. Undefined lets it be. */
  readonly fail?: (state: string) => TaskFailure | undefined;
  /** What a task is refused with: it is not carried out. */
  readonly refuse?: (state: string) => TaskFailure | undefined;
  /** The execution is stopped as it enters this state, as by StopExecution. */
  readonly abortAt?: string;
  /** This task is never answered, so that the execution runs into its time-out. */
  readonly hangAt?: string;
  /** The execution is stopped as it enters its next state after so many. */
  readonly abortAfter?: number;
  /** The last execution but so many, which has ended, is taken up again. @default - a new one is started */
  readonly redrive?: number;
  /** Whether the execution is stopped as it enters a state. */
  readonly abort?: (state: string) => boolean;
  /** Called as a state is entered. */
  readonly entered?: (state: string) => void;
  /** Follows the execution. */
  readonly follower?: ExecutionListener;
}

/** Of a group that nothing of the migration names. */
const OTHER_GROUP = 'default.redis2.8';

/**
 * The account that a cache's migration runs in: every service of the rehearsal that it calls, in virtual time,
 * and an agent that says what a test tells it to. Whole cutovers take milliseconds, so that they can be tried by the
 * hundred; the rehearsal runs them on real engines.
 */
export class Cloud {
  readonly cloudwatch: CloudWatch;
  readonly scaling: ApplicationAutoScaling;
  readonly workloads: WorkloadServices;
  /** What applications leave where checks look. */
  readonly traces: Traces;
  readonly broken: string[] = [];
  readonly deletedCaches: string[] = [];
  /** Inputs of executions that somebody started by the API; they are not run. */
  readonly started: string[] = [];
  /** Whether somebody approves as soon as asked. */
  approves = true;
  /** Whether somebody rejects as soon as asked. */
  rejects = false;
  /** How what checks ask behaves, by their names; what is not named works. */
  readonly behaviours: Map<string, CheckBehaviour>;
  /** What somebody answers as soon as a check asks a person; undefined: nobody is there. */
  confirms: 'yes' | 'no' | undefined = 'yes';
  /** What the agent fails with, whatever it is asked. Undefined lets it answer. */
  ailment: (args: unknown) => TaskFailure | undefined = () => undefined;
  /** How many tasks the agent was given. */
  agentAsked = 0;
  /** Answers the agent's tasks. */
  agent: (verb: keyof RedisVerbs, args: unknown) => unknown = (verb) => REDIS_WELL[verb];
  /** The side that clients of a relay are on. Undefined: there is none. */
  relayServes: () => Side | undefined = () => undefined;

  readonly eventBridge: EventBridge;
  readonly backends: VirtualBackends;
  readonly ecs: Ecs;
  /** Customer managed keys, and the topics that may be encrypted with them. */
  readonly keys: Keys;
  readonly topics: Topic[];
  readonly sns: Sns;
  /** Every call of the state machine. */
  readonly calls: CallJournal;

  readonly migration: CacheMigration;
  private readonly machine;
  private readonly principal;
  readonly plane: ControlPlane;
  private readonly route53: Route53;
  private readonly zone: HostedZone;
  private readonly ec2: Ec2;
  private readonly elasticache: ElastiCache;
  private readonly ssm: Ssm;
  private readonly sfn: Sfn;
  private readonly executions: { view: ExecutionView; execution: Execution }[] = [];
  /** Whose data clients may be writing now: FENCED allows one. */
  private readonly inUse = new Set<Side>(['blue']);

  /**
   * @param alter - changes the definition before it runs, e.g. to see that a test notices what is missing
   * @param stale - has reads answered as it was some seconds before: by this seed, or so
   */
  static async of(
    assembly: Assembly,
    fenced: boolean,
    alter: (definition: JsonObject) => void = () => {},
    stale?: string | StaleReadsProps,
  ): Promise<Cloud> {
    // Virtual time goes on whenever nothing but a timer is waited for, and so it would while a module loads.
    await Promise.all(SDK_SERVICES.map((service) => sdkOperations(service)));
    const migration = findMigration(assembly);
    if (migration.kind !== 'cache') throw new Error(`A cloud has caches, and the migration is of a ${migration.kind}.`);
    alter(migration.stateMachine.definition);
    const clock = new VirtualClock();
    const behaviours = new Map<string, CheckBehaviour>();
    const use = async () => {
      const side = cloud.serving();
      if (side === undefined) throw new Error('the record serves both, or nobody');
      return side;
    };
    const answers = new CheckAnswers(behaviours, use);
    const { workloads, checks } = migration;
    const backends = await VirtualBackends.start(assembly, workloads, outside(clock), checks, answers);
    const cloud = new Cloud(assembly, fenced, migration, clock, backends, stale, behaviours, answers);
    await cloud.deployRecord();
    return cloud;
  }

  private constructor(
    private readonly assembly: Assembly,
    private readonly fenced: boolean,
    migration: CacheMigration,
    readonly clock: VirtualClock,
    backends: VirtualBackends,
    stale: string | StaleReadsProps | undefined,
    behaviours: Map<string, CheckBehaviour>,
    private readonly answers: CheckAnswers,
  ) {
    this.behaviours = behaviours;
    const { stateMachine: machine, configuration, record, sides } = migration;
    this.migration = migration;
    this.backends = backends;
    this.machine = { ...machine, parsed: parsedOnce(machine) };
    this.principal = assumeRole(assembly.role(machine.roleArn), 'execution', {
      service: 'states.amazonaws.com',
      sourceArn: machine.arn,
    });
    const environment = {
      account: ACCOUNT,
      region: REGION,
      ids: new Identifiers('cloud'),
      clock: outside(clock),
    };
    this.route53 = new Route53({ environment, propagationMs: () => 20_000 });
    this.zone = this.route53.addZone(record.zoneId, record.name.split('.').slice(1).join('.'));
    this.ec2 = new Ec2(environment);
    this.ecs = new Ecs({ environment, scale: () => Promise.resolve() });
    this.elasticache = new ElastiCache({ environment, onDelete: (id) => this.deletedCaches.push(id) });
    this.elasticache.caches.addCluster({
      id: configuration.blue.host.split('.')[0] ?? '',
      engine: 'redis',
      engineVersion: configuration.blue.engineVersion,
      nodeType: 'cache.m3.medium',
      parameterGroup: this.parameterGroup,
      securityGroupIds: sides.blue.securityGroupIds,
      transitEncryption: false,
      authToken: false,
      endpoint: { address: configuration.blue.host, port: configuration.blue.port },
    });
    this.elasticache.parameterGroups.add(this.parameterGroup, 'redis2.8');
    this.ssm = new Ssm({
      environment,
      documents: backends.documents,
      runCommand: backends.run,
      commandsVisibleAfterMs: 0,
    });
    for (const instance of backends.instances) this.ssm.instances.register(instance);
    this.cloudwatch = new CloudWatch(environment);
    for (const name of migration.alarmNames) this.cloudwatch.addAlarm(name);
    this.traces = new Traces({
      environment,
      assembly,
      checks: migration.checks,
      answers,
      cloudwatch: this.cloudwatch,
    });
    this.scaling = new ApplicationAutoScaling(environment);
    this.eventBridge = new EventBridge({ environment, invoke: () => Promise.resolve() });
    this.services.forEach(({ cluster, service: name }, index) => {
      this.ecs.services.add({ cluster, name, desiredCount: 2 + (index % 3) });
    });
    this.workloads = new WorkloadServices({
      environment,
      assembly,
      workloads: migration.workloads,
      ecs: this.ecs,
      eventBridge: this.eventBridge,
      cloudwatch: this.cloudwatch,
    });
    this.sfn = new Sfn({
      environment,
      activityArns: migration.activityArns,
      runner: new StateMachineRunners([
        {
          stateMachineArns: [machine.arn],
          executions: () => this.executions.map(({ view, execution }) => ({ ...view, status: execution.status })),
          start: ({ input }) => {
            this.started.push(input);
          },
          stop: () => Promise.resolve(),
        },
        backends.externalSystems.stateMachines,
        backends.checkMachines,
      ]),
      endShownAfterMs: typeof stale === 'string' ? MAX_LAG_MS : 0,
    });
    this.calls = new CallJournal((entry) => this.afterCall(entry));
    this.keys = keysOf(assembly, ACCOUNT);
    this.topics = [{ arn: `arn:aws:sns:${REGION}:${ACCOUNT}:announcements` }, ...topicsOf(assembly)];
    this.sns = new Sns({ environment, topics: this.topics, keys: this.keys });
    this.plane = new ControlPlane({
      environment,
      keys: this.keys,
      journal: this.calls,
      ...staleReads(stale),
      services: [
        ...[this.route53, this.ec2, this.ecs, this.elasticache, this.ssm, this.cloudwatch, this.scaling, this.sfn],
        ...this.workloads.services,
        ...this.traces.services,
        new Kms(environment, this.keys),
        this.sns,
      ],
    });
    this.deployNetwork(assembly);
  }

  /** Runs one execution to its end. */
  async run(
    action: string,
    {
      fail,
      refuse,
      abortAt,
      abortAfter,
      abort,
      hangAt,
      entered,
      redrive,
      follower = {},
      besides = {},
    }: RunOptions = {},
  ): Promise<ExecutionResult> {
    const handle = taskHandler({
      plane: this.plane,
      principal: this.principal,
      tokens: this.sfn.tokens,
      optimized: optimizedTasks({ sfn: this.sfn, http: this.backends.externalSystems.http }),
      // Time that passed while an API answers would end waits that have nothing to do with it.
      during: (work) => this.clock.during(work),
      work: (request) => this.work(request),
    });
    let visits = 0;
    const listener: ExecutionListener = {
      ...follower,
      stateEntered: (visit) => {
        const { name: state } = visit;
        follower.stateEntered?.(visit);
        entered?.(state);
        visits += 1;
        const stops = state === abortAt || visits - 1 === abortAfter || abort?.(state) === true;
        if (stops) queueMicrotask(() => void execution.stop());
      },
    };
    const input: Json = { action, ...besides };
    const before = redrive === undefined ? undefined : this.executions[redrive];
    const name = before?.view.name ?? `run-${this.executions.length}`;
    const execution = startExecution(this.machine.parsed, {
      clock: this.clock,
      random: () => 0.5,
      input,
      name,
      ...(before?.execution.redrive !== undefined && { redrive: before.execution.redrive }),
      stateMachineArn: this.machine.arn,
      listener,
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
      const { stoppedAt: _, ...view } = before.view;
      Object.assign(before, { execution, view });
      return execution.result;
    }
    const entry: { view: ExecutionView; execution: Execution } = {
      execution,
      view: {
        executionArn: execution.arn,
        stateMachineArn: this.machine.arn,
        name,
        status: 'RUNNING',
        startedAt: this.clock.now(),
        input: JSON.stringify(input),
      },
    };
    this.executions.unshift(entry);
    const result = await execution.result;
    entry.view = {
      ...entry.view,
      stoppedAt: this.clock.now(),
      ...(result.error !== undefined && { error: result.error }),
    };
    return result;
  }

  /** Who has all of the weight; undefined where both or none have any. */
  serving(): Side | undefined {
    return sideOf(this.weights());
  }

  /** A deploy that changes nothing. */
  updateRecords(): Promise<void> {
    return updateRecords({ assembly: this.assembly, plane: this.plane, sleep: (ms) => this.pass(ms) });
  }

  /** The first that is watched. */
  raiseAlarm(): void {
    for (const name of this.migration.alarmNames.slice(0, 1))
      this.cloudwatch.setAlarmState(name, 'ALARM', 'by the test');
  }

  /** Has the state machine look that looks for an interrupted execution, as its schedule does, or a rule with an input. */
  async look(input: Json = {}): Promise<ExecutionResult> {
    const machine = this.assembly.stateMachines().find(({ type }) => type === 'EXPRESS');
    if (machine === undefined) throw new Error('The assembly has no Express state machine.');
    const principal = assumeRole(this.assembly.role(machine.roleArn), 'look', {
      service: 'states.amazonaws.com',
      sourceArn: machine.arn,
    });
    const during = <T>(work: () => Promise<T>) => this.clock.during(work);
    return startExecution(parsedOnce(machine), {
      clock: this.clock,
      input,
      stateMachineArn: machine.arn,
      taskHandler: taskHandler({ plane: this.plane, principal, during }),
    }).result;
  }

  /** Calls a service as somebody who may do everything. */
  administer(service: string, action: string, input: Record<string, unknown>): Promise<unknown> {
    const arn = `arn:aws:iam::${ACCOUNT}:role/Administrator`;
    const statements = [parseStatement({ Effect: 'Allow', Action: '*', Resource: '*' })];
    return this.plane.call({ service, action, arguments: input, principal: { arn, roleArn: arn, statements } });
  }

  /** Ends what was started for it: the endpoints of workloads over HTTP. */
  stop(): Promise<void> {
    return this.backends.stop();
  }

  setKeyspaceEvents(value: string): void {
    this.elasticache.parameterGroups.add(this.parameterGroup, 'redis2.8', { 'notify-keyspace-events': value });
  }

  /** More clients, each by a rule of its own. */
  addUsers(count: number): void {
    const rules = Array.from(
      { length: count },
      (_, index): NewRule => ({
        ...PORT,
        source: { kind: 'cidr', cidr: `10.1.${index}.0/24` },
        description: `Application ${index}`,
      }),
    );
    for (const side of ['blue', 'green'] as const) this.ec2.securityGroups.insert(this.groupOf(side), rules);
  }

  /** State transitions of the last execution: what Step Functions charges for. */
  get transitions(): number {
    return this.executions[0]?.execution.transitions ?? 0;
  }

  /** Events of the last execution. */
  get history(): readonly HistoryEvent[] {
    return this.executions[0]?.execution.history ?? [];
  }

  observe(): ObservedState {
    const { ScalableTargets = [] } = this.scaling.operations.describeScalableTargets.run({ ServiceNamespace: 'ecs' });
    return {
      weights: this.weights(),
      ingress: { blue: this.clientRules('blue'), green: this.clientRules('green') },
      desiredCounts: Object.fromEntries(
        this.services.map(({ cluster, service }) => [
          service,
          this.ecs.services.find(cluster, service)?.desiredCount ?? -1,
        ]),
      ),
      suspendedScaling: Object.fromEntries(
        ScalableTargets.map(({ ResourceId = '', SuspendedState }) => [ResourceId, SuspendedState]),
      ),
      workloads: { ...this.workloads.observe(), ...this.backends.observe() },
      keyspaceEvents: this.elasticache.parameterGroups.valueOf(this.parameterGroup, 'notify-keyspace-events'),
      lock: this.holder(),
      phase: this.parameter('journal') && JSON.parse(String(this.parameter('journal'))).phase,
    };
  }

  /** The ECS services that the migration stops. */
  private get services() {
    return this.migration.workloads
      .filter(({ type }) => type === 'ecsService')
      .map(({ facts }) => ({ cluster: String(facts.cluster), service: String(facts.service) }));
  }

  private holder(): string | undefined {
    const { execution: holder } = JSON.parse(this.parameter('lock') ?? '{}');
    return this.executions.some(({ execution }) => execution.arn === holder && execution.status === 'RUNNING')
      ? holder
      : undefined;
  }

  /** Of the migration's parameters. */
  parameter(leaf: string): string | undefined {
    return this.ssm.parameters.valueOf(this.parameterName(leaf));
  }

  private async work({ arguments: input, signal }: TaskRequest): Promise<unknown> {
    const { verb, args } = input as unknown as { verb: keyof RedisVerbs; args: AskedOfSides };
    this.agentAsked += 1;
    const refusal = refusalOfAgent(input, this.broken) ?? this.ailment(args) ?? this.unreachable(args);
    const check = checkAsked(input, this.migration.checks);
    if (refusal === undefined && check !== undefined) return this.answers.of(check, signal);
    const answer = refusal ?? (await this.agent(verb, args));
    if (answer instanceof TaskFailure) throw answer;
    if (verb === 'redis.evict' && args.side !== undefined && this.clientRules(args.side).length === 0) {
      this.inUse.delete(args.side);
    }
    return answer;
  }

  /** Nobody answers for a blue that is being deleted. */
  private unreachable({ side, from, to }: AskedOfSides): TaskFailure | undefined {
    if (this.deletedCaches.length === 0 || ![side, from, to].includes('blue')) return undefined;
    return new TaskFailure('Agent.Unreachable', 'blue does not answer.');
  }

  private afterCall({ action, input }: JournalEntry): void {
    this.lookForBrokenInvariants();
    if (action !== 'putParameter') return;
    if ((input as { Name: string }).Name === this.parameterName('confirmation')) this.confirm();
    if ((input as { Name: string }).Name !== this.parameterName('approval')) return;
    const { token } = JSON.parse(String(this.parameter('approval')));
    if (token === undefined) return;
    if (this.approves) queueMicrotask(() => this.sfn.tokens.succeed(token, '{"by":"me"}'));
    if (this.rejects) queueMicrotask(() => this.sfn.tokens.fail(token, 'Rejected', 'me: not tonight'));
  }

  private confirm(): void {
    const { token } = JSON.parse(String(this.parameter('confirmation')));
    if (token === undefined) return;
    if (this.confirms === 'yes') queueMicrotask(() => this.sfn.tokens.succeed(token, '{"by":"ann"}'));
    if (this.confirms === 'no') queueMicrotask(() => this.sfn.tokens.fail(token, 'Refused', 'ann: pages are empty'));
  }

  /** What the journal has an agent on a new host take up. */
  get following(): Partial<JournalledReplication> {
    return JSON.parse(this.parameter('journal') ?? '{}').following ?? {};
  }

  /** Seen from outside, after every call. */
  private lookForBrokenInvariants(): void {
    const weights = this.weights();
    const relay = this.weightOf('relay');
    const note = (what: string) => this.broken.push(`${what} at ${JSON.stringify({ ...weights, relay })}`);
    if (weights.blue === 0 && weights.green === 0 && relay === 0) note('all weights are 0');
    const { to, anew } = this.following;
    if (anew === true && to !== undefined && weights[to] > 0 && this.clientRules(to).length > 0) {
      note(`a new host would fill ${to}, where clients are,`);
    }
    if (!this.fenced) return;
    if ([weights.blue, weights.green, relay].filter((weight) => weight > 0).length > 1) note('two weights are above 0');
    for (const side of ['blue', 'green'] as const) if (weights[side] > 0) this.inUse.add(side);
    const relayed = this.relayServes();
    if (relay > 0 && relayed === undefined) note('clients are led to a relay that does not run');
    if (relayed !== undefined) this.inUse.add(relayed);
    const writable = [...this.inUse].filter((side) => side === relayed || this.clientRules(side).length > 0);
    if (writable.length > 1) note('clients can write to both sides');
  }

  private pass(ms: number): Promise<void> {
    return this.clock.sleep(ms / 1000, { reason: 'wait', state: 'none', signal: new AbortController().signal });
  }

  private weights(): Record<Side, number> {
    return { blue: this.weightOf('blue'), green: this.weightOf('green') };
  }

  private weightOf(entry: Side | 'relay'): number {
    return this.zone.records.find(({ SetIdentifier }) => SetIdentifier === entry)?.Weight ?? 0;
  }

  /** Rules by which clients come to the migration host. */
  get hostRules(): number {
    return this.ec2.securityGroups.ingress(this.migration.host.securityGroupId).length;
  }

  /** All clients of a relay have gone to the other side. */
  movedFrom(side: Side): void {
    this.inUse.delete(side);
  }

  clientRules(side: Side): string[] {
    return this.ec2.securityGroups
      .ingress(this.groupOf(side))
      .filter(({ source }) => !(source.kind === 'group' && source.groupId === this.migration.host.securityGroupId))
      .map(({ id, ...rule }) => JSON.stringify(rule, Object.keys({ ...rule, ...rule.source }).sort()))
      .sort();
  }

  private parameterName(leaf: string): string {
    return `/cdk-cutover/${this.migration.name}/${leaf}`;
  }

  private groupOf(side: Side): string {
    return this.migration.sides[side].securityGroupIds[0] ?? '';
  }

  private get parameterGroup(): string {
    return this.migration.parameterGroups[0] ?? OTHER_GROUP;
  }

  /** As a deploy that has another green does: who serves stays as it is. */
  async leadGreenElsewhere(endpoint: string): Promise<void> {
    const { blue, green } = this.weights();
    const { targets } = this.migration.record;
    await this.writeRecord('UPSERT', { blue, green }, { ...targets, green: endpoint });
  }

  private async writeRecord(
    Action: 'CREATE' | 'UPSERT',
    weights: Record<Side, number>,
    targets: Record<Side, string>,
  ): Promise<void> {
    const { zoneId, name, ttlSeconds, relay } = this.migration.record;
    const entry = (SetIdentifier: string, Weight: number, Value: string) => ({
      Action,
      ResourceRecordSet: {
        ...{ Name: name, Type: 'CNAME', SetIdentifier, Weight, TTL: ttlSeconds },
        ResourceRecords: [{ Value }],
      },
    });
    const set = (side: Side) => entry(side, weights[side], targets[side]);
    const third = relay === undefined ? [] : [entry('relay', 0, relay)];
    await this.administer('route53', 'changeResourceRecordSets', {
      HostedZoneId: zoneId,
      ChangeBatch: { Changes: [set('blue'), set('green'), ...third] },
    });
  }

  private async deployRecord(): Promise<void> {
    await this.writeRecord('CREATE', { blue: 100, green: 0 }, this.migration.record.targets);
    // Every other service, of which one thing was suspended before.
    for (const [index, { cluster, service }] of this.services.entries()) {
      if (index % 2 === 0) continue;
      await this.administer('applicationautoscaling', 'registerScalableTarget', {
        ServiceNamespace: 'ecs',
        ResourceId: `service/${cluster}/${service}`,
        ScalableDimension: 'ecs:service:DesiredCount',
        MinCapacity: 2,
        MaxCapacity: 6,
        SuspendedState: { ScheduledScalingSuspended: true },
      });
    }
  }

  private deployNetwork(assembly: Assembly): void {
    const { securityGroups } = this.ec2;
    const rules = assembly.resources('AWS::EC2::SecurityGroupIngress');
    const users: NewRule[] = [
      { ...PORT, source: { kind: 'group', groupId: USERS_GROUP, userId: ACCOUNT }, description: 'Applications' },
      { ...PORT, source: { kind: 'cidr', cidr: '10.0.0.0/16' } },
    ];
    securityGroups.add({ id: USERS_GROUP, name: 'users', vpcId: 'vpc' });
    const [blue, green] = [this.groupOf('blue'), this.groupOf('green')];
    const rulesOf: Readonly<Record<string, readonly NewRule[]>> = { [blue]: users, [green]: users.slice(1) };
    for (const id of [blue, green, this.migration.host.securityGroupId]) {
      securityGroups.add({ id, name: id, vpcId: 'vpc' }, rulesOf[id]);
    }
    for (const rule of rules) securityGroups.insert(String(rule.property('GroupId')), [ingressOf(rule)]);
  }
}

/** The check that the agent is asked for: by its name, or of keys by the pattern. */
function checkAsked(input: unknown, checks: readonly ListedCheck[]): string | undefined {
  const { verb = '', args } = input as { verb?: string; args: { check?: string; pattern?: string } };
  if (!verb.startsWith('check.')) return undefined;
  return args.check ?? checks.find(({ facts }) => facts.pattern === args.pattern)?.id;
}

/** Nothing of the account waits by itself: what is not settled at once is asked for again. */
const outside = (clock: VirtualClock): Clock => ({ now: () => clock.now(), sleep: () => new Promise<void>(() => {}) });

/** A journal reads for almost ten seconds as it was before it was written; all else, the lock among it, is current. */
export const LATE_JOURNAL: StaleReadsProps = {
  longestMs: 10_000,
  random: () => 0.9999,
  lags: ({ service, arguments: asked }) => service === 'ssm' && /\/(journal|jobs\/\w+)"/.test(JSON.stringify(asked)),
};

/** Longer than most say it takes. */
const MAX_LAG_MS = 5_000;

/** For a control plane. */
export function staleReads(seed: string | StaleReadsProps | undefined): Pick<ControlPlaneProps, 'staleReads'> {
  if (seed === undefined) return {};
  if (typeof seed !== 'string') return { staleReads: seed };
  const random = new Random(seed);
  return { staleReads: { longestMs: MAX_LAG_MS, random: () => random.next() } };
}

const PORT = { isEgress: false, protocol: 'tcp', fromPort: 6379, toPort: 6379 };

function ingressOf(rule: Resource): NewRule {
  const groupId = String(rule.property('SourceSecurityGroupId'));
  const description = String(rule.property('Description'));
  return { ...PORT, source: { kind: 'group', groupId, userId: ACCOUNT }, description };
}
