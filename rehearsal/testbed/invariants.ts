import type { JournalEntry } from '../aws/call-journal';
import { valueIn } from '../clients/figure';
import type { INVARIANTS } from '../report/invariants';
import type { ClientFigures, InvariantViolation, Side } from '../report/result';
import { type ShutOut, shutOutInWords } from './clients/shut-out';
import { type Migration, recordsOf } from './migration';
import type { ObservedState } from './observed-state';
import type { Rehearsable } from './rehearsable';
import type { Comparison, SystemUnderTest } from './system-under-test';

/** What an invariant can be judged by: seen from outside, by nothing of what keeps it. */
export interface Evidence {
  readonly migration: Migration;
  readonly promises: Pick<Rehearsable, 'isExclusive' | 'keepsWrites'>;
  /** Every call to AWS. */
  readonly calls: readonly JournalEntry[];
  readonly figures: ClientFigures;
  /** The active side, as the name servers answer; `undefined` where both or none do. */
  readonly serving: Side | undefined;
  /** Who the readers' own name leads to; absent where they have none. */
  readonly readersOn?: Side | 'both' | undefined;
  /** What the last execution said of itself. */
  readonly said: string;
  readonly before: ObservedState;
  readonly after: ObservedState;
  readonly compares: SystemUnderTest['compares'];
  /** Blue against green after everything has settled; absent where nothing was replicated. */
  readonly comparison?: Comparison;
  /** Whether the side that clients left still answers. */
  readonly otherSideAnswers: boolean;
  /** The side whose server was ended for good on purpose. */
  readonly lost?: LostOnPurpose;
  /** What a recovery is still needed for, after the one that was started when the causes were fixed. */
  readonly leftToRecover: readonly string[];
  /** How many times the record was moved from one side to the other. */
  readonly moves: number;
  /** Who could read and write before, and cannot in the end. */
  readonly shutOut: readonly ShutOut[];
}

/** A side whose server was ended for good. */
export interface LostOnPurpose {
  readonly side: Side;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** What the other side had of a server that dies is what had reached it: this much later at most. */
const LAG_OF_A_LOST_SIDE_MS = 10_000;

/** What finds the ways in which one was broken. */
type ForEach<Invariants> = { readonly [Each in keyof Invariants]: (evidence: Evidence) => string[] };

/** Checks every invariant. */
export function checkInvariants(evidence: Evidence): InvariantViolation[] {
  const checks: ForEach<typeof INVARIANTS> = [
    weightsWhole,
    oneSideWritable,
    allPutBack,
    nothingLost,
    noDeploySwitches,
    blueUntouched,
    oneSideServes,
    nothingToRecover,
    nobodyShutOut,
  ];
  return checks.flatMap((check, index) => check(evidence).map((what) => ({ invariant: index + 1, what })));
}

interface ChangeInput {
  readonly ChangeBatch?: {
    readonly Changes?: readonly {
      readonly ResourceRecordSet?: { Name?: string; SetIdentifier?: string; Weight?: number };
    }[];
  };
}

/** Readers may be on both sides; who writes is on one, where that was promised. */
function weightsWhole({ calls, migration, promises }: Evidence): string[] {
  return calls
    .filter(({ action, outcome }) => action === 'changeResourceRecordSets' && outcome === 'ok')
    .flatMap(({ input }) => {
      const sets = (input as ChangeInput).ChangeBatch?.Changes?.map((change) => change.ResourceRecordSet) ?? [];
      return recordsOf(migration).flatMap((record) => {
        const own = sets.filter((set) => set?.Name === record.name);
        if (own.length === 0) return [];
        const weighted = own.filter((set) => set?.SetIdentifier !== undefined);
        if (weighted.length === 0) return [];
        const above = weighted.filter((set) => (set?.Weight ?? 0) > 0);
        if (above.length === 0) return [`All weights of ${record.name} were 0.`];
        const alone = promises.isExclusive && record === migration.record;
        const said = above.map((set) => `${set?.SetIdentifier} ${set?.Weight}`).join(', ');
        return alone && above.length > 1 ? [`Weights of ${record.name} were above 0 at once: ${said}.`] : [];
      });
    });
}

function oneSideWritable({ figures, promises, moves }: Evidence): string[] {
  if (!promises.isExclusive) return [];
  const found: string[] = [];
  const lockViolations = valueIn(figures.list, 'lockViolations') ?? 0;
  if (lockViolations > 0) found.push(`${lockViolations} times two held one lock.`);
  const changes = Math.max(0, figures.sides.length - 1);
  if (changes > moves) {
    found.push(`Writes went from one side to the other ${changes} times, and the record moved ${moves} times.`);
  }
  return found;
}

function allPutBack({ before, after, serving }: Evidence): string[] {
  return before.differences(after, serving);
}

function nothingLost({ figures, compares, comparison, lost, promises }: Evidence): string[] {
  if (!promises.keepsWrites) return [];
  const found: string[] = [];
  if (lost === undefined || !diedWithIt(figures, lost)) found.push(...notZero(figures, GONE));
  found.push(...notZero(figures, WRONG));
  if (comparison !== undefined && comparison.mismatches > 0 && lost === undefined) {
    const { compared, mismatches, example } = comparison;
    const such = example === undefined ? '' : `, e.g. ${example}`;
    found.push(`${mismatches} of ${compared} ${compares} differ between blue and green${such}.`);
  }
  return found;
}

/** Whether all that is gone was written to the side that died, shortly before it did. */
function diedWithIt({ samples }: ClientFigures, { side, atMs }: LostOnPurpose): boolean {
  return samples.lost.every((write) => write.side === side && write.ackedMs > atMs - LAG_OF_A_LOST_SIDE_MS);
}

/** Figures that are to be 0, and what is said of any that is not. */
type Zeros = readonly (readonly [id: ClientFigures['list'][number]['id'], inWords: (value: number) => string])[];

/** Where a side died these may have died with it. */
const GONE: Zeros = [
  ['lostWrites', (some) => `${some} acknowledged writes are gone.`],
  ['sessionsLost', (some) => `${some} sessions were lost.`],
];

const WRONG: Zeros = [
  ['balanceDrift', (some) => `The balances do not add up: ${some} too much.`],
  ['wrongBalances', (some) => `${some} accounts have half a transfer, or one twice.`],
  ['transfersUnexplained', (some) => `${some} transfers are stored that no client made.`],
  ['ordersUnexplained', (some) => `${some} orders are stored that no client placed.`],
  ['ordersDoubled', (some) => `${some} keys were given to two orders.`],
];

function notZero({ list }: ClientFigures, zeros: Zeros): string[] {
  return zeros.flatMap(([id, inWords]) => {
    const value = valueIn(list, id) ?? 0;
    return value === 0 ? [] : [inWords(value)];
  });
}

/** Only the state machine, in its own time, moves clients. */
function noDeploySwitches({ calls, migration }: Evidence): string[] {
  const role = migration.stateMachine.roleArn.split('/').at(-1) ?? '';
  return calls
    .slice(calls.findIndex(({ action }) => action === 'startExecution'))
    .filter(({ action, principal }) => action === 'changeResourceRecordSets' && !principal.includes(`/${role}/`))
    .map(({ principal }) => `${principal} changed the record.`);
}

function blueUntouched({ calls, otherSideAnswers, lost, serving }: Evidence): string[] {
  const found = calls
    .filter(
      ({ service, action, input, outcome }) =>
        ['elasticache', 'rds'].includes(service) &&
        /^delete/i.test(action) &&
        outcome === 'ok' &&
        !isRecordAlone(action, input),
    )
    .map(({ action }) => `${action} was called.`);
  const other = serving === 'green' ? 'blue' : 'green';
  if (!otherSideAnswers && lost?.side !== other) found.push(`${other} does not answer any more.`);
  return found;
}

/** A deployment that was switched over is no more than a record: deleting it leaves both sides as they are. */
function isRecordAlone(action: string, input: unknown): boolean {
  return action === 'deleteBlueGreenDeployment' && (input as { DeleteTarget?: boolean }).DeleteTarget !== true;
}

function oneSideServes({ serving, readersOn, said }: Evidence): string[] {
  if (serving === undefined) return ['The record serves both sides, or none.'];
  if (readersOn !== undefined && readersOn !== serving) return [`${serving} serves, and readers are on ${readersOn}.`];
  return said.includes(serving) ? [] : [`${serving} serves, and the execution said: ${said}`];
}

function nothingToRecover({ leftToRecover }: Evidence): string[] {
  return [...leftToRecover];
}

function nobodyShutOut({ shutOut, serving }: Evidence): string[] {
  return shutOut.map((one) => shutOutInWords(one, serving));
}
