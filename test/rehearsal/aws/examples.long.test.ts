import { App } from 'aws-cdk-lib';
import { examples } from '../../../examples';
import { type Assembly, type JsonObject, loadAssembly, type Role } from '../../../rehearsal/assembly';
import { ApplicationAutoScaling } from '../../../rehearsal/aws/application-auto-scaling/application-auto-scaling';
import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch';
import { Ec2 } from '../../../rehearsal/aws/ec2/ec2';
import { Ecs } from '../../../rehearsal/aws/ecs/ecs';
import { ElasticLoadBalancing } from '../../../rehearsal/aws/elastic-load-balancing/elastic-load-balancing';
import { ElastiCache } from '../../../rehearsal/aws/elasticache/elasticache';
import { eventRule } from '../../../rehearsal/aws/eventbridge/rules-of-assembly';
import { itemBytes } from '../../../rehearsal/aws/integration/answer-size';
import { Keys } from '../../../rehearsal/aws/kms/keys';
import { Kms } from '../../../rehearsal/aws/kms/kms';
import { type AssumedBy, assumeRole } from '../../../rehearsal/aws/policy';
import { Rds } from '../../../rehearsal/aws/rds/rds';
import { Route53 } from '../../../rehearsal/aws/route53/route53';
import { checkSdkTask, parseSdkResource } from '../../../rehearsal/aws/sdk-schemas';
import { Sfn } from '../../../rehearsal/aws/sfn/sfn';
import { Sns } from '../../../rehearsal/aws/sns';
import { Ssm } from '../../../rehearsal/aws/ssm/ssm';
import { real } from '../../given-back';
import { removeTemporaryFolders, temporaryFolder } from '../assembly/written-assembly';
import { testEnvironment } from './test-environment';

afterAll(removeTemporaryFolders);

const { environment } = testEnvironment();
const runner = { stateMachineArns: [], executions: () => [], start: () => {}, stop: () => Promise.resolve() };
const services = [
  new ApplicationAutoScaling(environment),
  new CloudWatch(environment),
  new Ec2(environment),
  new Ecs({ environment, scale: () => Promise.resolve() }),
  new ElastiCache({ environment }),
  new ElasticLoadBalancing({ environment }),
  new Kms(environment, new Keys(environment.account)),
  new Rds({ environment }),
  new Route53({ environment, propagationMs: () => 0 }),
  new Sfn({ environment, activityArns: [], runner }),
  new Sns({ environment, topics: [] }),
  new Ssm({ environment, runCommand: () => Promise.reject(new Error('no machines')) }),
];
const rehearsed = new Set(
  services.flatMap(({ identifier, operations }) => Object.keys(operations).map((action) => `${identifier}:${action}`)),
);

interface Task {
  readonly name: string;
  readonly resource: string;
  readonly given: unknown;
}

/** The Task states of a definition, those of branches and iterations too. */
function tasksOf(definition: JsonObject): Task[] {
  return Object.entries((definition.States ?? {}) as JsonObject).flatMap(([name, value]) => {
    const state = value as JsonObject;
    const inner = [state.ItemProcessor, ...((state.Branches ?? []) as JsonObject[])].filter(
      (part) => part !== undefined,
    );
    return [
      ...(state.Type === 'Task' ? [{ name, resource: String(state.Resource), given: state.Arguments }] : []),
      ...inner.flatMap((part) => tasksOf(part as JsonObject)),
    ];
  });
}

/** What has one answer, or a short one: an execution, a parameter's page of two records, ten services, attributes. */
const ONE_ANSWER = [
  'sfn:describeExecution',
  'ecs:listTasks',
  'route53:listResourceRecordSets',
  'rds:describeBlueGreenDeployments',
  'rds:describeDBEngineVersions',
  'rds:describeDBClusterEndpoints',
  'elasticloadbalancingv2:describeTargetGroupAttributes',
  'eventbridge:describeRule',
  'kms:describeKey',
];

/** Members that list the names of what is asked for, and those that name one. */
const NAMES = ['AlarmNames', 'Services', 'AutoScalingGroupNames', 'ResourceIds'];
const NAME = [
  ...['DbClusterIdentifier', 'DbInstanceIdentifier', 'ResourceId', 'ParameterName'],
  ...['ReplicationGroupId', 'CacheClusterId'],
];
/** A cluster has so many instances, and so many tasks are asked for at once. */
const MEMBERS_OF_A_CLUSTER = 16;
const TASKS_OF_A_LOOK = 20;

/** How many items an answer to these arguments can have: as many as they allow on a page, or as they name. */
function mostItems(given: unknown): number {
  const text = JSON.stringify(given);
  const [, size] = /["'](?:MaxResults|MaxRecords|MaxItems|PageSize)["']: ?"?(\d+)/.exec(text) ?? [];
  const members: Readonly<Record<string, unknown>> = typeof given === 'object' && given !== null ? { ...given } : {};
  const named = NAMES.map((name) => members[name]).filter((list) => Array.isArray(list));
  const most = [
    ...(size === undefined ? [] : [Number(size)]),
    ...named.map((list) => list.length),
    ...(NAME.some((name) => members[name] !== undefined) ? [1] : []),
    ...(members.Tasks === undefined ? [] : [TASKS_OF_A_LOOK]),
    ...(/\b(parameter-name|db-instance-id)\b/.test(text) ? [1] : []),
    ...(text.includes('db-cluster-') ? [MEMBERS_OF_A_CLUSTER] : []),
  ];
  return Math.min(Number.POSITIVE_INFINITY, ...most);
}

describe.each(Object.keys(examples))('the example %s', (name) => {
  let assembly: Assembly;
  let tasks: readonly Task[];
  beforeAll(() => {
    const app = new App({ outdir: temporaryFolder() });
    examples[name]?.(app, { migrating: true });
    assembly = loadAssembly(app.synth().directory);
    tasks = assembly.stateMachines().flatMap(({ definition }) => tasksOf(definition));
  });

  test('has SDK states whose names and arguments are the SDK’s own', async () => {
    const sdkTasks = tasks.filter(({ resource }) => parseSdkResource(resource) !== undefined);
    expect(sdkTasks.length).toBeGreaterThan(10);
    const problems = await Promise.all(sdkTasks.map(({ resource, given }) => checkSdkTask(resource, given)));
    expect(
      sdkTasks.flatMap(({ name: state }, index) =>
        real(problems[index] ?? []).map((problem) => ({ state, ...problem })),
      ),
    ).toEqual([]);
  });

  test('makes no call that the control plane cannot answer', () => {
    const calls = tasks.flatMap(({ resource }) => {
      const sdk = parseSdkResource(resource);
      return sdk === undefined ? [] : [`${sdk.service}:${sdk.action}`];
    });
    expect(calls.filter((call) => !rehearsed.has(call))).toEqual([]);
  });

  test('asks for no more than 256 KiB at once, however much the account has', () => {
    const lists = tasks.flatMap(({ name: state, resource, given }) => {
      const sdk = parseSdkResource(resource);
      if (sdk === undefined || !/^(describe|list)/.test(sdk.action)) return [];
      return [{ state, call: `${sdk.service}:${sdk.action}`, most: mostItems(given) }];
    });
    expect(lists.length).toBeGreaterThan(0);
    const unbounded = lists.filter(
      ({ call, most }) => !ONE_ANSWER.includes(call) && most * (itemBytes(call) ?? Number.POSITIVE_INFINITY) > 262_144,
    );
    expect(unbounded).toEqual([]);
  });

  test('resolves wholly: every property, every role, every rule', () => {
    const properties = assembly.resources().map((resource) => resource.properties);
    expect(JSON.stringify(properties)).not.toMatch(/"Fn::|"Ref":/);
    for (const role of assembly.requireResources('AWS::IAM::Role')) {
      const read = assembly.role(String(role.attribute('Arn')));
      expect(assumeRole(read, 's', trusted(read)).statements.length).toBeGreaterThan(0);
    }
    const rules = assembly.requireResources('AWS::Events::Rule').map(eventRule);
    expect(rules).toMatchObject([{ state: 'ENABLED' }, { state: 'ENABLED' }]);
  });
});

/** The service that a role is for, with a resource of the account for which it takes it. */
function trusted({ trust }: Role): AssumedBy {
  const service = /"Service":"([^"]+)"/.exec(JSON.stringify(trust))?.[1] ?? '';
  const sourceArn = /"aws:SourceArn":"([^"]+)"/.exec(JSON.stringify(trust))?.[1]?.replace('*', 'any');
  return { service, ...(sourceArn !== undefined && { sourceArn }) };
}
