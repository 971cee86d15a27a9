import { notOfExtension, usersSchemas } from '../table';
import type { DefinitionQuery, Known } from './query';
import { OF_RDS, ofItsRelation, relation } from './query';

interface Granted {
  /** How the object is told, as SQL. */
  readonly object: string;
  /** The object as it is defined, as SQL: what is missing is said once. */
  readonly of?: string;
  readonly acl: string;
  readonly owner: string;
  /** What holds where nobody has granted anything: the kind of object, before its owner. */
  readonly preset?: string;
  /** Where it may come with an extension, which grants something itself: its catalogue and id. */
  readonly member?: readonly [catalog: string, id: string];
  readonly from: string;
}

const granted: readonly Granted[] = [
  {
    object: "format('%I.%I', n.nspname, c.relname)",
    of: `CASE WHEN c.relkind = 'S' THEN 'sequence ' WHEN c.relkind IN ('v', 'm') THEN 'view ' ELSE 'table ' END || ${relation}`,
    acl: 'c.relacl',
    owner: 'c.relowner',
    preset: "CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::\"char\"",
    member: ['pg_class', 'c.oid'],
    from: `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND ${usersSchemas}`,
  },
  {
    object: "format('column %I.%I.%I', n.nspname, c.relname, a.attname)",
    of: ofItsRelation,
    acl: 'a.attacl',
    owner: 'c.relowner',
    from: `pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT a.attisdropped AND ${usersSchemas}`,
  },
  {
    object: "format('schema %I', n.nspname)",
    of: "'schema ' || quote_ident(n.nspname)",
    acl: 'n.nspacl',
    owner: 'n.nspowner',
    preset: "'n'",
    member: ['pg_namespace', 'n.oid'],
    from: `pg_namespace n WHERE ${usersSchemas}`,
  },
  {
    object: "format('routine %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))",
    of: "format('routine %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))",
    acl: 'p.proacl',
    owner: 'p.proowner',
    preset: "'f'",
    member: ['pg_proc', 'p.oid'],
    from: `pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${usersSchemas}`,
  },
  {
    object: "format('type %I.%I', n.nspname, t.typname)",
    of: "format('type %I.%I', n.nspname, t.typname)",
    acl: 't.typacl',
    owner: 't.typowner',
    preset: "'T'",
    member: ['pg_type', 't.oid'],
    from: `pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${usersSchemas}
      AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c') AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)`,
  },
  {
    object: "format('language %I', l.lanname)",
    acl: 'l.lanacl',
    owner: 'l.lanowner',
    preset: "'l'",
    member: ['pg_language', 'l.oid'],
    from: 'pg_language l WHERE l.lanpltrusted',
  },
  {
    object: "format('wrapper %I', w.fdwname)",
    acl: 'w.fdwacl',
    owner: 'w.fdwowner',
    preset: "'F'",
    member: ['pg_foreign_data_wrapper', 'w.oid'],
    from: 'pg_foreign_data_wrapper w WHERE w.oid >= 16384',
  },
  {
    object: "format('server %I', s.srvname)",
    acl: 's.srvacl',
    owner: 's.srvowner',
    preset: "'S'",
    member: ['pg_foreign_server', 's.oid'],
    from: 'pg_foreign_server s WHERE s.oid >= 16384',
  },
  {
    object: "'this database'::text",
    acl: 'b.datacl',
    owner: 'b.datdba',
    preset: "'d'",
    from: 'pg_database b WHERE b.datname = current_database()',
  },
  {
    object:
      "format('what %I makes%s: %s', pg_get_userbyid(d.defaclrole), coalesce(' in ' || quote_ident(n.nspname), ''), d.defaclobjtype)",
    acl: 'd.defaclacl',
    owner: 'd.defaclrole',
    from: 'pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace WHERE true',
  },
];

/** MAINTAIN is new in 17, and every owner has it. */
const FIRST_WITH_MAINTAIN = 170_000;

/**
 * Who may do what with what: one line for each who has a privilege on an object. `*`: may pass it on. Of what comes with an
 * extension, whose script grants things itself, what was granted or revoked since.
 */
export function grantQueries({ version }: Known): readonly DefinitionQuery[] {
  const known = version >= FIRST_WITH_MAINTAIN ? 'true' : "e.privilege_type <> 'MAINTAIN'";
  return granted.flatMap((kind) => [grantsOf(kind, known), ...(kind.member === undefined ? [] : [since(kind, known)])]);
}

function grantsOf(kind: Granted, known: string): DefinitionQuery {
  const own = kind.member === undefined ? '' : ` AND ${notOfExtension(...kind.member)}`;
  return {
    kind: 'grant',
    sql: `SELECT ${toWhom} AS name, g.part_of, json_build_object('privileges', ${privileges()}) AS aspects
      FROM (SELECT ${kind.object} AS object, ${kind.of ?? 'NULL'} AS part_of, ${kind.owner} AS owner, ${aclOf(kind)} AS acl FROM ${kind.from}${own}) g
        CROSS JOIN aclexplode(g.acl) e
      WHERE ${known} AND ${ofUsers} GROUP BY e.grantee, g.object, g.part_of`,
  };
}

/** @see https://www.postgresql.org/docs/current/catalog-pg-init-privs.html */
function since(kind: Granted, known: string): DefinitionQuery {
  const [catalog, id] = kind.member ?? ['', ''];
  const initial = `coalesce((SELECT i.initprivs FROM pg_init_privs i WHERE i.objoid = ${id} AND i.classoid = '${catalog}'::regclass AND i.objsubid = 0),
    acldefault(${kind.preset}, ${kind.owner}))`;
  const entries = (acl: string, sign: string): string =>
    `SELECT grantor, grantee, privilege_type, is_grantable, '${sign}' AS sign FROM aclexplode(${acl})`;
  return {
    kind: 'grant',
    sql: `SELECT ${toWhom} || ' of an extension' AS name, json_build_object('privileges', ${privileges('e.sign || ')}) AS aspects
      FROM (SELECT ${kind.object} AS object, ${kind.owner} AS owner, ${aclOf(kind)} AS acl, ${initial} AS initial
        FROM ${kind.from} AND NOT ${notOfExtension(catalog, id)}) g
        CROSS JOIN LATERAL ((${entries('g.acl', '')} EXCEPT ${entries('g.initial', '')})
          UNION ALL (${entries('g.initial', 'no ')} EXCEPT ${entries('g.acl', 'no ')})) e
      WHERE ${known} AND ${ofUsers} GROUP BY e.grantee, g.object`,
  };
}

function aclOf({ acl, preset, owner }: Granted): string {
  return preset === undefined ? acl : `coalesce(${acl}, acldefault(${preset}, ${owner}))`;
}

const toWhom = `format('to %s on %s', CASE WHEN e.grantee = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(e.grantee)) END, g.object)`;
const ofUsers = `(e.grantee = 0 OR pg_get_userbyid(e.grantee) !~ ${OF_RDS})`;

/** Whose grant it is decides with whose it goes again. */
const privileges = (sign = ''): string =>
  `string_agg(${sign}e.privilege_type || CASE WHEN e.is_grantable THEN '*' ELSE '' END
    || CASE WHEN e.grantor = g.owner OR pg_get_userbyid(e.grantor) ~ ${OF_RDS} THEN '' ELSE ' by ' || quote_ident(pg_get_userbyid(e.grantor)) END,
    ', ' ORDER BY e.privilege_type COLLATE "C", ${sign === '' ? '' : 'e.sign, '}pg_get_userbyid(e.grantor) COLLATE "C")`;
