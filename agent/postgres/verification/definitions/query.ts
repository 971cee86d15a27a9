import { notOfExtension, usersSchemas } from '../table';
import { digestOf } from './concealed';

/** What is defined of one kind, and how it is read. */
export interface DefinitionQuery {
  readonly kind: string;
  /** Gives `name`, `aspects` as a JSON object of texts, and `part_of` where the object is part of another. */
  readonly sql: string;
}

/** What the two versions that are compared have both. */
export interface Known {
  /** The older one's, as a number. */
  readonly version: number;
}

/** Of the schemas of applications, of no extension; the schema is `n`, the relation `c`. */
export const ofRelation = `JOIN pg_class c ON c.oid = x.relation JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${usersSchemas} AND ${notOfExtension('pg_class', 'c.oid')}`;

export const relation = "format('%I.%I', n.nspname, c.relname)";

/** The relation as the object that its parts are of: `table public.accounts`. */
export const ofItsRelation = `CASE WHEN c.relkind IN ('v', 'm') THEN 'view ' ELSE 'table ' END || ${relation}`;

/** A named part of a relation. */
export const part = (name: string): string => `format('%I.%I.%I', n.nspname, c.relname, ${name})`;

/**
 * Names that RDS gives roles of its own on each side, as a pattern. A role that only begins like them may be anybody's, and
 * `rds_pgaudit` is one that RDS has its users make: what it is granted is what is audited.
 *
 * @see docs/aws-facts.md#rds-postgres-roles
 */
export const OF_RDS = "'^(rds_(?!pgaudit$)|rdsadmin$|rdsrepladmin$|rdstopmgr$|rdsproxyadmin$|rdswriteforwarduser$)'";

/** Of these, what begins with `rds_` and RDS is known to make. */
export const KNOWN_OF_RDS = "'^rds_(superuser|replication|password|iam|ad)$'";

export const aspects = (texts: Readonly<Record<string, string>>): string =>
  `json_build_object(${Object.entries(texts)
    .map(([name, sql]) => `'${name}', (${sql})::text`)
    .join(', ')}) AS aspects`;

export const owner = (column: string): string => `pg_get_userbyid(${column})`;

/** Not by the engine's own functions for it, which are written in SQL. */
export const comment = (id: string, catalog: string, column = '0'): string =>
  `(SELECT description FROM pg_description WHERE objoid = ${id} AND classoid = 'pg_catalog.${catalog}'::regclass AND objsubid = ${column})`;

export const sharedComment = (id: string, catalog: string): string =>
  `(SELECT description FROM pg_shdescription WHERE objoid = ${id} AND classoid = 'pg_catalog.${catalog}'::regclass)`;

/** What is missing with its schema is said with it. */
export const inItsSchema = "'schema ' || quote_ident(n.nspname) AS part_of";

/** Options in any order, but for what the engine notes there for itself. */
export const options = (array: string): string =>
  `(SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(${array}) AS o WHERE o NOT LIKE 'pg\\_%')`;

/** Options of foreign data, of which some are secrets: these are compared, and not shown. */
export const foreignOptions = (
  array: string,
  shown = "'^(user|username|host|hostaddr|port|dbname|schema_name|table_name|column_name)$'",
): string =>
  `(SELECT string_agg(CASE WHEN split_part(o, '=', 1) ~ ${shown} THEN o
      ELSE split_part(o, '=', 1) || ${digestOf('o')} END, ', ' ORDER BY o COLLATE "C") FROM unnest(${array}) AS o)`;

export const collation = (id: string): string =>
  `(SELECT format('%I.%I', cn.nspname, l.collname) FROM pg_collation l JOIN pg_namespace cn ON cn.oid = l.collnamespace WHERE l.oid = ${id})`;

export const ofUsers = (catalog: string, id: string): string =>
  `WHERE ${usersSchemas} AND ${notOfExtension(catalog, id)}`;

/** What stands in no schema, and came with the server where its id is below those that applications' objects get. */
export const ofUsersServer = (catalog: string, id: string): string =>
  `WHERE ${id} >= 16384 AND ${notOfExtension(catalog, id)}`;

export const inSchema = "format('%I.%I', n.nspname, ";
