import type { CacheMigrationConfiguration } from '../../contract/cache';
import type { HttpRequestOfCheck } from '../../contract/common';
import type { DatabaseMigrationConfiguration } from '../../contract/database';
import type { Assembly, Json, JsonObject, Resource, StateMachine } from '../assembly';
import type { Side } from '../report/result';
import { type ListedCheck, readChecks, readRequests } from './checks/listed-checks';

/** One side of a migration, as the assembly describes it. */
export interface MigrationSide {
  readonly port: number;
  readonly securityGroupIds: readonly string[];
}

/** A name whose weights the state machine moves. */
export interface MovedRecord {
  readonly zoneId: string;
  readonly name: string;
  readonly ttlSeconds: number;
  readonly targets: Readonly<Record<Side, string>>;
  /** Endpoints of green's that the state machine leads a part of the clients to before that. */
  readonly trialTargets: readonly string[];
}

/** An ECS service that the state machine stops. */
export interface StoppedService {
  readonly cluster: string;
  readonly service: string;
}

/** Something that the state machine stops, as its states know it. */
export interface StoppedWorkload {
  readonly id: string;
  /** As the library calls the kind, e.g. `ECS service`. */
  readonly kind: string;
  readonly facts: JsonObject;
}

/** One that is listed in a migration, with what its runbook says of it. */
export interface ListedWorkload extends StoppedWorkload {
  /** When it is stopped: 0 at once, 1 when those of 0 are quiet, and so on. */
  readonly stage: number;
  /** Which of the journal's parameters keeps how it was. */
  readonly part: number;
  readonly owner?: string;
  readonly note?: string;
}

/** What of an assembly is the migration: the state machine, and all that it will meet. */
interface AnyMigration {
  readonly name: string;
  readonly configurationParameter: string;
  readonly sides: Readonly<Record<Side, MigrationSide>>;
  readonly stateMachine: StateMachine;
  readonly activityArns: readonly string[];
  readonly host: { readonly roleArn: string; readonly securityGroupId: string };
  readonly workloads: readonly ListedWorkload[];
  /** Those of them that are ECS services. */
  readonly services: readonly StoppedService[];
  /** What is asked of the applications, in the order listed. */
  readonly checks: readonly ListedCheck[];
  /** What the migration host may send for them. */
  readonly requests: readonly HttpRequestOfCheck[];
  readonly alarmNames: readonly string[];
}

/** A side as RDS knows it: an instance by itself, or a cluster and its instances. */
export interface RdsDatabase {
  readonly cluster?: string;
  readonly instances: readonly { readonly identifier: string; readonly instanceClass: string }[];
  /** ARN of what it is a replica of. */
  readonly source?: string;
  /** Custom endpoints of the cluster. */
  readonly endpoints: readonly RdsEndpoint[];
}

export interface RdsEndpoint {
  readonly identifier: string;
  readonly host: string;
  readonly type: 'READER' | 'ANY';
  /** Identifiers. */
  readonly staticMembers?: readonly string[];
  readonly excludedMembers?: readonly string[];
}

/** The instance between blue and green, on which tables are converted. */
export interface ConvertingInstance extends MigrationSide {
  readonly identifier: string;
  readonly instanceClass: string;
  /** GiB. */
  readonly allocatedStorage: number;
  /** Days. */
  readonly backupRetention: number;
  /** Identifier of what it replicates from. */
  readonly source: string;
}

export interface CacheMigration extends AnyMigration {
  readonly kind: 'cache';
  /** Its weights say who serves. */
  readonly record: MovedRecord;
  readonly configuration: CacheMigrationConfiguration;
  readonly parameterGroups: readonly string[];
}

export interface DatabaseMigration extends AnyMigration {
  readonly kind: 'database';
  /** Its weights say who is written to. Absent: RDS gives green blue's own names. */
  readonly record?: MovedRecord;
  readonly configuration: DatabaseMigrationConfiguration;
  readonly rds: Readonly<Record<Side, RdsDatabase>> & {
    /** Those that are to be there before the migration, of clusters. */
    readonly parameterGroups: readonly { readonly name: string; readonly engineVersion: string }[];
  };
  /** Absent: green replicates from blue itself. */
  readonly converting?: ConvertingInstance;
  /** The name that readers resolve, where they have one of their own. */
  readonly readerRecord?: MovedRecord;
  /** Secrets that the app knows by their names alone: their ARNs want the six characters that AWS adds. */
  readonly partialSecretArns: readonly string[];
}

export type Migration = CacheMigration | DatabaseMigration;

/** Every record that is moved. */
export function recordsOf(migration: Migration): readonly MovedRecord[] {
  const readers = migration.kind === 'database' ? migration.readerRecord : undefined;
  return [migration.record, readers].filter((record) => record !== undefined);
}

/**
 * The migration of that name, or the only one there is.
 *
 * @throws Error where the assembly holds no such migration, or several and no name is given
 */
export function findMigration(assembly: Assembly, name?: string): Migration {
  const parameters = assembly
    .resources('AWS::SSM::Parameter')
    .filter((resource) => nameOf(resource).endsWith(CONFIGURATION));
  const parameter = named(assembly, parameters, name);
  const configuration = JSON.parse(String(parameter.property('Value'))) as
    | CacheMigrationConfiguration
    | DatabaseMigrationConfiguration;
  const isOwn = ownedBy(
    parameter,
    parameters.filter(({ stackName }) => stackName === parameter.stackName),
  );
  const within = (type: string) => assembly.resources(type).filter(isOwn);
  const instance = one(within('AWS::EC2::Instance'), 'migration host');
  const stateMachine = one(
    assembly.stateMachines().filter((machine) => isOwn(machine) && machine.type === 'STANDARD'),
    'state machine',
  );
  const states = allStates(stateMachine.definition);
  const groups = groupsOfSides(states);
  const workloads = stoppedWorkloads(states);
  const side = (name: Side): MigrationSide => ({
    port: configuration[name].port,
    securityGroupIds: groups[name],
  });
  const records = within('Custom::CutoverRecord').map(recordOf);
  const any = {
    name: configuration.migrationName,
    configurationParameter: nameOf(parameter),
    sides: { blue: side('blue'), green: side('green') },
    stateMachine,
    activityArns: within('AWS::StepFunctions::Activity').map((resource) => String(resource.physicalId)),
    host: {
      roleArn: roleOf(instance, (type) => assembly.resources(type)),
      securityGroupId: String(listOf(instance.property('SecurityGroupIds'))[0]),
    },
    workloads,
    checks: readChecks(assigned(states, 'checks')),
    requests: readRequests(instance),
    services: workloads
      .filter(({ kind }) => kind === 'ECS service')
      .map(({ facts }) => ({ cluster: String(facts.cluster), service: String(facts.service) })),
    alarmNames: distinct(
      argumentsOf(states, 'cloudwatch:describeAlarms').flatMap(({ AlarmNames }) => listOf(AlarmNames).map(String)),
    ),
  };
  if (configuration.kind === 'database') {
    const isWriters = ({ name }: MovedRecord) => name === configuration.recordName;
    const readers = records.find((record) => !isWriters(record));
    const keepsItsName = configuration.recordName === undefined;
    return {
      ...any,
      kind: 'database',
      configuration,
      rds: rdsDatabases(assembly, states, stateMachine.roleArn, readers),
      ...(configuration.converting !== undefined && {
        converting: convertingInstance(assembly, configuration.converting.endpoint),
      }),
      partialSecretArns: resourcesOf(assembly, any.host.roleArn).flatMap(
        (resource) => /^(arn:.*:secret:.*)-\?{6}$/.exec(resource)?.[1] ?? [],
      ),
      ...(!keepsItsName && { record: one(records.filter(isWriters), 'weighted record of the writer') }),
      ...(readers !== undefined && { readerRecord: readers }),
    };
  }
  return {
    ...any,
    kind: 'cache',
    configuration,
    record: one(records, 'weighted record'),
    parameterGroups: distinct(
      argumentsOf(states, 'elasticache:describeCacheParameters').map((each) => String(each.CacheParameterGroupName)),
    ),
  };
}

const CONFIGURATION = '/configuration';

function named(assembly: Assembly, parameters: readonly Resource[], name: string | undefined): Resource {
  const all = parameters.map((parameter) => ({ parameter, name: migrationOf(parameter) }));
  const names = all.map((each) => each.name).join(', ');
  const found = name === undefined ? all : all.filter((each) => each.name === name);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first.parameter;
  if (all.length === 0) {
    throw new Error(
      `The assembly in ${assembly.directory} holds no migration (no parameter /cdk-cutover/…/configuration). Synthesize an app with a CacheMigration or an AuroraMigration in it: cdk synth -o DIR.`,
    );
  }
  if (name === undefined) {
    throw new Error(`The assembly in ${assembly.directory} holds several migrations: ${names}. Name one of them.`);
  }
  throw new Error(
    found.length === 0
      ? `The assembly in ${assembly.directory} holds no migration ${name}; it has ${names}.`
      : `The assembly in ${assembly.directory} holds ${found.length} migrations with the name ${name}, in the stacks ${found.map((each) => each.parameter.stackName).join(', ')}. Synthesize one of them at a time, or give each a migrationName of its own.`,
  );
}

/** `/cdk-cutover/NAME/configuration` */
function migrationOf(parameter: Resource): string {
  return nameOf(parameter).split('/')[2] ?? '';
}

/** Of several migrations in one stack, whose a resource is: logical ids begin with their construct's. */
function ownedBy(parameter: Resource, all: readonly Resource[]) {
  const prefixOf = ({ logicalId }: Resource) => logicalId.replace(/Configuration[0-9A-F]{8}$/, '');
  const own = prefixOf(parameter);
  const others = all.map(prefixOf).filter((prefix) => prefix !== own && prefix.startsWith(own));
  return ({ stackName, logicalId }: { readonly stackName: string; readonly logicalId: string }) =>
    stackName === parameter.stackName &&
    (all.length === 1 || (logicalId.startsWith(own) && !others.some((prefix) => logicalId.startsWith(prefix))));
}

/** What was there before the assembly is known by its name alone, of which the definition asks. */
function rdsDatabases(
  assembly: Assembly,
  states: ReadonlyMap<string, JsonObject>,
  roleArn: string,
  readers: MovedRecord | undefined,
): DatabaseMigration['rds'] {
  const named = (call: string, argument: string) =>
    distinct(
      argumentsOf(states, call)
        .flatMap((given) => (given[argument] === undefined ? [] : [String(given[argument])]))
        .filter((name) => !name.startsWith('{%')),
    );
  const declared = assembly.resources('AWS::RDS::DBCluster');
  const declaredAs = (name: string) => declared.find(({ physicalId }) => physicalId === name);
  const sources = named('rds:createBlueGreenDeployment', 'Source').map((arn) => arn.split(':').at(-1) ?? arn);
  const clusters = [...named('rds:describeDBClusters', 'DbClusterIdentifier'), ...sources];
  const instances = named('rds:describeDBInstances', 'DbInstanceIdentifier');
  const greenAsked = states.get('What does RDS say of green?')?.Arguments;
  const newCluster = clusters.find((name) => isObject(greenAsked) && greenAsked.DbClusterIdentifier === name);
  const oldCluster = clusters.find((name) => name !== newCluster);
  const source = newCluster === undefined ? undefined : declaredAs(newCluster)?.property('ReplicationSourceIdentifier');
  const blueAsked = states.get('What does RDS say of blue?')?.Arguments;
  const isBlue = (name: string) => !isObject(blueAsked) || blueAsked.DbInstanceIdentifier === name;
  const instancesOfBlue = oldCluster === undefined ? instances.filter(isBlue) : instancesOf(assembly, roleArn);
  const instancesOfGreen = newCluster === undefined ? [] : declaredInstances(assembly, newCluster);
  const led = [...(readers?.trialTargets ?? []), ...(readers === undefined ? [] : [readers.targets.green])];
  const existing = named('rds:describeDBClusterEndpoints', 'DbClusterEndpointIdentifier').flatMap((identifier) =>
    led
      .filter((host) => host.startsWith(`${identifier}.`))
      .map((host) => ({ identifier, host, type: 'READER' as const })),
  );
  const endpoints =
    newCluster !== undefined && declaredAs(newCluster) !== undefined
      ? declaredEndpoints(assembly, newCluster)
      : existing;
  return {
    blue: {
      ...(oldCluster !== undefined && { cluster: oldCluster }),
      instances: instancesOfBlue.map((identifier) => ({ identifier, instanceClass: ANY_CLASS })),
      endpoints: [],
    },
    green: {
      ...(newCluster !== undefined && { cluster: newCluster }),
      // Of one that the assembly does not make, nothing names the instances.
      instances:
        newCluster === undefined || declaredAs(newCluster) !== undefined
          ? instancesOfGreen
          : existingInstances(newCluster, led).map((identifier) => ({ identifier, instanceClass: ANY_CLASS })),
      endpoints,
      ...(source !== undefined && { source: String(source) }),
    },
    parameterGroups: argumentsOf(states, 'rds:createBlueGreenDeployment').flatMap((given) =>
      given.TargetDBClusterParameterGroupName === undefined
        ? []
        : [{ name: String(given.TargetDBClusterParameterGroupName), engineVersion: String(given.TargetEngineVersion) }],
    ),
  };
}

function declaredEndpoints(assembly: Assembly, cluster: string): RdsDatabase['endpoints'] {
  return assembly
    .resources('AWS::RDS::DBClusterEndpoint')
    .filter((endpoint) => endpoint.property('DBClusterIdentifier') === cluster)
    .map((endpoint) => {
      const [staticMembers, excludedMembers] = ['StaticMembers', 'ExcludedMembers'].map((list) =>
        listOf(endpoint.property(list)).map(String),
      );
      return {
        identifier: String(endpoint.physicalId),
        host: String(endpoint.attribute('Endpoint')),
        type: endpoint.property('CustomEndpointType') === 'ANY' ? 'ANY' : 'READER',
        ...(staticMembers && staticMembers.length > 0 && { staticMembers }),
        ...(excludedMembers && excludedMembers.length > 0 && { excludedMembers }),
      };
    });
}

/** A writer; those that readers are led to by their own names; and a reader, where an endpoint wants one. */
function existingInstances(cluster: string, hosts: readonly string[]): string[] {
  const own = hosts.filter((host) => !host.includes('.cluster-')).map((host) => host.split('.')[0] ?? '');
  const isCustom = hosts.some((host) => host.includes('.cluster-custom-'));
  return distinct([`${cluster}-1`, ...own, ...(isCustom ? [`${cluster}-2`] : [])]);
}

/** The app itself makes it: its endpoint says which of the instances it is. */
function convertingInstance(assembly: Assembly, { host, port }: { host: string; port: number }): ConvertingInstance {
  const found = assembly
    .resources('AWS::RDS::DBInstance')
    .find((instance) => instance.attribute('Endpoint.Address') === host);
  if (found === undefined) {
    throw new Error(
      `The assembly makes no instance with the endpoint ${host}, the converting replica. Synthesize it all.`,
    );
  }
  return {
    identifier: String(found.physicalId),
    instanceClass: String(found.property('DBInstanceClass')),
    allocatedStorage: Number(found.property('AllocatedStorage')),
    backupRetention: Number(found.property('BackupRetentionPeriod')),
    source: String(found.property('SourceDBInstanceIdentifier')),
    port,
    securityGroupIds: listOf(found.property('VPCSecurityGroups')).map(String),
  };
}

function declaredInstances(assembly: Assembly, cluster: string): RdsDatabase['instances'] {
  return assembly
    .resources('AWS::RDS::DBInstance')
    .filter((instance) => instance.property('DBClusterIdentifier') === cluster)
    .map((instance) => ({
      identifier: String(instance.physicalId),
      instanceClass: String(instance.property('DBInstanceClass')),
    }));
}

/** The instances of an existing cluster, which only the permissions name. */
function instancesOf(assembly: Assembly, roleArn: string): string[] {
  return distinct(
    resourcesOf(assembly, roleArn).flatMap((resource) => /:rds:.*:db:([a-z0-9-]+)$/.exec(resource)?.[1] ?? []),
  );
}

/** What a role's policies are about. */
function resourcesOf(assembly: Assembly, roleArn: string): string[] {
  const { policies } = assembly.role(roleArn);
  return policies.flatMap(({ statements }) =>
    statements.flatMap(({ Resource: resource }) => (Array.isArray(resource) ? resource : [resource]).map(String)),
  );
}

/** Nothing in the assembly says what an existing instance runs on. */
const ANY_CLASS = 'db.r5.large';

function recordOf(resource: Resource): MovedRecord {
  return {
    zoneId: String(resource.property('HostedZoneId')),
    name: String(resource.property('RecordName')),
    ttlSeconds: Number(resource.property('TtlSeconds')),
    targets: { blue: String(resource.property('BlueTarget')), green: String(resource.property('GreenTarget')) },
    trialTargets: listOf(resource.property('GreenTrialTargets')).map(String),
  };
}

/** Every state of a definition, those in branches and iterations too, by name. */
export function allStates(definition: JsonObject): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  const visit = (machine: Json | undefined) => {
    const states = isObject(machine) && isObject(machine.States) ? machine.States : {};
    for (const [name, state] of Object.entries(states)) {
      if (!isObject(state)) continue;
      found.set(name, state);
      visit(state.ItemProcessor);
      for (const branch of listOf(state.Branches)) visit(branch);
    }
  };
  visit(definition);
  return found;
}

function argumentsOf(states: ReadonlyMap<string, JsonObject>, call: string): JsonObject[] {
  return [...states.values()]
    .filter(({ Resource: resource }) => String(resource).includes(`:aws-sdk:${call}`))
    .map(({ Arguments: given }) => (isObject(given) ? given : {}));
}

/** The state machine is told both sides once; the rehearsal hears it there. */
function groupsOfSides(states: ReadonlyMap<string, JsonObject>): Record<Side, string[]> {
  const sides = assigned(states, 'sides');
  if (!isObject(sides)) {
    throw new Error('The definition assigns no "sides": it was not made by a migration of this library.');
  }
  const of = (side: Json | undefined) => (isObject(side) ? listOf(side.securityGroupIds).map(String) : []);
  return { blue: of(sides.blue), green: of(sides.green) };
}

function stoppedWorkloads(states: ReadonlyMap<string, JsonObject>): ListedWorkload[] {
  return listOf(assigned(states, 'workloads'))
    .filter(isObject)
    .map(({ id, kind, stage, part, owner, note, facts }) => ({
      id: String(id),
      kind: String(kind),
      stage: Number(stage),
      part: Number(part),
      ...(owner !== undefined && { owner: String(owner) }),
      ...(note !== undefined && { note: String(note) }),
      facts: isObject(facts) ? facts : {},
    }));
}

/** What the definition assigns to a variable as it is, not by an expression. */
function assigned(states: ReadonlyMap<string, JsonObject>, variable: string): Json | undefined {
  for (const { Assign: assign } of states.values()) {
    const value = isObject(assign) ? assign[variable] : undefined;
    if (value !== undefined && typeof value !== 'string') return value;
  }
  return undefined;
}

function roleOf(instance: Resource, all: (type: string) => readonly Resource[]): string {
  const profile = all('AWS::IAM::InstanceProfile').find(
    (resource) => resource.physicalId === instance.property('IamInstanceProfile'),
  );
  const name = listOf(profile?.property('Roles'))[0];
  const role = all('AWS::IAM::Role').find((resource) => resource.physicalId === name);
  if (role === undefined) throw new Error(`The migration host ${instance.logicalId} has no role in the assembly.`);
  return String(role.attribute('Arn'));
}

function nameOf(parameter: Resource): string {
  const name = String(parameter.property('Name') ?? '');
  return name.startsWith('/cdk-cutover/') ? name : '';
}

function one<T>(found: readonly T[], what: string): T {
  return only(
    found,
    `The migration's stack has no ${what}. Synthesize it with this version of the library.`,
    `The migration's stack has ${found.length} of: ${what}; one is expected. Give each migration a stack of its own.`,
  );
}

function only<T>(found: readonly T[], none: string, several: string): T {
  const [first] = found;
  if (first === undefined) throw new Error(none);
  if (found.length > 1) throw new Error(several);
  return first;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
