import type { Side } from '../../contract/common';
import { type Assembly, type JsonObject, loadAssembly } from '../assembly';
import type { ListedCheck } from '../testbed/checks/listed-checks';
import { findMigration, type ListedWorkload, type Migration, type MovedRecord, recordsOf } from '../testbed/migration';
import { estimate, type Poll } from './estimate';
import { phasesOf, type RunbookPhase } from './phases';

/**
 * US dollars for a state transition of a Standard workflow, in us-east-1 and most Regions, November 2026.
 *
 * @see https://aws.amazon.com/step-functions/pricing/
 */
export const DOLLARS_A_TRANSITION = 0.000025;

/** What a workload's entry in the journal takes besides its name: desired count and what was suspended, at the most usual. */
const BYTES_OF_AN_ENTRY = 110;

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const MAX_EVENTS = 25_000;
export const MAX_PAYLOAD_BYTES = 262_144;
/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
export const MAX_PARAMETER_BYTES = 8_192;

/** What a loop adds each time it is gone through again. */
export interface RunbookPoll extends Poll {
  /** How many workloads wait in it at once. */
  readonly times: number;
}

export interface RunbookEstimate {
  /** Of a cutover in which nothing must be waited for. */
  readonly transitions: number;
  readonly events: number;
  readonly dollars: number;
  /** Looks at the alarms in a watch to its end, and what they add. */
  readonly watch: { readonly looks: number; readonly transitions: number; readonly events: number };
  readonly polls: readonly RunbookPoll[];
  /** The list of workloads, which is the largest that a state is given. */
  readonly largestPayloadBytes: number;
  readonly largestParameterBytes: number;
}

/** A check as people need it on the night. */
export interface RunbookCheck extends Omit<ListedCheck, 'facts' | 'type'> {
  /** What a person is to look at. */
  readonly instructions?: string;
}

/** What people need on the night, read from what will be deployed. */
export interface Runbook {
  readonly migration: string;
  readonly kind: Migration['kind'];
  readonly stateMachineArn: string;
  readonly records: readonly { readonly name: string; readonly blue: string; readonly green: string }[];
  readonly blue: string;
  readonly green: string;
  readonly alarms: readonly string[];
  /** Those names of the above that are stand-ins: AWS gives the real ones when the app is deployed. */
  readonly standIns: readonly string[];
  readonly phases: readonly RunbookPhase[];
  readonly stages: readonly (readonly Pick<ListedWorkload, 'id' | 'kind' | 'owner' | 'note'>[])[];
  /** In the order in which they are asked, at each of the two times. */
  readonly checks: readonly RunbookCheck[];
  readonly asksForApproval: boolean;
  readonly canRollBack: boolean;
  /** Whether tables are to be converted before. */
  readonly prepares: boolean;
  readonly estimate: RunbookEstimate;
}

/** @throws Error where the folder holds no cloud assembly, no such migration, or several and none is named. */
export async function readRunbook(folder: string, migration?: string): Promise<Runbook> {
  return runbookOf(loadAssembly(folder), migration);
}

export function runbookOf(assembly: Assembly, name?: string): Promise<Runbook> {
  const migration = findMigration(assembly, name);
  const { arn: stateMachineArn, definition } = migration.stateMachine;
  return runbookFrom({ ...migration, stateMachineArn, definition, records: recordsOf(migration) }, (text) =>
    isStated(assembly, text),
  );
}

/** What a runbook is made of, from an assembly or of what is deployed. */
export interface KnownMigration
  extends Pick<Migration, 'name' | 'kind' | 'manifest' | 'workloads' | 'checks' | 'alarmNames'> {
  readonly stateMachineArn: string;
  readonly definition: JsonObject;
  readonly records: readonly MovedRecord[];
  readonly configuration: { readonly [side in Side]: { readonly host: string } };
}

/** @param stated whether a name is the real one. */
export async function runbookFrom(migration: KnownMigration, stated: (text: string) => boolean): Promise<Runbook> {
  const { stateMachineArn, manifest, workloads, configuration } = migration;
  const phases = phasesOf(migration);
  const stages = [...new Set(workloads.map(({ stage }) => stage))].sort((a, b) => a - b);
  const moved = {
    stateMachineArn,
    records: migration.records.map(({ name: record, targets }) => ({ name: record, ...targets })),
    blue: configuration.blue.host,
    green: configuration.green.host,
    alarms: migration.alarmNames,
  };
  const names = [moved.stateMachineArn, moved.blue, moved.green, ...moved.alarms];
  const targets = moved.records.flatMap(({ name: record, blue, green }) => [record, blue, green]);
  return {
    migration: migration.name,
    kind: migration.kind,
    ...moved,
    standIns: [...new Set([...names, ...targets])].filter((text) => !stated(text)),
    phases,
    stages: stages.map((stage) =>
      workloads
        .filter((workload) => workload.stage === stage)
        .map(({ id, kind, owner, note }) => ({
          id,
          kind,
          ...(owner !== undefined && { owner }),
          ...(note !== undefined && { note }),
        })),
    ),
    checks: migration.checks.map(({ facts, type, ...check }) => ({
      ...check,
      ...(typeof facts.instructions === 'string' && { instructions: facts.instructions }),
    })),
    asksForApproval: manifest.phases.some(({ role }) => role === 'approve'),
    canRollBack: manifest.states.rollback !== undefined,
    prepares: manifest.errands.some(({ role }) => role === 'prepare'),
    estimate: await estimateOf(migration),
  };
}

/** An ARN is made up of what is stated where its account and Region are. */
function isStated(assembly: Assembly, text: string): boolean {
  const [, , , region, account] = text.split(':');
  if (!text.startsWith('arn:') || region === undefined || account === undefined) return assembly.states(text);
  return assembly.environments.some((each) => each.account === account && each.region === region);
}

async function estimateOf({ definition, manifest, workloads }: KnownMigration): Promise<RunbookEstimate> {
  const { transitions, events, polls } = await estimate(definition, 'cutover');
  const { watch: lasting } = manifest.states;
  const watched = polls.find(({ state }) => state === lasting?.again);
  const looks = watched?.seconds === undefined ? 0 : Math.ceil((lasting?.seconds ?? 0) / watched.seconds);
  const watch = {
    looks,
    transitions: looks * (watched?.transitions ?? 0),
    events: looks * (watched?.events ?? 0),
  };
  return {
    transitions,
    events,
    dollars: (transitions + watch.transitions) * DOLLARS_A_TRANSITION,
    watch,
    polls: counted(polls.filter((poll) => poll !== watched)),
    largestPayloadBytes: Buffer.byteLength(JSON.stringify(workloads)),
    largestParameterBytes: Math.max(0, ...partsOf(workloads)),
  };
}

function counted(polls: readonly Poll[]): RunbookPoll[] {
  const byState = new Map<string, RunbookPoll>();
  for (const poll of polls) {
    byState.set(poll.state, { ...poll, times: (byState.get(poll.state)?.times ?? 0) + 1 });
  }
  return [...byState.values()];
}

/** Bytes expected in each of the journal's parameters. */
function partsOf(workloads: readonly ListedWorkload[]): number[] {
  const parts = new Map<number, number>();
  for (const { id, part } of workloads) {
    parts.set(part, (parts.get(part) ?? 2) + Buffer.byteLength(id) + BYTES_OF_AN_ENTRY);
  }
  return [...parts.values()];
}
