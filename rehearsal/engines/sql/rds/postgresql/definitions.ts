import type { DatabaseServer } from '../../database-server';
import { databasesOf, signedIn } from './signed-in';

/** What is defined, and large objects: by its name with its database's, what it is. */
export type Definitions = ReadonlyMap<string, string>;

/** What logical replication does not bring: a refreshed materialized view is new storage. */
const DEFINED = `
  WITH users AS (SELECT oid, nspname FROM pg_namespace
    WHERE nspname <> 'information_schema' AND nspname !~ '^pg_(catalog|toast|temp)')
  SELECT format('schema %I', nspname) AS name, '' AS what FROM users
  UNION ALL
  SELECT format('relation %I.%I', nspname, relname), concat_ws(' ', relkind, relpersistence, relreplident,
      CASE relkind WHEN 'm' THEN relfilenode WHEN 'i' THEN hashtext(pg_get_indexdef(c.oid)) END,
      CASE WHEN relkind IN ('v', 'm') THEN md5(pg_get_viewdef(c.oid)) END,
      (SELECT md5(string_agg(concat_ws(' ', attname, atttypid::regtype, atttypmod, attnotnull,
         pg_get_expr(adbin, adrelid)), ',' ORDER BY attnum))
       FROM pg_attribute a LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
       WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped))
    FROM pg_class c JOIN users ON users.oid = relnamespace
  UNION ALL
  SELECT format('constraint %I of %s', conname, conrelid::regclass), pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN users ON users.oid = connamespace WHERE conrelid <> 0
  UNION ALL
  SELECT format('trigger %I of %s', tgname, tgrelid::regclass), concat_ws(' ', tgenabled, pg_get_triggerdef(oid))
    FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL
  SELECT format('routine %s', p.oid::regprocedure), md5(prosrc) FROM pg_proc p JOIN users ON users.oid = pronamespace
  UNION ALL
  SELECT format('type %s', t.oid::regtype), (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum
      WHERE enumtypid = t.oid)
    FROM pg_type t JOIN users ON users.oid = typnamespace WHERE typtype IN ('d', 'e', 'r')
  UNION ALL
  SELECT format('extension %I', extname), extversion FROM pg_extension
  UNION ALL
  SELECT 'large objects', md5(string_agg(concat_ws(' ', m.oid, pageno, l.xmin), ',' ORDER BY m.oid, pageno))
    FROM pg_largeobject_metadata m LEFT JOIN pg_largeobject l ON loid = m.oid`;

/** Of every database of a server. */
export async function definitionsOn(server: DatabaseServer): Promise<Definitions> {
  const all = new Map<string, string>();
  for (const database of await databasesOf(server)) {
    const { rows } = await signedIn(
      server,
      (client) => client.query<{ name: string; what: string | null }>(DEFINED),
      database,
    );
    for (const { name, what } of rows) all.set(`${name} in the database ${database}`, what ?? '');
  }
  return all;
}

/** The names of what is not as it was. */
export function changesBetween(before: Definitions, now: Definitions): readonly string[] {
  return [...new Set([...before.keys(), ...now.keys()])].filter((name) => before.get(name) !== now.get(name));
}
