import type { DefinitionQuery, Known } from './query';
import {
  aspects,
  collation,
  comment,
  foreignOptions,
  inItsSchema,
  ofItsRelation,
  ofRelation,
  options,
  owner,
  part,
  relation,
} from './query';

/** Tables, views and what they consist of. */
export function relationQueries({ version }: Known): readonly DefinitionQuery[] {
  return [
    {
      kind: 'table',
      sql: `SELECT ${relation} AS name, ${inItsSchema}, ${aspects({
        kind: 'c.relkind',
        owner: owner('c.relowner'),
        persistence: 'c.relpersistence',
        'access method': '(SELECT amname FROM pg_am a WHERE a.oid = c.relam)',
        tablespace: '(SELECT spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace)',
        'replica identity': 'c.relreplident',
        'row security': 'c.relrowsecurity',
        'row security of the owner': 'c.relforcerowsecurity',
        options: options('c.reloptions'),
        'options of long values': options('(SELECT reloptions FROM pg_class t WHERE t.oid = c.reltoastrelid)'),
        inherits: `(SELECT string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno) FROM pg_inherits h WHERE h.inhrelid = c.oid)`,
        'partitioned by': "CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END",
        bound: 'pg_get_expr(c.relpartbound, c.oid)',
        type: 'CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END',
        server: `(SELECT s.srvname || ' ' || coalesce(${foreignOptions('f.ftoptions')}, '') FROM pg_foreign_table f
          JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid)`,
        comment: comment('c.oid', 'pg_class'),
      })} FROM (SELECT oid AS relation FROM pg_class WHERE relkind IN ('r', 'p', 'f')) x ${ofRelation}`,
    },
    {
      kind: 'column',
      sql: `SELECT ${part('x.attname')} AS name, ${ofItsRelation} AS part_of, ${aspects({
        type: 'format_type(x.atttypid, x.atttypmod)',
        'not null': 'x.attnotnull',
        identity: 'x.attidentity',
        generated: 'x.attgenerated',
        default: `(SELECT pg_get_expr(v.adbin, v.adrelid) FROM pg_attrdef v WHERE v.adrelid = x.relation AND v.adnum = x.attnum)`,
        collation: collation('x.attcollation'),
        after: `(SELECT b.attname FROM pg_attribute b WHERE b.attrelid = x.relation AND b.attnum BETWEEN 1 AND x.attnum - 1 AND NOT b.attisdropped
          ORDER BY b.attnum DESC LIMIT 1)`,
        storage: 'x.attstorage',
        ...(version >= 140_000 && { compression: 'x.attcompression' }),
        // Until 17, -1 said that there is none.
        statistics: 'nullif(x.attstattarget, -1)',
        options: options('x.attoptions'),
        'options of its server': foreignOptions('x.attfdwoptions'),
        local: 'x.attislocal',
        comment: comment('x.relation', 'pg_class', 'x.attnum'),
      })} FROM (SELECT attrelid AS relation, * FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped) x ${ofRelation}
        AND c.relkind IN ('r', 'p', 'f', 'v', 'm')`,
    },
    {
      kind: 'index',
      sql: `SELECT ${part('i.relname')} AS name, ${ofItsRelation} AS part_of, ${aspects({
        definition: 'pg_get_indexdef(x.indexrelid)',
        valid: 'x.indisvalid AND x.indisready',
        clustered: 'x.indisclustered',
        'replica identity': 'x.indisreplident',
        tablespace: '(SELECT spcname FROM pg_tablespace s WHERE s.oid = i.reltablespace)',
        'part of': "(SELECT string_agg(h.inhparent::regclass::text, ', ') FROM pg_inherits h WHERE h.inhrelid = i.oid)",
        statistics: `(SELECT string_agg(a.attnum || ' ' || a.attstattarget, ', ' ORDER BY a.attnum) FROM pg_attribute a
          WHERE a.attrelid = i.oid AND a.attstattarget >= 0)`,
        comment: comment('i.oid', 'pg_class'),
      })} FROM (SELECT indrelid AS relation, * FROM pg_index) x JOIN pg_class i ON i.oid = x.indexrelid ${ofRelation}`,
    },
    {
      kind: 'constraint',
      // From 18 on, NOT NULL is a constraint with a name; it is a column's aspect here.
      sql: `SELECT ${part('x.conname')} AS name, ${ofItsRelation} AS part_of, ${aspects({
        definition: 'pg_get_constraintdef(x.oid)',
        validated: 'x.convalidated',
        local: 'x.conislocal',
        // What ALTER TABLE … DISABLE TRIGGER ALL leaves.
        'triggers that fire': `(SELECT string_agg(DISTINCT g.tgenabled::text, ', ') FROM pg_trigger g WHERE g.tgconstraint = x.oid AND g.tgisinternal)`,
        comment: comment('x.oid', 'pg_constraint'),
      })} FROM (SELECT conrelid AS relation, * FROM pg_constraint WHERE contype IN ('p', 'u', 'f', 'c', 'x', 't')) x ${ofRelation}`,
    },
    {
      kind: 'view',
      sql: `SELECT ${relation} AS name, ${inItsSchema}, ${aspects({
        definition: 'pg_get_viewdef(c.oid)',
        kind: 'c.relkind',
        owner: owner('c.relowner'),
        options: options('c.reloptions'),
        filled: 'c.relispopulated',
        comment: comment('c.oid', 'pg_class'),
      })} FROM (SELECT oid AS relation FROM pg_class WHERE relkind IN ('v', 'm')) x ${ofRelation}`,
    },
    {
      kind: 'rule',
      sql: `SELECT ${part('x.rulename')} AS name, ${ofItsRelation} AS part_of, ${aspects({
        definition: 'pg_get_ruledef(x.oid)',
        enabled: 'x.ev_enabled',
        comment: comment('x.oid', 'pg_rewrite'),
      })} FROM (SELECT ev_class AS relation, * FROM pg_rewrite WHERE rulename <> '_RETURN') x ${ofRelation}`,
    },
    {
      kind: 'trigger',
      sql: `SELECT ${part('x.tgname')} AS name, ${ofItsRelation} AS part_of, ${aspects({
        definition: 'pg_get_triggerdef(x.oid)',
        enabled: 'x.tgenabled',
        comment: comment('x.oid', 'pg_trigger'),
      })} FROM (SELECT tgrelid AS relation, * FROM pg_trigger WHERE NOT tgisinternal) x ${ofRelation}`,
    },
    {
      kind: 'policy',
      sql: `SELECT ${part('x.polname')} AS name, ${ofItsRelation} AS part_of, ${aspects({
        command: 'x.polcmd',
        permissive: 'x.polpermissive',
        roles: `(SELECT string_agg(CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r)::text END, ', '
          ORDER BY CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r)::text END COLLATE "C") FROM unnest(x.polroles) AS r)`,
        using: 'pg_get_expr(x.polqual, x.polrelid)',
        check: 'pg_get_expr(x.polwithcheck, x.polrelid)',
        comment: comment('x.oid', 'pg_policy'),
      })} FROM (SELECT polrelid AS relation, * FROM pg_policy) x ${ofRelation}`,
    },
    {
      kind: 'sequence',
      sql: `SELECT ${relation} AS name, ${inItsSchema}, ${aspects({
        type: 'format_type(x.seqtypid, NULL)',
        start: 'x.seqstart',
        increment: 'x.seqincrement',
        minimum: 'x.seqmin',
        maximum: 'x.seqmax',
        cycle: 'x.seqcycle',
        cache: 'x.seqcache',
        persistence: 'c.relpersistence',
        owner: owner('c.relowner'),
        'owned by': `(SELECT d.refobjid::regclass || '.' || quote_ident(a.attname) FROM pg_depend d JOIN pg_attribute a
          ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass)`,
        comment: comment('c.oid', 'pg_class'),
      })} FROM (SELECT seqrelid AS relation, * FROM pg_sequence) x ${ofRelation}`,
    },
    {
      kind: 'statistics',
      sql: `SELECT format('%I.%I', sn.nspname, x.stxname) AS name, ${aspects({
        definition: 'pg_get_statisticsobjdef(x.oid)',
        target: 'nullif(x.stxstattarget, -1)',
        owner: owner('x.stxowner'),
        comment: comment('x.oid', 'pg_statistic_ext'),
      })} FROM (SELECT stxrelid AS relation, * FROM pg_statistic_ext) x JOIN pg_namespace sn ON sn.oid = x.stxnamespace ${ofRelation}`,
    },
  ];
}
