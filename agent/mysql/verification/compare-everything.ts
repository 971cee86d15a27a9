import type { NotCovered } from '../../../contract/database';
import type { Databases } from '../../sql/databases';
import { Pace } from '../../sql/pace';
import type { Report } from '../../verb';
import { ChunkEnds } from './chunk-ends';
import type { ComparedSide } from './compared-side';
import type { Comparison } from './comparison';
import type { Difference } from './difference';
import type { Key, KeyRange, KeyValues } from './key';
import { type Table, tableName } from './table';
import type { TablePair } from './table-pair';
import { UnreadableTable } from './unreadable-table';

/** A table without a key is read in one statement, which must not keep the source busy for long. */
const MAX_KEYLESS_BYTES = 1024 ** 3;

export interface Everything {
  readonly rowsCompared: number;
  readonly chunksCompared: number;
  readonly notCovered: readonly NotCovered[];
}

export interface Attempt extends Everything {
  /** As it is known, one of the sides does not give its rows. */
  readonly unreadable: readonly UnreadableTable[];
}

/** Compares every row of these tables, live, chunk by chunk. */
export async function compareEverything(
  databases: Databases,
  comparison: Comparison,
  pairs: readonly TablePair[],
  { progress, signal }: Report,
  onDifferences: (differences: readonly Difference[]) => void,
): Promise<Attempt> {
  // What changes is compared all the time, and is seldom a whole table: no connection for nothing.
  if (pairs.length === 0) return { rowsCompared: 0, chunksCompared: 0, notCovered: [], unreadable: [] };
  const { from } = comparison.direction;
  // The next chunk's end is looked up while the one before it is compared.
  const scout = await comparison.from.beside(databases.server(from));
  const estimate = pairs.reduce((sum, pair) => sum + pair.from.estimatedRows, 0);
  const [notCovered, unreadable]: [NotCovered[], UnreadableTable[]] = [[], []];
  let [rowsCompared, chunksCompared] = [0, 0];
  const onChunk = ({ rows, differences }: { rows: number; differences: readonly Difference[] }): void => {
    rowsCompared += rows;
    chunksCompared += 1;
    onDifferences(differences);
    progress({ phase: 'comparing', done: rowsCompared, total: Math.max(estimate, rowsCompared) });
  };
  try {
    for (const pair of pairs) {
      const reason = reasonNotToCompare(pair);
      if (reason !== undefined) notCovered.push({ object: tableName(pair.from), reason, holdsRows: true });
      else {
        await compareTable(comparison, scout, pair, signal, onChunk).catch((error: unknown) => {
          if (!(error instanceof UnreadableTable)) throw error;
          unreadable.push(error);
        });
      }
      signal.throwIfAborted();
    }
  } finally {
    scout.close();
  }
  return { rowsCompared, chunksCompared, notCovered, unreadable };
}

type OnChunk = (compared: { rows: number; differences: readonly Difference[] }) => void;

async function compareTable(
  comparison: Comparison,
  scout: ComparedSide,
  pair: TablePair,
  signal: AbortSignal,
  onChunk: OnChunk,
): Promise<void> {
  const { key } = pair.from;
  if (key === undefined || !pair.keyed) onChunk(await comparison.whole(pair));
  else await compareByKey(comparison, scout, pair, key, signal, onChunk);
}

export function reasonNotToCompare({ from, keyed }: TablePair): string | undefined {
  if (keyed || from.estimatedBytes <= MAX_KEYLESS_BYTES) return undefined;
  const size = Math.round(from.estimatedBytes / 1024 ** 2);
  return (
    `no primary key, nor a unique index, that both sides have whole and without NULLs, and ${size} MiB: ` +
    'more than one statement should read. Give the table a primary key, of all of its columns.'
  );
}

async function compareByKey(
  comparison: Comparison,
  scout: ComparedSide,
  compared: TablePair,
  key: Key,
  signal: AbortSignal,
  onChunk: OnChunk,
): Promise<void> {
  const { from } = compared;
  const pair: TablePair = { ...compared, keyed: true };
  const each = bytesPerRow(from);
  // Of a table that the engine takes for empty nothing is known.
  const pace = new Pace(from.estimatedRows === 0 ? undefined : each);
  const ends = await ChunkEnds.of(scout, from, key);
  let after: KeyValues | undefined;
  for (let { rows } = pace, upTo = await ends.after(after, rows); ; ) {
    await pace.wait(signal);
    const range: KeyRange = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
    const [wanted, bytes] = [rows, rows * each];
    ({ rows } = pace);
    const next = upTo === undefined ? undefined : ends.after(upTo, rows);
    // Looked at below; a failure of the chunk itself comes first.
    next?.catch(() => undefined);
    const began = performance.now();
    const compared = await comparison.chunk(pair, key, range, bytes);
    pace.took(performance.now() - began, compared.rows);
    ends.held(after, upTo, compared.rows, wanted);
    onChunk(compared);
    if (upTo === undefined) return;
    after = upTo;
    upTo = await next;
  }
}

function bytesPerRow({ estimatedBytes, estimatedRows }: Table): number {
  return estimatedRows === 0 ? 0 : estimatedBytes / estimatedRows;
}
