import type { RedisVerbs } from '../../agent/contract';
import type { Assembly, Resource, StateMachine } from '../../rehearsal/assembly';
import { ApplicationAutoScaling } from '../../rehearsal/aws/application-auto-scaling';
import { CallJournal, type JournalEntry } from '../../rehearsal/aws/call-journal';
import { CloudWatch } from '../../rehearsal/aws/cloudwatch';
import { ControlPlane } from '../../rehearsal/aws/control-plane';
import { Ec2 } from '../../rehearsal/aws/ec2/ec2';
import type { NewRule } from '../../rehearsal/aws/ec2/security-group';
import { Ecs } from '../../rehearsal/aws/ecs/ecs';
import { ElastiCache } from '../../rehearsal/aws/elasticache/elasticache';
import { EventBridge } from '../../rehearsal/aws/eventbridge/eventbridge';
import { Identifiers } from '../../rehearsal/aws/identifiers';
import { assumeRole, parseStatement } from '../../rehearsal/aws/policy';
import type { HostedZone } from '../../rehearsal/aws/route53/hosted-zone';
import { Route53 } from '../../rehearsal/aws/route53/route53';
import { SDK_SERVICES, sdkOperations } from '../../rehearsal/aws/sdk-schemas';
import type { ExecutionView } from '../../rehearsal/aws/sfn/executions';
import { Sfn } from '../../rehearsal/aws/sfn/sfn';
import { Sns } from '../../rehearsal/aws/sns';
import { Ssm } from '../../rehearsal/aws/ssm/ssm';
import { findMigration } from '../../rehearsal/stage/migration';
import { WorkloadServices } from '../../rehearsal/stage/workload-services';
import {
  type Execution,
  type ExecutionListener,
  type ExecutionResult,
  type Json,
  parseDefinition,
  startExecution,
  TaskFailure,
  type TaskRequest,
  VirtualClock,
} from '../../rehearsal/states-language';
import { ACCOUNT, BLUE_GROUP, REGION, USERS_GROUP } from './migration-under-test';
import { taskHandler } from './task-handler';

type Side = 'blue' | 'green';

/** What an operator and the users could tell of the account. */
export interface Standing {
  readonly weights: Readonly<Record<Side, number>>;
  /** The users' rules of each side. */
  readonly doors: Readonly<Record<Side, readonly string[]>>;
  readonly desiredCounts: Readonly<Record<string, number>>;
  /** Of the service that is autoscaled. */
  readonly suspendedScaling: object | undefined;
  /** Workloads of other kinds than ECS's. */
  readonly workloads: Readonly<Record<string, string>>;
  readonly keyspaceEvents: string | undefined;
  readonly lock: string | undefined;
  readonly phase: string | undefined;
}

export interface RunOptions {
  /** What a task ends with although it was carried out: its answer is lost. Undefined lets it be. */
  readonly fail?: (state: string) => TaskFailure | undefined;
  /** What a task is refused with: it is not carried out. */
  readonly refuse?: (state: string) => TaskFailure | undefined;
  /** The execution is stopped as it enters this state, as by StopExecution. */
  readonly abortAt?: string;
  /** Called as a state is entered. */
  readonly entered?: (state: string) => void;
}

const ZONE = 'Z0123456789ABCDEFGHIJ';
const RECORD = 'sessions.internal.example';
const PARAMETER_GROUP = 'sessions-redis28';
const BLUE = {
  id: 'sessions',
  engine: 'redis',
  engineVersion: '2.8.24',
  nodeType: 'cache.m3.medium',
  parameterGroup: PARAMETER_GROUP,
  securityGroupIds: [BLUE_GROUP],
  transitEncryption: false,
  authToken: false,
  endpoint: { address: 'sessions.abc123.0001.euw1.cache.amazonaws.com', port: 6379 },
} as const;

/** What the agent answers when all is well. */
const WELL: { readonly [Verb in keyof RedisVerbs]: RedisVerbs[Verb]['result'] } = {
  'redis.preflight': { findings: [], errors: 0, keys: 3, usedMemoryBytes: 1000, databases: [0], keyspaceEvents: true },
  'redis.replicate': { keys: 3, bytes: 300, durationMs: 10, lagMs: 1, method: 'events' },
  'redis.status': { replications: [] },
  'redis.drain': { durationMs: 1, keysApplied: 0, conflicts: 0, conflictSample: [] },
  'redis.verify': { keysCompared: 3, mismatches: 0, sample: [], durationMs: 1 },
  'redis.freeze': { method: 'kill', clientsClosed: 1 },
  'redis.unfreeze': {},
  'redis.provestill': { replicationOffset: 1, seconds: 1 },
  'redis.clients': { connections: 0, groups: [] },
  'redis.evict': { closed: 1, rounds: 1, returned: [] },
  'redis.reverse': { replications: [] },
  'redis.stop': { stopped: 1 },
};

/**
 * The account that a migration of `Surroundings` runs in: every service of the rehearsal that it calls, in virtual time,
 * and an agent that says what a test tells it to. Whole cutovers take milliseconds, so that they can be tried by the
 * hundred; the rehearsal runs them on real engines.
 */
export class Cloud {
  readonly clock = new VirtualClock();
  readonly cloudwatch: CloudWatch;
  readonly scaling: ApplicationAutoScaling;
  readonly workloads: WorkloadServices;
  readonly broken: string[] = [];
  readonly deletedCaches: string[] = [];
  /** Whether somebody approves as soon as asked. */
  approves = true;
  /** Answers the agent's tasks. */
  agent: (verb: keyof RedisVerbs, args: unknown) => unknown = (verb) => WELL[verb];

  private readonly machine;
  private readonly principal;
  private readonly plane: ControlPlane;
  private readonly route53: Route53;
  private readonly zone: HostedZone;
  private readonly ec2: Ec2;
  private readonly ecs: Ecs;
  private readonly elasticache: ElastiCache;
  private readonly ssm: Ssm;
  private readonly sfn: Sfn;
  private readonly greenGroup: string;
  private readonly hostGroup: string;
  private readonly executions: { view: ExecutionView; execution: Execution }[] = [];
  /** Whose data users may be writing now: FENCED allows one. */
  private readonly inUse = new Set<Side>(['blue']);

  static async of(assembly: Assembly, fenced: boolean): Promise<Cloud> {
    // Virtual time goes on whenever nothing but a timer is waited for, and so it would while a module loads.
    await Promise.all(SDK_SERVICES.map((service) => sdkOperations(service)));
    const cloud = new Cloud(assembly, fenced);
    await cloud.deployRecord(assembly);
    return cloud;
  }

  private constructor(
    assembly: Assembly,
    private readonly fenced: boolean,
  ) {
    const [machine] = assembly.stateMachines();
    if (machine === undefined) throw new Error('The assembly has no state machine.');
    this.machine = { ...machine, parsed: parsedOnce(machine) };
    this.principal = assumeRole(assembly.role(machine.roleArn), 'execution');
    const { clock } = this;
    const environment = {
      account: ACCOUNT,
      region: REGION,
      ids: new Identifiers('cloud'),
      clock: { now: () => clock.now(), sleep: () => new Promise<void>(() => {}) },
    };
    this.route53 = new Route53({ environment, propagationMs: () => 20_000 });
    this.zone = this.route53.addZone(ZONE, 'internal.example');
    this.ec2 = new Ec2(environment);
    this.ecs = new Ecs({ environment, scale: () => Promise.resolve() });
    this.elasticache = new ElastiCache({ environment, onDelete: (id) => this.deletedCaches.push(id) });
    this.elasticache.caches.addCluster(BLUE);
    this.elasticache.parameterGroups.add(PARAMETER_GROUP, 'redis2.8');
    this.ssm = new Ssm({ environment, runCommand: () => Promise.reject(new Error('No instance runs commands here.')) });
    this.cloudwatch = new CloudWatch(environment);
    this.cloudwatch.addAlarm('LoginErrors');
    this.scaling = new ApplicationAutoScaling(environment);
    this.workloads = new WorkloadServices({
      environment,
      assembly,
      workloads: findMigration(assembly).workloads,
      eventBridge: new EventBridge({ environment, invoke: () => Promise.resolve() }),
      cloudwatch: this.cloudwatch,
    });
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
    this.plane = new ControlPlane({
      environment,
      journal: new CallJournal((entry) => this.afterCall(entry)),
      services: [
        ...[this.route53, this.ec2, this.ecs, this.elasticache, this.ssm, this.cloudwatch, this.scaling, this.sfn],
        ...this.workloads.services,
        new Sns({ environment, topicArns: [`arn:aws:sns:${REGION}:${ACCOUNT}:announcements`] }),
      ],
    });
    const groups = assembly.resources('AWS::EC2::SecurityGroup');
    const idOf = (description: RegExp) =>
      String(groups.find((group) => description.test(String(group.property('GroupDescription'))))?.physicalId);
    this.greenGroup = idOf(/^Cache /);
    this.hostGroup = idOf(/^Migration host/);
    this.deployNetwork(assembly);
    this.ecs.services.add({ cluster: 'batch', name: 'watcher', desiredCount: 2 });
    this.ecs.services.add({ cluster: 'batch', name: 'mailer', desiredCount: 3 });
  }

  /** Runs one execution to its end. */
  async run(action: string, { fail, refuse, abortAt, entered }: RunOptions = {}): Promise<ExecutionResult> {
    const handle = taskHandler({
      plane: this.plane,
      principal: this.principal,
      tokens: this.sfn.tokens,
      work: (request) => this.work(request),
    });
    const listener: ExecutionListener = {
      stateEntered: ({ name: state }) => {
        entered?.(state);
        if (state === abortAt) queueMicrotask(() => void execution.stop());
      },
    };
    const input: Json = { action };
    const name = `run-${this.executions.length}`;
    const execution = startExecution(this.machine.parsed, {
      clock: this.clock,
      random: () => 0.5,
      input,
      name,
      stateMachineArn: this.machine.arn,
      listener,
      taskHandler: async (request) => {
        const refusal = refuse?.(request.stateName);
        if (refusal !== undefined) throw refusal;
        const failure = fail?.(request.stateName);
        const answer = handle(request);
        if (failure === undefined) return answer;
        await answer.catch(() => {});
        throw failure;
      },
    });
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

  setKeyspaceEvents(value: string): void {
    this.elasticache.parameterGroups.add(PARAMETER_GROUP, 'redis2.8', { 'notify-keyspace-events': value });
  }

  /** More users of blue, each by a rule of its own. */
  addUsers(count: number): void {
    const rules = Array.from(
      { length: count },
      (_, index): NewRule => ({
        ...PORT,
        source: { kind: 'cidr', cidr: `10.1.${index}.0/24` },
        description: `Application ${index}`,
      }),
    );
    this.ec2.securityGroups.insert(BLUE_GROUP, rules);
  }

  /** State transitions of the last execution: what Step Functions charges for. */
  get transitions(): number {
    return this.executions[0]?.execution.transitions ?? 0;
  }

  standing(): Standing {
    const { ScalableTargets = [] } = this.scaling.operations.describeScalableTargets.run({ ServiceNamespace: 'ecs' });
    return {
      weights: this.weights(),
      doors: { blue: this.usersRules('blue'), green: this.usersRules('green') },
      desiredCounts: Object.fromEntries(this.ecs.services.all('batch').map((each) => [each.name, each.desiredCount])),
      suspendedScaling: ScalableTargets[0]?.SuspendedState,
      workloads: this.workloads.standing(),
      keyspaceEvents: this.elasticache.parameterGroups.valueOf(PARAMETER_GROUP, 'notify-keyspace-events'),
      lock: this.parameter('lock'),
      phase: this.parameter('journal') && JSON.parse(String(this.parameter('journal'))).phase,
    };
  }

  /** Of the migration's parameters. */
  parameter(leaf: string): string | undefined {
    return this.ssm.parameters.valueOf(`/cdk-cutover/sessions/${leaf}`);
  }

  private async work({ arguments: input }: TaskRequest): Promise<unknown> {
    const { verb, args } = input as unknown as { verb: keyof RedisVerbs; args: { side?: Side } };
    const answer = await this.agent(verb, args);
    if (answer instanceof TaskFailure) throw answer;
    if (verb === 'redis.evict' && args.side !== undefined && this.usersRules(args.side).length === 0) {
      this.inUse.delete(args.side);
    }
    return answer;
  }

  private afterCall({ action, input }: JournalEntry): void {
    this.lookForBrokenInvariants();
    if (action !== 'putParameter' || (input as { Name: string }).Name !== '/cdk-cutover/sessions/approval') return;
    const { token } = JSON.parse(String(this.parameter('approval')));
    if (this.approves) queueMicrotask(() => this.sfn.tokens.succeed(token, '{"by":"me"}'));
  }

  /** Seen from outside, after every call. */
  private lookForBrokenInvariants(): void {
    const weights = this.weights();
    const note = (what: string) => this.broken.push(`${what} at ${JSON.stringify(weights)}`);
    if (weights.blue === 0 && weights.green === 0) note('both weights are 0');
    if (!this.fenced) return;
    if (weights.blue > 0 && weights.green > 0) note('both weights are above 0');
    for (const side of ['blue', 'green'] as const) if (weights[side] > 0) this.inUse.add(side);
    const writable = [...this.inUse].filter((side) => this.usersRules(side).length > 0);
    if (writable.length > 1) note('users can write to both sides');
  }

  private weights(): Record<Side, number> {
    const records = this.zone.records;
    const weight = (side: Side) => records.find(({ SetIdentifier }) => SetIdentifier === side)?.Weight ?? 0;
    return { blue: weight('blue'), green: weight('green') };
  }

  private usersRules(side: Side): string[] {
    return this.ec2.securityGroups
      .ingress(side === 'blue' ? BLUE_GROUP : this.greenGroup)
      .filter(({ source }) => !(source.kind === 'group' && source.groupId === this.hostGroup))
      .map(({ id, ...rule }) => JSON.stringify(rule, Object.keys({ ...rule, ...rule.source }).sort()))
      .sort();
  }

  private async deployRecord(assembly: Assembly): Promise<void> {
    const [record] = assembly.resources('Custom::CutoverRecord');
    const set = (side: Side, weight: number) => ({
      Action: 'CREATE',
      ResourceRecordSet: {
        Name: RECORD,
        Type: 'CNAME',
        SetIdentifier: side,
        Weight: weight,
        TTL: Number(record?.property('TtlSeconds')),
        ResourceRecords: [{ Value: String(record?.property(side === 'blue' ? 'BlueTarget' : 'GreenTarget')) }],
      },
    });
    const administrator = {
      arn: `arn:aws:iam::${ACCOUNT}:role/Administrator`,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/Administrator`,
      statements: [parseStatement({ Effect: 'Allow', Action: '*', Resource: '*' })],
    };
    const call = (service: string, action: string, input: Record<string, unknown>) =>
      this.plane.call({ service, action, arguments: input, principal: administrator });
    await call('route53', 'changeResourceRecordSets', {
      HostedZoneId: ZONE,
      ChangeBatch: { Changes: [set('blue', 100), set('green', 0)] },
    });
    await call('applicationautoscaling', 'registerScalableTarget', {
      ...scalable('mailer'),
      MinCapacity: 2,
      MaxCapacity: 6,
      SuspendedState: { ScheduledScalingSuspended: true },
    });
  }

  private deployNetwork(assembly: Assembly): void {
    const { securityGroups } = this.ec2;
    const rules = assembly.resources('AWS::EC2::SecurityGroupIngress');
    const users: NewRule[] = [
      { ...PORT, source: { kind: 'group', groupId: USERS_GROUP, userId: ACCOUNT }, description: 'Applications' },
      { ...PORT, source: { kind: 'cidr', cidr: '10.0.0.0/16' } },
    ];
    securityGroups.add({ id: USERS_GROUP, name: 'users', vpcId: 'vpc' });
    for (const id of [BLUE_GROUP, this.greenGroup, this.hostGroup]) {
      securityGroups.add({ id, name: id, vpcId: 'vpc' }, id === BLUE_GROUP ? users : []);
    }
    for (const rule of rules) securityGroups.insert(String(rule.property('GroupId')), [ingressOf(rule)]);
  }
}

const PARSED = new Map<string, ReturnType<typeof parseDefinition>>();

/** Hundreds of executions run one definition. */
function parsedOnce({ definition }: StateMachine): ReturnType<typeof parseDefinition> {
  const text = JSON.stringify(definition);
  const parsed = PARSED.get(text) ?? parseDefinition(text);
  PARSED.set(text, parsed);
  return parsed;
}

const PORT = { isEgress: false, protocol: 'tcp', fromPort: 6379, toPort: 6379 };

function ingressOf(rule: Resource): NewRule {
  const groupId = String(rule.property('SourceSecurityGroupId'));
  const description = String(rule.property('Description'));
  return { ...PORT, source: { kind: 'group', groupId, userId: ACCOUNT }, description };
}

function scalable(service: string) {
  return {
    ServiceNamespace: 'ecs' as const,
    ResourceId: `service/batch/${service}`,
    ScalableDimension: 'ecs:service:DesiredCount' as const,
  };
}
