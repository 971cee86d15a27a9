import type { BothNames, Named } from '../../sql/named-difference';
import { figure } from '../result-row';
import type { Session } from '../session';
import type { ComparedSide } from './compared-side';
import type { Comparison } from './comparison';
import { identifier } from './quoting';
import { farApart, nextValuesApart, readAutoIncrements } from './schema/auto-increments';
import { type Table, tableName } from './table';
import type { TablePair } from './table-pair';
import { concernsTable } from './unreadable-table';

/** Read in one statement. */
const TABLES_AT_ONCE = 200;

export interface Numbering {
  /** What the next row is given. */
  readonly next: number;
  /** The highest that a row has. */
  readonly highest: number;
}

/**
 * AUTO_INCREMENT of tables that nobody writes to any more. One that a row has already, or that is below one, is wrong: the
 * next INSERT fails. A replica's is right by what it applies itself, so that it is never behind its own rows.
 *
 * It may be below the other side's by as many as that one gave to transactions that were rolled back, which no log holds,
 * and a fence rolls back. Nobody has such a number, and it may be given again.
 */
export async function wrongNextValues(
  { from, to, direction }: Comparison,
  pairs: readonly TablePair[],
): Promise<readonly Named[]> {
  const numbered = pairs.filter((pair) => pair.from.autoIncrement !== undefined && pair.to.autoIncrement !== undefined);
  const wrong: Named[] = [];
  for (let first = 0; first < numbered.length; first += TABLES_AT_ONCE) {
    const some = numbered.slice(first, first + TABLES_AT_ONCE);
    const [mine, theirs] = await Promise.all([
      readable(from, some, (pair) => pair.from),
      readable(to, some, (pair) => pair.to),
    ]);
    for (const [table, there] of theirs) {
      const here = mine.get(table);
      const found = here === undefined ? undefined : wrongNextValue(table, here, there, direction);
      if (found !== undefined) wrong.push(found);
    }
  }
  return wrong;
}

/** What is wrong with the next value on `to`. */
export function wrongNextValue(table: string, from: Numbering, to: Numbering, sides: BothNames): Named | undefined {
  // As it was before: a full range on the old side is no difference.
  if (isTaken(to) && !isTaken(from)) {
    const difference = `the next value on ${sides.to} is ${to.next}, and its rows go up to ${to.highest}`;
    return { object: `AUTO_INCREMENT of ${table}`, difference };
  }
  return farApart(from.next, to.next) ? nextValuesApart(table, from.next, to.next, sides) : undefined;
}

/** Beyond what a number holds exactly, two that differ by one look alike. */
function isTaken({ next, highest }: Numbering): boolean {
  return next <= highest && Number.isSafeInteger(highest);
}

/** One that cannot be read is named where its rows are compared; it does not keep the others from being looked at. */
async function readable(
  { session }: Pick<ComparedSide, 'session'>,
  pairs: readonly TablePair[],
  of: (pair: TablePair) => Table,
): Promise<ReadonlyMap<string, Numbering>> {
  const tables = pairs.map(of);
  try {
    return await numberings(session, tables);
  } catch (error) {
    if (!concernsTable(error)) throw error;
    if (tables.length === 1) return new Map();
    const found = new Map<string, Numbering>();
    for (const pair of pairs) for (const [table, one] of await readable({ session }, [pair], of)) found.set(table, one);
    return found;
  }
}

async function numberings(session: Session, tables: readonly Table[]): Promise<ReadonlyMap<string, Numbering>> {
  const next = await readAutoIncrements(session, tables);
  // The server looks at one end of an index for it.
  const highest = await session.query(
    tables
      .map(
        ({ schema, name, autoIncrement = '' }, place) =>
          `SELECT ${place} AS place, MAX(${identifier(autoIncrement)}) AS highest FROM ${identifier(schema)}.${identifier(name)}`,
      )
      .join(' UNION ALL '),
  );
  const byPlace = new Map(highest.map((row) => [figure(row, 'place'), figure(row, 'highest') ?? 0]));
  return new Map(
    tables.flatMap((table, place) => {
      const value = next.get(tableName(table));
      return value === undefined
        ? []
        : [[tableName(table), { next: value, highest: byPlace.get(place) ?? 0 }] as const];
    }),
  );
}
