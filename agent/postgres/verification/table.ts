import type { Session } from '../session';

/** A column of the primary key, with the type that its text is read as; of a domain, the type below it. */
export interface KeyColumn {
  readonly name: string;
  readonly type: string;
}

export interface Table {
  /** `schema.table`, quoted where it must be. */
  readonly name: string;
  readonly columns: readonly string[];
  /** Empty: the table has no primary key, or none whose order and text are the engine's own. */
  readonly key: readonly KeyColumn[];
  /** The extension that it came with, and its version. */
  readonly extension?: string;
  /** Policies hide rows from the agent's role, or would run their owner's code in its session. */
  readonly rowSecurity: boolean;
  /** By the engine's statistics and the size it has by now; may be far off. 0: there are none, or no rows. */
  readonly estimatedRows: number;
  readonly bytes: number;
}

/** For `WHERE … NOT IN`, and what belongs to a session or an extension besides. */
export const usersSchemas = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`;
export const notOfExtension = (catalog: string, id: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${id} AND d.deptype = 'e')`;

/**
 * Columns of the primary key with their types, domains taken off. `own`: the type belongs to the engine, or is an enum, so
 * that reading a value runs nobody's code (a domain's CHECK would), and its operators are found without a search path.
 * Of bytes, a label cannot be read without a cast, which may be somebody's. Without a length, for a value is compared and not stored.
 */
const keyOf = (table: string, keys: 'texts' | 'bytes'): string => `
  (WITH RECURSIVE based AS (
     SELECT a.attname, k.place, y.oid, y.typtype, y.typbasetype, y.typnamespace, y.typcategory
     FROM pg_index i CROSS JOIN unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, place)
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum JOIN pg_type y ON y.oid = a.atttypid
     WHERE i.indrelid = ${table} AND i.indisprimary AND k.place <= i.indnkeyatts
     UNION ALL
     SELECT b.attname, b.place, y.oid, y.typtype, y.typbasetype, y.typnamespace, y.typcategory
     FROM based b JOIN pg_type y ON b.typtype = 'd' AND y.oid = b.typbasetype)
   SELECT coalesce(json_agg(json_build_object('name', quote_ident(attname), 'type', format_type(oid, -1),
       'own', typcategory <> 'A' AND (${keys === 'texts'} AND typtype = 'e' OR typnamespace = 'pg_catalog'::regnamespace)) ORDER BY place), '[]')
   FROM based WHERE typtype <> 'd')`;

/** As the planner has it: as many rows a page as when the table was analysed last, and the pages of now. Before 14, never is 0. */
const ROWS = `CASE WHEN c.reltuples > 0 AND c.relpages > 0
  THEN (c.reltuples::float8 / c.relpages * pg_relation_size(c.oid) / current_setting('block_size')::int)::bigint ELSE 0 END`;

/** Every table that holds rows of its own and is logged, the largest first. Partitions are tables; what they are parts of is not. */
export async function readTables(
  session: Session,
  keys: 'texts' | 'bytes' = 'texts',
): Promise<ReadonlyMap<string, Table>> {
  const rows = await session.query<{
    name: string;
    columns: string;
    key: string;
    extension: string | null;
    hidden: boolean;
    rows: string;
    bytes: string;
  }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, ${ROWS} AS rows,
       pg_table_size(c.oid) AS bytes,
       (SELECT coalesce(json_agg(quote_ident(a.attname) ORDER BY a.attnum), '[]') FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT e.extname || ' ' || e.extversion FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e') AS extension,
       row_security_active(c.oid) AS hidden, ${keyOf('c.oid', keys)} AS key
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND ${usersSchemas}
     ORDER BY pg_table_size(c.oid) DESC, 1`,
  );
  return new Map(
    rows.map(({ name, columns, key, extension, hidden, rows: estimatedRows, bytes }) => [
      name,
      {
        name,
        columns: JSON.parse(columns),
        key: usableKey(JSON.parse(key)),
        ...(extension !== null && { extension }),
        rowSecurity: hidden,
        estimatedRows: Number(estimatedRows),
        bytes: Number(bytes),
      },
    ]),
  );
}

function usableKey(columns: readonly (KeyColumn & { readonly own: boolean })[]): readonly KeyColumn[] {
  return columns.every(({ own }) => own) ? columns.map(({ name, type }) => ({ name, type })) : [];
}
