import { notOfExtension, usersSchemas } from '../table';
import type { DefinitionQuery, Known } from './query';
import { OF_RDS, ofItsRelation, relation } from './query';

interface Granted {
  /** How the object is told, as SQL. */
  readonly object: string;
  /** The object as it is defined, as SQL: what is missing is said once. */
  readonly of?: string;
  readonly acl: string;
  /** What holds where nobody has granted anything: the kind of object and its owner. */
  readonly preset?: string;
  readonly from: string;
}

/** Of what applications made, and not with the server. */
const own = (catalog: string, id: string): string => `${id} >= 16384 AND ${notOfExtension(catalog, id)}`;
const inSchemas = (catalog: string, id: string): string => `${usersSchemas} AND ${notOfExtension(catalog, id)}`;

const granted: readonly Granted[] = [
  {
    object: "format('%I.%I', n.nspname, c.relname)",
    of: `CASE WHEN c.relkind = 'S' THEN 'sequence ' WHEN c.relkind IN ('v', 'm') THEN 'view ' ELSE 'table ' END || ${relation}`,
    acl: 'c.relacl',
    preset: "CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::\"char\", c.relowner",
    from: `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND ${inSchemas('pg_class', 'c.oid')}`,
  },
  {
    object: "format('column %I.%I.%I', n.nspname, c.relname, a.attname)",
    of: ofItsRelation,
    acl: 'a.attacl',
    from: `pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT a.attisdropped AND ${inSchemas('pg_class', 'c.oid')}`,
  },
  {
    object: "format('schema %I', n.nspname)",
    of: "'schema ' || quote_ident(n.nspname)",
    acl: 'n.nspacl',
    preset: "'n', n.nspowner",
    from: `pg_namespace n WHERE ${inSchemas('pg_namespace', 'n.oid')}`,
  },
  {
    object: "format('routine %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))",
    of: "format('routine %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))",
    acl: 'p.proacl',
    preset: "'f', p.proowner",
    from: `pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${inSchemas('pg_proc', 'p.oid')}`,
  },
  {
    object: "format('type %I.%I', n.nspname, t.typname)",
    of: "format('type %I.%I', n.nspname, t.typname)",
    acl: 't.typacl',
    preset: "'T', t.typowner",
    from: `pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${inSchemas('pg_type', 't.oid')}
      AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c') AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)`,
  },
  {
    object: "format('language %I', l.lanname)",
    acl: 'l.lanacl',
    preset: "'l', l.lanowner",
    from: `pg_language l WHERE ${notOfExtension('pg_language', 'l.oid')} AND l.lanpltrusted`,
  },
  {
    object: "format('wrapper %I', w.fdwname)",
    acl: 'w.fdwacl',
    preset: "'F', w.fdwowner",
    from: `pg_foreign_data_wrapper w WHERE ${own('pg_foreign_data_wrapper', 'w.oid')}`,
  },
  {
    object: "format('server %I', s.srvname)",
    acl: 's.srvacl',
    preset: "'S', s.srvowner",
    from: `pg_foreign_server s WHERE ${own('pg_foreign_server', 's.oid')}`,
  },
  {
    object: "'this database'::text",
    acl: 'b.datacl',
    preset: "'d', b.datdba",
    from: 'pg_database b WHERE b.datname = current_database()',
  },
  {
    object:
      "format('what %I makes%s: %s', pg_get_userbyid(d.defaclrole), coalesce(' in ' || quote_ident(n.nspname), ''), d.defaclobjtype)",
    acl: 'd.defaclacl',
    from: 'pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace WHERE true',
  },
];

/** MAINTAIN is new in 17, and every owner has it. */
const FIRST_WITH_MAINTAIN = 170_000;

/** Who may do what with what: one line for each who has a privilege on an object. `*`: may pass it on. */
export function grantQueries({ version }: Known): readonly DefinitionQuery[] {
  const known = version >= FIRST_WITH_MAINTAIN ? 'true' : "e.privilege_type <> 'MAINTAIN'";
  return granted.map(({ object, of = 'NULL', acl, preset, from }) => ({
    kind: 'grant',
    sql: `SELECT format('to %s on %s', CASE WHEN e.grantee = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(e.grantee)) END, g.object) AS name, g.part_of,
        json_build_object('privileges', string_agg(e.privilege_type || CASE WHEN e.is_grantable THEN '*' ELSE '' END, ', '
          ORDER BY e.privilege_type COLLATE "C")) AS aspects
      FROM (SELECT ${object} AS object, ${of} AS part_of, ${preset === undefined ? acl : `coalesce(${acl}, acldefault(${preset}))`} AS acl FROM ${from}) g
        CROSS JOIN aclexplode(g.acl) e
      WHERE ${known} AND (e.grantee = 0 OR pg_get_userbyid(e.grantee) !~ ${OF_RDS})
      GROUP BY e.grantee, g.object, g.part_of`,
  }));
}
