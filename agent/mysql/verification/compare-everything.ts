import type { DatabaseVerifyResult } from '../../database-contract';
import type { Databases } from '../../databases';
import { Pace } from '../../sql/pace';
import type { Report } from '../../verb';
import { ComparedSide } from './compared-side';
import type { Comparison } from './comparison';
import type { Difference } from './difference';
import type { Key, KeyRange, KeyValues } from './key';
import { type Table, tableName } from './table';
import type { TablePair } from './table-pair';

/** A table without a key is read in one statement, which must not keep the source busy for long. */
const MOST_KEYLESS_BYTES = 1024 ** 3;

export interface Everything {
  readonly rowsCompared: number;
  readonly chunksCompared: number;
  readonly notCovered: DatabaseVerifyResult['notCovered'];
}

/** Compares every row of these tables, live, chunk by chunk. */
export async function compareEverything(
  databases: Databases,
  comparison: Comparison,
  pairs: readonly TablePair[],
  { progress, signal }: Report,
  onDifferences: (differences: readonly Difference[]) => void,
): Promise<Everything> {
  // What changes is compared all the time, and is seldom a whole table: no connection for nothing.
  if (pairs.length === 0) return { rowsCompared: 0, chunksCompared: 0, notCovered: [] };
  const { from } = comparison.direction;
  // The next chunk's end is looked up while the one before it is compared.
  const scout = await ComparedSide.open(from, databases.endpoints[from]);
  const estimate = pairs.reduce((sum, pair) => sum + pair.from.estimatedRows, 0);
  const notCovered: { object: string; reason: string }[] = [];
  let [rowsCompared, chunksCompared] = [0, 0];
  const onChunk = ({ rows, differences }: { rows: number; differences: readonly Difference[] }): void => {
    rowsCompared += rows;
    chunksCompared += 1;
    onDifferences(differences);
    progress({ phase: 'comparing', done: rowsCompared, total: Math.max(estimate, rowsCompared) });
  };
  try {
    for (const pair of pairs) {
      const { key } = pair.from;
      const reason = reasonNotToCompare(pair);
      if (reason !== undefined) notCovered.push({ object: tableName(pair.from), reason });
      else if (key === undefined || !pair.keyed) onChunk(await comparison.whole(pair));
      else await compareByKey(comparison, scout, pair, key, signal, onChunk);
      signal.throwIfAborted();
    }
  } finally {
    scout.close();
  }
  return { rowsCompared, chunksCompared, notCovered };
}

export function reasonNotToCompare({ from, keyed }: TablePair): string | undefined {
  if (keyed || from.estimatedBytes <= MOST_KEYLESS_BYTES) return undefined;
  const size = Math.round(from.estimatedBytes / 1024 ** 2);
  return (
    `no primary key, nor a unique index without NULLs that both sides have, and ${size} MiB: ` +
    'more than one statement should read. Give the table a primary key.'
  );
}

async function compareByKey(
  comparison: Comparison,
  scout: ComparedSide,
  { from, to, columns }: TablePair,
  key: Key,
  signal: AbortSignal,
  onChunk: (compared: { rows: number; differences: readonly Difference[] }) => void,
): Promise<void> {
  const pair: TablePair = { from, to, columns, keyed: true };
  const pace = new Pace(bytesPerRow(from));
  const endAfter = (after: KeyValues | undefined): Promise<KeyValues | undefined> => {
    return scout.boundary({ table: from, indexed: true }, key, after === undefined ? {} : { after }, pace.rows);
  };
  let after: KeyValues | undefined;
  for (let upTo = await endAfter(after); ; ) {
    await pace.wait(signal);
    const range: KeyRange = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
    const next = upTo === undefined ? undefined : endAfter(upTo);
    // Looked at below; a failure of the chunk itself comes first.
    next?.catch(() => undefined);
    const began = performance.now();
    const compared = await comparison.chunk(pair, key, range);
    pace.took(performance.now() - began, compared.rows);
    onChunk(compared);
    if (upTo === undefined) return;
    after = upTo;
    upTo = await next;
  }
}

function bytesPerRow({ estimatedBytes, estimatedRows }: Table): number {
  return estimatedRows === 0 ? 0 : estimatedBytes / estimatedRows;
}
