import type { Definition } from '../../sql/definition';
import type { Session } from '../session';
import { notOfExtension, usersSchemas } from './table';

/** Everything that is defined in a database, in one spelling. */
export async function readDefinitions(session: Session): Promise<Definition[]> {
  const definitions: Definition[] = [];
  for (const { kind, sql } of definitionQueries()) {
    const rows = await session.query<{ name: string; aspects: string }>(sql);
    for (const { name, aspects } of rows) {
      const read: Record<string, string | null> = JSON.parse(aspects);
      const spelt = Object.entries(read).map(([aspect, value]) => [aspect, spelling(value ?? '')]);
      definitions.push({ object: `${kind} ${name}`, aspects: Object.fromEntries(spelt) });
    }
  }
  return definitions;
}

/** Versions write views and expressions with other line breaks, and with more parentheses or fewer. */
function spelling(text: string): string {
  return text.replace(/[\s()]+/g, ' ').trim();
}

interface DefinitionQuery {
  readonly kind: string;
  /** Gives `name`, and `aspects` as a JSON object of texts. */
  readonly sql: string;
}

function definitionQueries(): readonly DefinitionQuery[] {
  const relation = "format('%s.%s', n.nspname, c.relname)";
  const ofRelation = `JOIN pg_class c ON c.oid = x.relation JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${usersSchemas} AND ${notOfExtension('pg_class', 'c.oid')}`;
  return [
    {
      kind: 'table',
      sql: `SELECT ${relation} AS name, json_build_object('kind', c.relkind::text, 'persistence', c.relpersistence::text,
          'replica identity', c.relreplident::text, 'row security', c.relrowsecurity::text) AS aspects
        FROM (SELECT oid AS relation FROM pg_class WHERE relkind IN ('r', 'p', 'f')) x ${ofRelation}`,
    },
    {
      kind: 'column',
      sql: `SELECT ${relation} || '.' || x.attname AS name, json_build_object('type', format_type(x.atttypid, x.atttypmod),
          'not null', x.attnotnull::text, 'identity', x.attidentity::text, 'generated', x.attgenerated::text,
          'default', (SELECT pg_get_expr(v.adbin, v.adrelid) FROM pg_attrdef v
            WHERE v.adrelid = x.relation AND v.adnum = x.attnum),
          'collation', (SELECT l.collname FROM pg_collation l WHERE l.oid = x.attcollation)) AS aspects
        FROM (SELECT attrelid AS relation, * FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped) x ${ofRelation}
          AND c.relkind IN ('r', 'p', 'f')`,
    },
    {
      kind: 'index',
      sql: `SELECT ${relation} || '.' || i.relname AS name, json_build_object('definition', pg_get_indexdef(x.indexrelid),
          'valid', x.indisvalid::text) AS aspects
        FROM (SELECT indrelid AS relation, * FROM pg_index) x JOIN pg_class i ON i.oid = x.indexrelid ${ofRelation}`,
    },
    {
      kind: 'constraint',
      // From 18 on, NOT NULL is a constraint with a name; it is a column's aspect here.
      sql: `SELECT ${relation} || '.' || x.conname AS name, json_build_object('definition', pg_get_constraintdef(x.oid),
          'validated', x.convalidated::text) AS aspects
        FROM (SELECT conrelid AS relation, * FROM pg_constraint WHERE contype IN ('p', 'u', 'f', 'c', 'x')) x ${ofRelation}`,
    },
    {
      kind: 'view',
      sql: `SELECT ${relation} AS name, json_build_object('definition', pg_get_viewdef(c.oid), 'kind', c.relkind::text) AS aspects
        FROM (SELECT oid AS relation FROM pg_class WHERE relkind IN ('v', 'm')) x ${ofRelation}`,
    },
    {
      kind: 'trigger',
      sql: `SELECT ${relation} || '.' || x.tgname AS name, json_build_object('definition', pg_get_triggerdef(x.oid),
          'enabled', x.tgenabled::text) AS aspects
        FROM (SELECT tgrelid AS relation, * FROM pg_trigger WHERE NOT tgisinternal) x ${ofRelation}`,
    },
    {
      kind: 'sequence',
      sql: `SELECT ${relation} AS name, json_build_object('type', format_type(x.seqtypid, NULL), 'start', x.seqstart::text,
          'increment', x.seqincrement::text, 'minimum', x.seqmin::text, 'maximum', x.seqmax::text,
          'cycle', x.seqcycle::text) AS aspects
        FROM (SELECT seqrelid AS relation, * FROM pg_sequence) x ${ofRelation}`,
    },
    {
      kind: 'routine',
      sql: `SELECT format('%s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS name,
          json_build_object('definition', pg_get_functiondef(p.oid)) AS aspects
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prokind IN ('f', 'p') AND ${usersSchemas} AND ${notOfExtension('pg_proc', 'p.oid')}`,
    },
    // Their versions are the engine's.
    { kind: 'extension', sql: 'SELECT extname AS name, json_build_object() AS aspects FROM pg_extension' },
    {
      kind: 'grant',
      // MAINTAIN is new in 17, and every owner has it.
      sql: `SELECT format('to %s on %s.%s', coalesce(g.rolname, 'public'), n.nspname, c.relname) AS name,
          json_build_object('privileges', string_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ', '
            ORDER BY a.privilege_type)) AS aspects
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          CROSS JOIN aclexplode(c.relacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee
        WHERE a.privilege_type <> 'MAINTAIN' AND ${usersSchemas} AND ${notOfExtension('pg_class', 'c.oid')}
          AND coalesce(g.rolname, '') !~ '^(pg_|rds)'
        GROUP BY g.rolname, n.nspname, c.relname`,
    },
    policies,
  ];
}

const policies: DefinitionQuery = {
  kind: 'policy',
  sql: `SELECT format('%s.%s.%s', schemaname, tablename, policyname) AS name, json_build_object('command', cmd,
      'permissive', permissive, 'roles', roles::text, 'using', qual, 'check', with_check) AS aspects FROM pg_policies`,
};
