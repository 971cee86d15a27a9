import type { CacheMigrationConfiguration } from '../../contract/cache';
import type { HttpRequestOfCheck } from '../../contract/common';
import type { DatabaseMigrationConfiguration } from '../../contract/database';
import type { ManifestRecord, MigrationManifest, WorkloadKind } from '../../contract/manifest';
import type { MemcachedMigrationConfiguration } from '../../contract/memcached';
import {
  type Assembly,
  type DeclaredMachine,
  type Json,
  type JsonObject,
  type MigrationMachine,
  readManifest,
} from '../assembly';
import type { Side } from '../report/result';
import { type SignsIn, signsInTo } from './caches/sign-in';
import { type ListedCheck, readChecks, readRequests } from './checks/listed-checks';
import {
  type ConvertingInstance,
  convertingInstance,
  type RdsDatabase,
  rdsDatabases,
} from './databases/rds-of-assembly';
import { typesOf } from './types-of-listed';

/** One side of a migration, as the assembly describes it. */
export interface MigrationSide {
  readonly port: number;
  readonly securityGroupIds: readonly string[];
}

/** A name whose weights the state machine moves. */
export type MovedRecord = Omit<ManifestRecord, 'whose'>;

/** Something that the state machine stops, as its states know it. */
export interface StoppedWorkload {
  readonly id: string;
  readonly type: WorkloadKind;
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
  readonly manifest: MigrationManifest;
  readonly configurationParameter: string;
  readonly sides: Readonly<Record<Side, MigrationSide>>;
  readonly stateMachine: MigrationMachine;
  readonly activityArns: readonly string[];
  readonly host: { readonly roleArn: string; readonly securityGroupId: string };
  readonly workloads: readonly ListedWorkload[];
  /** What is asked of the applications, in the order listed. */
  readonly checks: readonly ListedCheck[];
  /** What the migration host may send for them. */
  readonly requests: readonly HttpRequestOfCheck[];
  /** Secrets that the app knows by their names alone: their ARNs want the six characters that AWS adds. */
  readonly partialSecretArns: readonly string[];
  readonly alarmNames: readonly string[];
}

/** Caches, by what the agent is told of them. */
interface CachesMigration<Configuration extends { readonly kind: string }> extends AnyMigration {
  readonly kind: Configuration['kind'];
  /** Its weights report the active side. */
  readonly record: MovedRecord;
  readonly configuration: Configuration;
  readonly parameterGroups: readonly string[];
}

export interface CacheMigration extends CachesMigration<CacheMigrationConfiguration> {
  readonly signsIn: SignsIn;
}

export type MemcachedMigration = CachesMigration<MemcachedMigrationConfiguration>;

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
}

export type Migration = CacheMigration | MemcachedMigration | DatabaseMigration;

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
  const stateMachine = named(assembly, name);
  const { manifest } = stateMachine;
  const { kind, host, parameters, databases } = manifest;
  const configuration = readConfiguration(assembly, stateMachine.stackName, parameters.configuration);
  const { sides, workloads, checks } = knownOf(stateMachine);
  const side = (of: Side): MigrationSide => ({
    port: configuration[of].port,
    securityGroupIds: listOf(objectOf(objectOf(sides)[of]).securityGroupIds).map(String),
  });
  const instance = assembly
    .resources('AWS::EC2::Instance')
    .find(({ stackName, logicalId }) => stackName === stateMachine.stackName && logicalId === host.instance);
  if (instance === undefined) throw new Error(`The assembly has no instance ${host.instance}, the migration host.`);
  const [record, readerRecord] = (['writer', 'reader'] as const).map((one) =>
    manifest.records.find(({ whose }) => whose === one),
  );
  const any = {
    name: manifest.migration,
    manifest,
    configurationParameter: parameters.configuration,
    stateMachine,
    activityArns: [manifest.activity],
    host: { roleArn: host.roleArn, securityGroupId: host.securityGroup },
    alarmNames: manifest.alarms,
    sides: { blue: side('blue'), green: side('green') },
    workloads: listedWorkloads(workloads, manifest),
    checks: readChecks(checks, manifest),
    requests: readRequests(instance),
    partialSecretArns: manifest.partialSecretArns,
  };
  if (configuration.kind !== 'database') {
    if (record === undefined)
      throw new Error(`The manifest of ${manifest.migration} has no record, and a cache has one.`);
    const parameterGroups = manifest.parameterGroups.map((group) => group.name);
    // The compiler does not follow that the kind is that of the configuration.
    const signsIn = signsInTo(assembly);
    return { ...any, kind: configuration.kind, configuration, record, parameterGroups, signsIn } as Migration;
  }
  if (databases === undefined)
    throw new Error(`The manifest of ${manifest.migration} is of ${kind} and has no databases.`);
  const endpoint = configuration.converting?.endpoint;
  return {
    ...any,
    kind: 'database',
    configuration,
    rds: {
      ...rdsDatabases(assembly, databases, readerRecord),
      parameterGroups: manifest.parameterGroups.map(({ name: group, engineVersion = '' }) => ({
        name: group,
        engineVersion,
      })),
    },
    ...(databases.converting !== undefined &&
      endpoint !== undefined && { converting: convertingInstance(assembly, databases.converting, endpoint.port) }),
    ...(record !== undefined && { record }),
    ...(readerRecord !== undefined && { readerRecord }),
  };
}

function named(assembly: Assembly, name: string | undefined): MigrationMachine {
  const all = assembly.migrationMachines();
  const names = all.map(({ migration }) => migration).join(', ');
  const found = name === undefined ? all : all.filter(({ migration }) => migration === name);
  const [first] = found;
  if (first !== undefined && found.length === 1) return ofThisVersion(first);
  if (all.length === 0) {
    throw new Error(
      `The assembly in ${assembly.directory} holds no migration (no state machine with a manifest). Synthesize an app with a CacheMigration or an AuroraMigration in it: cdk synth -o DIR.`,
    );
  }
  if (name === undefined) {
    throw new Error(`The assembly in ${assembly.directory} holds several migrations: ${names}. Name one of them.`);
  }
  throw new Error(
    found.length === 0
      ? `The assembly in ${assembly.directory} holds no migration ${name}; it has ${names}.`
      : `The assembly in ${assembly.directory} holds ${found.length} migrations with the name ${name}, in the stacks ${found.map(({ stackName }) => stackName).join(', ')}. Synthesize one of them at a time, or give each a migrationName of its own.`,
  );
}

function ofThisVersion({ manifest, ...stateMachine }: DeclaredMachine): MigrationMachine {
  const remedy = 'Rehearse it with the version of cdk-cutover that the app was synthesized with.';
  return { ...stateMachine, manifest: readManifest(manifest, remedy) };
}

function readConfiguration(assembly: Assembly, stack: string, parameter: string) {
  const found = assembly
    .resources('AWS::SSM::Parameter')
    .find((one) => one.stackName === stack && one.property('Name') === parameter);
  if (found === undefined) throw new Error(`The assembly in ${assembly.directory} has no parameter ${parameter}.`);
  return JSON.parse(String(found.property('Value'))) as Migration['configuration'];
}

/** What the definition knows from its beginning on. */
export function knownOf({
  definition,
  manifest: { migration, states },
}: Pick<MigrationMachine, 'definition' | 'manifest'>): JsonObject {
  const { Assign: assign } = objectOf(objectOf(definition.States)[states.knows]);
  if (isObject(assign)) return assign;
  throw new Error(`The definition of ${migration} has no state "${states.knows}", of which its manifest speaks.`);
}

export function listedWorkloads(
  listed: Json | undefined,
  { migration, workloads }: MigrationManifest,
): ListedWorkload[] {
  const typeOf = typesOf('workload', migration, workloads);
  return listOf(listed)
    .filter(isObject)
    .map(({ id, kind, stage, part, owner, note, facts }) => ({
      id: String(id),
      type: typeOf(String(id)),
      kind: String(kind),
      stage: Number(stage),
      part: Number(part),
      ...(owner !== undefined && { owner: String(owner) }),
      ...(note !== undefined && { note: String(note) }),
      facts: objectOf(facts),
    }));
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

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
