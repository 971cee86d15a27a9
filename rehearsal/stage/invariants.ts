import type { JournalEntry } from '../aws/call-journal';
import type { Comparison } from '../clients/data/compare-caches';
import type { CacheFigures } from '../clients/figures';
import type { InvariantViolation, Side } from '../report/result';
import type { Migration } from './migration';
import type { Standing } from './standing';

/** What an invariant can be judged by: seen from outside, by nothing of what keeps it. */
export interface Evidence {
  readonly migration: Migration;
  /** Every call to AWS. */
  readonly calls: readonly JournalEntry[];
  readonly figures: CacheFigures;
  /** Who serves, as the name servers answer; `undefined` where both or none do. */
  readonly serving: Side | undefined;
  /** What the last execution said of itself. */
  readonly said: string;
  readonly before: Standing;
  readonly after: Standing;
  /** Blue against green after everything has settled; absent where nothing was replicated. */
  readonly comparison?: Comparison;
  /** Whether the side that users left still answers. */
  readonly otherSideAnswers: boolean;
  /** Who was to serve if the engine of the other side is down on purpose. */
  readonly lostOnPurpose?: Side;
  /** How many times the record was moved from one side to the other. */
  readonly moves: number;
}

export const INVARIANTS: readonly string[] = [
  'Weights are never both 0; at FENCED never both above 0.',
  'FENCED: at no instant are both sides writable; a lock has one holder.',
  'Whatever was stopped, muted or revoked is back as it was.',
  'No acknowledged write is lost, but for the cache that COLD leaves behind.',
  'No deploy changes who serves.',
  'Blue is untouched, and can serve again.',
  'Users are wholly on one side, and the execution says which.',
];

/** Checks every invariant. */
export function checkInvariants(evidence: Evidence): InvariantViolation[] {
  const checks: ((evidence: Evidence) => string[])[] = [
    weightsWhole,
    oneSideWritable,
    allPutBack,
    nothingLost,
    noDeploySwitches,
    blueUntouched,
    oneSideServes,
  ];
  return checks.flatMap((check, index) => check(evidence).map((what) => ({ invariant: index + 1, what })));
}

interface ChangeInput {
  readonly ChangeBatch?: {
    readonly Changes?: readonly { readonly ResourceRecordSet?: { SetIdentifier?: string; Weight?: number } }[];
  };
}

function weightsWhole({ calls, migration }: Evidence): string[] {
  const fenced = migration.configuration.consistency === 'FENCED';
  return calls
    .filter(({ action, outcome }) => action === 'changeResourceRecordSets' && outcome === 'ok')
    .flatMap(({ input }) => {
      const changes = (input as ChangeInput).ChangeBatch?.Changes ?? [];
      const weight = (side: Side) =>
        changes.find(({ ResourceRecordSet: set }) => set?.SetIdentifier === side)?.ResourceRecordSet?.Weight ?? 0;
      const [blue, green] = [weight('blue'), weight('green')];
      if (blue === 0 && green === 0) return ['Both weights were 0.'];
      return fenced && blue > 0 && green > 0 ? [`Both weights were above 0: blue ${blue}, green ${green}.`] : [];
    });
}

function oneSideWritable({ figures, migration, moves }: Evidence): string[] {
  if (migration.configuration.consistency !== 'FENCED') return [];
  const found: string[] = [];
  if (figures.lockViolations > 0) found.push(`${figures.lockViolations} times two held one lock.`);
  const changes = Math.max(0, figures.sides.length - 1);
  if (changes > moves) {
    found.push(`Writes went from one side to the other ${changes} times, and the record moved ${moves} times.`);
  }
  return found;
}

function allPutBack({ before, after, serving }: Evidence): string[] {
  return before.differences(after, serving);
}

/** At COLD nothing is copied, and nobody was promised anything. */
function nothingLost({ figures, comparison, lostOnPurpose, migration }: Evidence): string[] {
  if (migration.configuration.consistency === 'COLD') return [];
  const found: string[] = [];
  if (figures.lostWrites > 0) found.push(`${figures.lostWrites} acknowledged writes are gone.`);
  if (figures.sessionsLost > 0) found.push(`${figures.sessionsLost} sessions were lost.`);
  if (comparison !== undefined && comparison.mismatches > 0 && lostOnPurpose === undefined) {
    const [first] = comparison.sample;
    const example = first === undefined ? '' : `, e.g. in database ${first.database}: ${first.difference}`;
    found.push(`${comparison.mismatches} of ${comparison.keys} keys differ between blue and green${example}.`);
  }
  return found;
}

/** Only the state machine, in its own time, moves users. */
function noDeploySwitches({ calls, migration }: Evidence): string[] {
  const role = migration.stateMachine.roleArn.split('/').at(-1) ?? '';
  return calls
    .slice(calls.findIndex(({ action }) => action === 'startExecution'))
    .filter(({ action, principal }) => action === 'changeResourceRecordSets' && !principal.includes(`/${role}/`))
    .map(({ principal }) => `${principal} changed the record.`);
}

function blueUntouched({ calls, otherSideAnswers, lostOnPurpose, serving }: Evidence): string[] {
  const found = calls
    .filter(({ service, action, outcome }) => service === 'elasticache' && /^delete/i.test(action) && outcome === 'ok')
    .map(({ action }) => `${action} was called.`);
  const other = serving === 'green' ? 'blue' : 'green';
  if (!otherSideAnswers && lostOnPurpose !== other) found.push(`${other} does not answer any more.`);
  return found;
}

function oneSideServes({ serving, said }: Evidence): string[] {
  if (serving === undefined) return ['The record serves both sides, or none.'];
  return said.includes(serving) ? [] : [`${serving} serves, and the execution said: ${said}`];
}
