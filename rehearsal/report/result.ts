import type { PhaseRole, SeenByClients } from '../../contract/manifest';
import type { Figures } from '../clients/client-figures';
import type { Figure } from '../clients/figure';
import type { Access } from '../clients/ledger/book';
import type { SeriesPoint } from '../clients/ledger/latency-series';
import type { MemcachedFigureId } from '../clients/memcached/judgement';
import type { CacheFigureId } from '../clients/redis/judgement';
import type { SqlFigureId } from '../clients/sql/judgement';

export type Side = 'blue' | 'green';

/** `cutover`: clients are on the side they were to reach. `rolledBack`: they are on the side they came from. */
export type Outcome = 'cutover' | 'rolledBack' | 'failed';

/** What a state does for a phase. */
export interface PartOfPhase {
  readonly phase: string;
  readonly role: PhaseRole;
  readonly seen: SeenByClients;
  /** `look`: it looked for what its phase was about to change, before the phase itself began. */
  readonly part: 'own' | 'look' | 'undo';
}

/** A phase as it ran; one that ran again (going back) is there twice. Milliseconds since the rehearsal began. */
export interface PhaseRun {
  /** As in the definition, e.g. `Fence` or `Undo Fence`. */
  readonly name: string;
  /** Absent where it belongs to none. */
  readonly of?: PartOfPhase | undefined;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly outcome: 'succeeded' | 'failed' | 'stopped';
  /** Of a failed one: what the execution went on with. */
  readonly error?: string;
}

/** The weights as the name servers answer with them. */
export interface WeightChange {
  readonly atMs: number;
  readonly blue: number;
  readonly green: number;
}

/** Something worth a mark on the time line: a fault, an abort, an alarm, an approval. */
export interface Incident {
  readonly atMs: number;
  readonly what: string;
}

/** What clients of whatever kind saw. */
export type ClientFigures = Figures<CacheFigureId | MemcachedFigureId | SqlFigureId>;

export interface InvariantViolation {
  /** As in the list of invariants, from 1. */
  readonly invariant: number;
  readonly what: string;
}

/** A group of clients in the end. Milliseconds since the rehearsal began. */
export interface ClientAccess {
  readonly name: string;
  /** What the side that serves answers; what was never answered before is in neither list. */
  readonly answered: readonly { readonly access: Access; readonly side: string; readonly sinceMs: number }[];
  /** What no side that serves answers any more, and the last answer. */
  readonly shutOut: readonly { readonly access: Access; readonly lastSide: string; readonly lastMs: number }[];
}

/** An execution as it ended. */
export interface ExecutionEnd {
  readonly action: string;
  readonly status: string;
  /** Of one that failed. */
  readonly error?: string;
  /** Started after the injected faults had ended. */
  readonly afterFix: boolean;
}

/** A fault on purpose. */
export interface FaultRun {
  /** As the command line takes it. */
  readonly fault: string;
  /** When it was first injected, in milliseconds since the rehearsal began; absent where it was not. */
  readonly injectedMs?: number;
}

/** A check as it was answered. */
export interface CheckRun {
  readonly check: string;
  /** As the library calls it, e.g. `HTTP request`. */
  readonly kind: string;
  readonly owner?: string;
  readonly phase: string;
  /** When it was first asked; ISO 8601. */
  readonly asked: string;
  /** All tries together. */
  readonly seconds: number;
  readonly tries: number;
  readonly passed: boolean;
  /** What was seen. */
  readonly detail: string;
  /** Who answered, where a person was asked. */
  readonly by?: string;
}

/** What an execution told EventBridge of its end, and who was told of that by a rule. */
export interface ToldOutcome {
  /** e.g. `cutOver`. */
  readonly outcome: string;
  readonly activeSide: string;
  readonly deliveries: readonly {
    readonly rule: string;
    readonly target: string;
    /** Why it was not delivered. Absent: it was. */
    readonly error?: string;
  }[];
}

/** What a rehearsal found; `--json` prints it. */
export interface RehearsalResult {
  /** Every invariant held, nothing was lost, and the execution ended as it was meant to. */
  readonly ok: boolean;
  readonly outcome: Outcome;
  /** `both` where the record serves both, or none: a broken invariant. */
  readonly serving: Side | 'both';
  /** Why it ended as it did, in the state machine's own words; absent after a plain success. */
  readonly reason?: string;
  /** `longestWriteGapMs` is `Infinity` where nobody writes in the end. */
  readonly clients: ClientFigures['list'];
  /** Blue against green in the end. Without values where neither side followed the other: nothing was compared then. */
  readonly data: readonly Figure[];
  readonly cutover: {
    /** How long clients could not write, and of what that was made up. */
    readonly writeOutage: readonly Figure[];
    /** State transitions, as Step Functions bills them. */
    readonly transitions: number;
    readonly phases: readonly PhaseRun[];
  };
  /** What was made up because the assembly does not tell it, a sentence each. */
  readonly assumed: readonly string[];
  /** Who could read and write in the end, and since when. */
  readonly groups: readonly ClientAccess[];
  /** In the order in which they were started. */
  readonly executions: readonly ExecutionEnd[];
  /** In the order in which they were told. */
  readonly outcomes: readonly ToldOutcome[];
  readonly faults: readonly FaultRun[];
  /** In the order in which they were answered. */
  readonly checks: readonly CheckRun[];
  readonly invariants: { readonly checked: number; readonly violations: readonly InvariantViolation[] };
  /** The same load through copy, flip, hope. */
  readonly byHand?: { readonly clients: ClientFigures['list'] };
}

/** All that the page shows beyond the result. */
export interface RehearsalRecord {
  readonly result: RehearsalResult;
  readonly migration: string;
  readonly action: string;
  readonly seed: string;
  /** The command that repeats it, with every option that was given. Absent: it was not started by one. */
  readonly command?: string;
  /** e.g. `Redis 6.0.16` to `Valkey 8.1.4`. */
  readonly engines: { readonly blue: string; readonly green: string };
  readonly durationMs: number;
  /** Slices of 100 ms; `atMs` of a point is milliseconds since the epoch. */
  readonly startedAt: number;
  readonly series: readonly SeriesPoint[];
  readonly weights: readonly WeightChange[];
  readonly incidents: readonly Incident[];
  /**
   * Each time clients changed sides: from the last write that the old side took until the first that the new one took.
   * Milliseconds since the rehearsal began. Absent: not known, and not drawn.
   */
  readonly writeOutages?: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly figures: ClientFigures;
  readonly byHand?: {
    readonly figures: ClientFigures;
    readonly series: readonly SeriesPoint[];
    readonly startedAt: number;
  };
}

/** What is told while it runs. */
export interface LiveView {
  readonly elapsedMs: number;
  /** The phase running, e.g. `Drain`, or what happens before and after. */
  readonly phase: string;
  readonly undoes: boolean;
  readonly weights: { readonly blue: number; readonly green: number };
  readonly lagMs?: number;
  readonly operations: number;
  readonly failed: number;
  readonly writesPerSecond: number;
}
