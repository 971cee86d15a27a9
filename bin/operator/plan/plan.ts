import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import type { Side } from '../../../contract/common';
import type { ManifestPhase, MigrationManifest, SeenByClients } from '../../../contract/manifest';
import type { JsonObject } from '../../../rehearsal/assembly';
import { estimate } from '../../../rehearsal/runbook/estimate';
import { purposeOf } from '../../../rehearsal/runbook/phases';
import { DOLLARS_A_TRANSITION } from '../../../rehearsal/runbook/runbook';
import { readChecks } from '../../../rehearsal/testbed/checks/listed-checks';
import { knownOf, listedWorkloads } from '../../../rehearsal/testbed/migration';
import { partsOfPhases } from '../../../rehearsal/testbed/parts-of-phases';
import type { Action } from '../actions';
import { manifest } from '../manifest';
import { type Clients, readJournal, readParameters, stateMachineOf } from '../parameters';
import { medianMs, type PastExecution, pastExecutions } from './past-executions';

export interface PlannedPhase {
  readonly phase: string;
  readonly does: string;
  /** What clients see of it. */
  readonly clients: SeenByClients;
  /** Median of those past executions that went through it; absent where none did. */
  readonly lastedMs?: number;
  readonly failureLeadsTo: readonly string[];
}

/** What an execution would do. */
export interface Plan {
  readonly migration: string;
  readonly action: Action;
  readonly account: string;
  readonly region: string;
  readonly activeSide: Side;
  /** How the last preflight ended, and when. */
  readonly lastPreflight: string;
  /** Executions of the action that durations were learnt from. */
  readonly learntFrom: number;
  /** From the first phase that refuses writes to the end of the switch; absent where it cannot be told. */
  readonly writeOutageMs?: number;
  /** Of an execution in which nothing must be waited for. */
  readonly transitions: number;
  readonly dollars: number;
  readonly phases: readonly PlannedPhase[];
  readonly workloads: readonly { readonly workload: string; readonly kind: string; readonly owner?: string }[];
  readonly checks: readonly { readonly check: string; readonly kind: string; readonly owner?: string }[];
}

/** Reads what is deployed and what was executed. It starts nothing. */
export async function plan(
  clients: Clients & { readonly cloudformation: CloudFormationClient },
  migration: string,
  action: Action,
): Promise<Plan> {
  const parameters = await readParameters(clients.ssm, migration);
  const { arn, account, region } = stateMachineOf(parameters, migration);
  const { read } = await manifest(clients, migration);
  const described = await clients.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
  const definition = JSON.parse(described.definition ?? '{}') as JsonObject;
  const past = await pastExecutions(clients.sfn, arn, partsOfPhases(read));
  const alike = past.filter((execution) => execution.action === action);
  const phases = phasesOf(read, action);
  const planned = phases.map((phase) => plannedPhase(phase, definition, alike));
  const outage = outageOf(phases, planned);
  const { transitions } = await estimate(definition, action);
  const known = knownOf({ definition, manifest: read });
  const moves = action === 'cutover' || action === 'rollback';
  return {
    migration,
    action,
    account,
    region,
    activeSide: readJournal(parameters)?.serving ?? 'blue',
    lastPreflight: lastOf(past, 'preflight'),
    learntFrom: alike.length,
    ...(outage !== undefined && { writeOutageMs: outage }),
    transitions,
    dollars: Number((transitions * DOLLARS_A_TRANSITION).toFixed(4)),
    phases: planned,
    workloads: moves
      ? listedWorkloads(known.workloads, read).map(({ id, ...rest }) => named('workload', id, rest))
      : [],
    checks: moves ? readChecks(known.checks, read).map(({ id, ...rest }) => named('check', id, rest)) : [],
  };
}

/** What an execution of the action goes through. */
function phasesOf({ phases, errands, retire }: MigrationManifest, action: Action): readonly ManifestPhase[] {
  switch (action) {
    case 'cutover':
    case 'rollback':
      return phases.filter(({ only }) => only === undefined || only === action);
    case 'preflight':
      return phases.filter(({ role }) => role === 'preflight');
    case 'retire':
      return retire;
    case 'recover':
      return [];
    default:
      return errands.filter((errand) => errand.action === action);
  }
}

function plannedPhase(phase: ManifestPhase, definition: JsonObject, alike: readonly PastExecution[]): PlannedPhase {
  const { name, seen, onFailure = ['told in the result'] } = phase;
  const median = medianMs(alike, name);
  return {
    phase: name,
    does: purposeOf(phase, definition),
    clients: seen,
    ...(median !== undefined && { lastedMs: median }),
    failureLeadsTo: onFailure,
  };
}

/** Known where every phase of it is: a part of an outage is not the outage. */
function outageOf(phases: readonly ManifestPhase[], planned: readonly PlannedPhase[]): number | undefined {
  const first = phases.findIndex(({ seen }) => seen === 'refused');
  const last = phases.findLastIndex(({ role }) => role === 'switch');
  if (first === -1 || last < first) return undefined;
  const within = planned.slice(first, last + 1).map(({ lastedMs }) => lastedMs);
  const told = within.filter((ms) => ms !== undefined);
  return told.length === within.length ? told.reduce((sum, ms) => sum + ms, 0) : undefined;
}

function lastOf(past: readonly PastExecution[], action: Action): string {
  const last = past.find((execution) => execution.action === action);
  if (last === undefined) return 'none among the last executions: start one first';
  return `${last.status} at ${last.endedAt?.toISOString() ?? 'an unknown time'}`;
}

function named<Name extends string>(name: Name, id: string, { kind, owner }: { kind: string; owner?: string }) {
  return { [name]: id, kind, ...(owner !== undefined && { owner }) } as Record<Name, string> & {
    readonly kind: string;
    readonly owner?: string;
  };
}
