import { type Assembly, loadAssembly } from '../assembly';
import type { StateMachineRunner } from '../aws/sfn/executions';
import type { GroupAccess } from '../clients/load';
import { INVARIANTS } from '../report/invariants';
import type { LivePicture } from '../report/live/live-picture';
import type { ClientFigures, LiveView, RehearsalRecord } from '../report/result';
import type { ExecutionListener } from '../states-language';
import type { CachesOptions } from './caches/caches';
import { parseBehaviours } from './checks/check-behaviours';
import { clientAccess, type ShutOut } from './clients/shut-out';
import { comparedFigures } from './compared-figures';
import { type Connection, connectionsOf } from './connections';
import { assertInjectable } from './faults/effect';
import { parseFault, type RehearsedAction } from './faults/injected-fault';
import { checkInvariants } from './invariants';
import { lookBriefly } from './look-briefly';
import { allStates, findMigration } from './migration';
import { rehearsableOf } from './rehearsable-of';
import { Rehearsal } from './rehearsal';
import { PROPAGATION_MS, type TestbedOptions } from './testbed';
import { toldOutcomes } from './told-outcomes';
import type { TraceEntry } from './trace';
import { writeOutageFigures } from './write-outage-figures';
import { longest, writeOutagesOf } from './write-outages';

export interface RehearseOptions {
  /** Folder of the cloud assembly. */
  readonly assembly: string;
  /** Name of the migration. @default - the only one that the assembly holds */
  readonly migration?: string;
  /** What to start: usually `cutover`; `rollback` starts with a cutover of its own. */
  readonly action: RehearsedAction;
  readonly seed: string;
  /** Keys that a cache is filled with. */
  readonly keys: number;
  /** Rows that a database is filled with. */
  readonly rows: number;
  readonly turnsPerSecond: number;
  /** An RDB file with the user's own data. */
  readonly dataset?: string;
  /** Each `STATE:KIND`. */
  readonly faults: readonly string[];
  /** How what checks ask behaves, each `NAME:BEHAVIOUR`. @default - it works */
  readonly checks?: readonly string[];
  /** Rehearses the same load through copy, flip, hope as well. */
  readonly byHand: boolean;
  /** Cuts waits to a second at most, and with them TTLs and how long a lag is looked at. @default false */
  readonly hurry?: boolean;
  /** Has AWS answer reads as things were a moment before. @default false */
  readonly staleReads?: boolean;
  /** Milliseconds that executions may take together; then they have not ended by themselves. @default - as long as they do */
  readonly limitMs?: number;
  /** Changes the definition before it runs, e.g. to see that the rehearsal notices a missing fence. */
  readonly alter?: (definition: Record<string, unknown>) => void;
  /** Told of every state as it is entered and left. @default - nobody is */
  readonly follower?: ExecutionListener;
  /** Told of every call, state and line of the agent's log. @default - nobody is */
  readonly onTrace?: (entry: TraceEntry) => void;
  /**
   * Called at the end, while servers, agent and account still run, with the result and how to connect. All of it stops
   * when the promise settles. @default - all of it stops at once
   */
  readonly keep?: (record: RehearsalRecord, connections: readonly Connection[]) => Promise<void>;
  readonly onLive: (view: LiveView, picture: () => LivePicture) => void;
  readonly onNote: (line: string) => void;
  /** Ends everything that was started. */
  readonly signal: AbortSignal;
}

/** How long clients go on before the first and after the last step, so that their figures have a before and an after. */
const WARM_UP_MS = 2_000;
const COOL_DOWN_MS = 2_000;

/** Performs the whole migration on this machine: the synthesized definition against real engines, under load. */
export async function rehearse(options: RehearseOptions): Promise<RehearsalRecord> {
  const assembly = loadAssembly(options.assembly);
  const migration = findMigration(assembly, options.migration);
  if (options.hurry === true) lookBriefly(migration.stateMachine.definition);
  options.alter?.(migration.stateMachine.definition as Record<string, unknown>);
  const states = allStates(migration.stateMachine.definition);
  const faults = options.faults.map((text) => parseFault(text, states));

  const rehearsable = rehearsableOf(migration);
  if (options.dataset !== undefined) rehearsable.assertDataset(options.dataset);
  await assertInjectable(faults, migration, options.action);
  if (options.byHand && rehearsable.byHand === undefined) {
    throw new Error('--by-hand: got a migration of a database; by hand, only one of a cache is rehearsed.');
  }
  const behaviours = parseBehaviours(options.checks ?? [], migration.checks);
  const rehearsal = await Rehearsal.start(assembly, migration, { ...options, faults, behaviours });
  const performed = await performIn(rehearsal, options);
  if (!options.byHand || rehearsable.byHand === undefined) return performed;
  options.onNote('Rehearse the same switch by hand: copy, change the record, close old connections');
  const hand = await rehearsable.byHand(handOptions(assembly, options));
  const result = { ...performed.result, byHand: { clients: hand.figures.list } };
  return { ...performed, result, byHand: hand };
}

async function performIn(rehearsal: Rehearsal, options: RehearseOptions): Promise<RehearsalRecord> {
  try {
    const record = await recordOf(rehearsal, options);
    await options.keep?.(record, connectionsOf(rehearsal));
    return record;
  } finally {
    await rehearsal.stop();
  }
}

async function recordOf(rehearsal: Rehearsal, options: RehearseOptions): Promise<RehearsalRecord> {
  const before = rehearsal.observe();
  await rehearsal.pass(WARM_UP_MS);
  await rehearsal.perform(options.action);
  await rehearsal.pass(COOL_DOWN_MS);
  await rehearsal.clientsAnswered();
  const groups = rehearsal.clients.groupAccess();
  const shutOut = rehearsal.shutOut();
  const figures = await rehearsal.stopClients();
  const evidence = await rehearsal.evidence(figures, before, shutOut);
  const violations = options.action === 'preflight' ? [] : checkInvariants(evidence);
  const reason = rehearsal.reason();
  const { phases } = rehearsal.timeline;
  const writeOutages = writeOutagesOf({
    startedAt: rehearsal.startedAt,
    figures,
    calls: evidence.calls,
    phases,
    shutOut,
  });
  return {
    result: {
      ok: violations.length === 0 && rehearsal.endedAsMeant(),
      outcome: rehearsal.outcome(),
      serving: evidence.serving ?? 'both',
      ...(reason !== undefined && { reason }),
      clients: nobodyWrites(groups, shutOut) ? withoutWrites(figures.list) : figures.list,
      data: comparedFigures(rehearsal.system, evidence.comparison),
      cutover: {
        writeOutage: writeOutageFigures(longest(writeOutages)),
        transitions: rehearsal.transitions(),
        phases,
      },
      assumed: rehearsal.account.clients.assumed,
      groups: clientAccess(groups, shutOut, rehearsal.startedAt),
      executions: rehearsal.executionEnds(),
      outcomes: toldOutcomes(rehearsal.account.eventBridge),
      faults: rehearsal.faultRuns(),
      checks: rehearsal.checks(),
      invariants: { checked: INVARIANTS.length, violations },
    },
    migration: rehearsal.migration.name,
    action: options.action,
    seed: options.seed,
    engines: { blue: rehearsal.system.title('blue'), green: rehearsal.system.title('green') },
    durationMs: rehearsal.elapsedMs(),
    startedAt: rehearsal.startedAt,
    series: rehearsal.clients.series(),
    weights: rehearsal.weightChanges,
    incidents: rehearsal.timeline.incidents,
    writeOutages: writeOutages.map(({ fromMs, toMs }) => ({ fromMs, toMs })),
    figures,
  };
}

function nobodyWrites(groups: readonly GroupAccess[], shutOut: readonly ShutOut[]): boolean {
  const writers = groups.filter(({ writes }) => writes.length > 0);
  return writers.length > 0 && shutOut.filter(({ access }) => access === 'writes').length === writers.length;
}

/** What nobody does any more has a gap that does not end. */
function withoutWrites(list: ClientFigures['list']): ClientFigures['list'] {
  return list.map((each) => (each.id === 'longestWriteGapMs' ? { ...each, value: Number.POSITIVE_INFINITY } : each));
}

function handOptions(assembly: Assembly, options: RehearseOptions): TestbedOptions & CachesOptions {
  return {
    assembly,
    seed: options.seed,
    keys: options.keys,
    turnsPerSecond: options.turnsPerSecond,
    ...(options.dataset !== undefined && { dataset: options.dataset }),
    propagationMs: PROPAGATION_MS,
    runner: NOBODY,
    faults: () => undefined,
    onCall: () => undefined,
    machineTime: Date.now,
  };
}

/** By hand there is no state machine. */
const NOBODY: StateMachineRunner = {
  stateMachineArns: [],
  executions: () => [],
  start: () => undefined,
  stop: async () => undefined,
};
