import type { Session } from '../session';

/** A column of the primary key, with what its text is cast back to. */
export interface KeyColumn {
  readonly name: string;
  readonly type: string;
}

export interface Table {
  /** `schema.table`, quoted where it must be. */
  readonly name: string;
  readonly columns: readonly string[];
  /** Empty: the table has no primary key. */
  readonly key: readonly KeyColumn[];
  /** By the engine's statistics; may be far off. */
  readonly estimatedRows: number;
  readonly bytes: number;
}

/** For `WHERE … NOT IN`, and what belongs to a session or an extension besides. */
export const usersSchemas = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`;
export const notOfExtension = (catalog: string, id: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${id} AND d.deptype = 'e')`;

/** Every table that holds rows of its own and is logged, the largest first. Partitions are tables; what they are parts of is not. */
export async function readTables(session: Session): Promise<ReadonlyMap<string, Table>> {
  const rows = await session.query<{ name: string; columns: string; key: string; rows: string; bytes: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, greatest(c.reltuples, 0)::bigint AS rows,
       pg_table_size(c.oid) AS bytes,
       (SELECT coalesce(json_agg(quote_ident(a.attname) ORDER BY a.attnum), '[]') FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT coalesce(json_agg(json_build_object('name', quote_ident(a.attname),
             'type', format_type(a.atttypid, a.atttypmod)) ORDER BY k.place), '[]')
         FROM pg_index i CROSS JOIN unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, place)
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
         WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts) AS key
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND ${usersSchemas} AND ${notOfExtension('pg_class', 'c.oid')}
     ORDER BY pg_table_size(c.oid) DESC, 1`,
  );
  return new Map(
    rows.map(({ name, columns, key, rows: estimatedRows, bytes }) => [
      name,
      {
        name,
        columns: JSON.parse(columns),
        key: JSON.parse(key),
        estimatedRows: Number(estimatedRows),
        bytes: Number(bytes),
      },
    ]),
  );
}
