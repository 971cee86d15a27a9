import { digestOf } from './concealed';
import type { DefinitionQuery } from './query';
import {
  aspects,
  collation,
  comment,
  foreignOptions,
  inItsSchema,
  inSchema,
  OF_RDS,
  ofUsers,
  ofUsersServer,
  owner,
  sharedComment,
} from './query';

/** Types, routines and what else a database has by name. */
export function otherQueries(): readonly DefinitionQuery[] {
  return [
    {
      kind: 'schema',
      sql: `SELECT quote_ident(n.nspname) AS name, ${aspects({
        owner: owner('n.nspowner'),
        comment: comment('n.oid', 'pg_namespace'),
      })} FROM pg_namespace n ${ofUsers('pg_namespace', 'n.oid')}`,
    },
    {
      // Those of tables and their arrays come with the tables.
      kind: 'type',
      sql: `SELECT ${inSchema}t.typname) AS name, ${inItsSchema}, ${aspects({
        kind: 't.typtype',
        owner: owner('t.typowner'),
        labels:
          "(SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)",
        attributes: `(SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) ||
            coalesce(' ' || ${collation('a.attcollation')}, '') ||
            coalesce(' ' || quote_literal(${comment('t.typrelid', 'pg_class', 'a.attnum')}), ''), ', ' ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)`,
        range: `(SELECT concat_ws(' ', format_type(r.rngsubtype, NULL), ${collation('r.rngcollation')}, (SELECT opcname FROM pg_opclass WHERE pg_opclass.oid = r.rngsubopc),
            r.rngcanonical::regproc, r.rngsubdiff::regproc) FROM pg_range r WHERE r.rngtypid = t.oid)`,
        // Before 14 there is none.
        'comment of the multirange': `(SELECT ${comment("(to_jsonb(r) ->> 'rngmultitypid')::oid", 'pg_type')} FROM pg_range r WHERE r.rngtypid = t.oid)`,
        base: "CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END",
        'not null': 't.typnotnull',
        default: 't.typdefault',
        collation: collation('t.typcollation'),
        functions: `CASE WHEN t.typtype = 'b' THEN concat_ws(' ', t.typinput::regproc, t.typoutput::regproc, t.typreceive::regproc, t.typsend::regproc,
          t.typmodin::regproc, t.typmodout::regproc, t.typanalyze::regproc, to_jsonb(t) ->> 'typsubscript',
          t.typlen, t.typbyval, t.typalign, t.typstorage, t.typcategory, t.typispreferred, t.typdelim) END`,
        comment: comment('t.oid', 'pg_type'),
      })} FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace ${ofUsers('pg_type', 't.oid')}
        AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c')
        AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid) AND t.typtype <> 'm'`,
    },
    {
      kind: 'domain constraint',
      sql: `SELECT format('%I.%I.%I', n.nspname, t.typname, x.conname) AS name, 'type ' || ${inSchema}t.typname) AS part_of, ${aspects(
        {
          definition: 'pg_get_constraintdef(x.oid)',
          validated: 'x.convalidated',
          comment: comment('x.oid', 'pg_constraint'),
        },
      )} FROM pg_constraint x JOIN pg_type t ON t.oid = x.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
        ${ofUsers('pg_type', 't.oid')} AND x.contype = 'c'`,
    },
    {
      kind: 'routine',
      sql: `SELECT format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS name, ${inItsSchema}, ${aspects(
        {
          definition: "CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END",
          aggregates: `(SELECT concat_ws(' ', a.aggkind, p.proparallel, a.aggnumdirectargs, a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn,
            a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn, a.aggfinalextra, a.aggmfinalextra, a.aggfinalmodify, a.aggmfinalmodify,
            a.aggsortop::regoperator, format_type(a.aggtranstype, NULL), a.aggtransspace, format_type(a.aggmtranstype, NULL), a.aggmtransspace,
            quote_nullable(a.agginitval), quote_nullable(a.aggminitval)) FROM pg_aggregate a WHERE a.aggfnoid = p.oid)`,
          owner: owner('p.proowner'),
          comment: comment('p.oid', 'pg_proc'),
        },
      )} FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace ${ofUsers('pg_proc', 'p.oid')}`,
    },
    {
      kind: 'operator',
      sql: `SELECT format('%I.%s(%s, %s)', n.nspname, o.oprname, o.oprleft::regtype, o.oprright::regtype) AS name, ${aspects(
        {
          definition: `concat_ws(' ', o.oprcode, o.oprcom::regoperator, o.oprnegate::regoperator, o.oprrest, o.oprjoin, o.oprcanmerge, o.oprcanhash)`,
          owner: owner('o.oprowner'),
          comment: comment('o.oid', 'pg_operator'),
        },
      )} FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace ${ofUsers('pg_operator', 'o.oid')}`,
    },
    {
      kind: 'operator class',
      sql: `SELECT format('%I.%I using %s', n.nspname, o.opcname, m.amname) AS name, ${aspects({
        definition: `concat_ws(' ', o.opcintype::regtype, o.opcdefault, o.opckeytype::regtype, (SELECT f.opfname FROM pg_opfamily f WHERE f.oid = o.opcfamily))`,
        operators: `(SELECT string_agg(a.amopopr::regoperator || ' ' || a.amopstrategy, ', ' ORDER BY a.amopopr::regoperator::text COLLATE "C", a.amopstrategy) FROM pg_amop a WHERE a.amopfamily = o.opcfamily)`,
        functions: `(SELECT string_agg(a.amproc::regprocedure || ' ' || a.amprocnum, ', ' ORDER BY a.amproc::regprocedure::text COLLATE "C", a.amprocnum) FROM pg_amproc a WHERE a.amprocfamily = o.opcfamily)`,
        owner: owner('o.opcowner'),
        comment: comment('o.oid', 'pg_opclass'),
      })} FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod JOIN pg_namespace n ON n.oid = o.opcnamespace ${ofUsers('pg_opclass', 'o.oid')}`,
    },
    {
      kind: 'cast',
      sql: `SELECT x.castsource::regtype || ' as ' || x.casttarget::regtype AS name, ${aspects({
        definition:
          "concat_ws(' ', CASE WHEN x.castfunc <> 0 THEN x.castfunc::regprocedure END, x.castcontext, x.castmethod)",
        comment: comment('x.oid', 'pg_cast'),
      })} FROM pg_cast x ${ofUsersServer('pg_cast', 'x.oid')}`,
    },
    {
      kind: 'collation',
      sql: `SELECT ${inSchema}l.collname) AS name, ${aspects({
        // The locale is in a column of another name from 15 and from 17 on.
        definition: `concat_ws(' ', l.collprovider, l.collisdeterministic, l.collctype,
          coalesce(to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale', l.collcollate),
          to_jsonb(l) ->> 'collicurules')`,
        owner: owner('l.collowner'),
        comment: comment('l.oid', 'pg_collation'),
      })} FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace ${ofUsers('pg_collation', 'l.oid')}`,
    },
    {
      kind: 'conversion',
      sql: `SELECT ${inSchema}x.conname) AS name, ${aspects({
        definition: "concat_ws(' ', x.conforencoding, x.contoencoding, x.conproc, x.condefault)",
        owner: owner('x.conowner'),
        comment: comment('x.oid', 'pg_conversion'),
      })} FROM pg_conversion x JOIN pg_namespace n ON n.oid = x.connamespace ${ofUsers('pg_conversion', 'x.oid')}`,
    },
    {
      kind: 'text search configuration',
      sql: `SELECT ${inSchema}x.cfgname) AS name, ${aspects({
        parser: '(SELECT prsname FROM pg_ts_parser p WHERE p.oid = x.cfgparser)',
        dictionaries: `(SELECT string_agg(m.maptokentype || ' ' || m.mapseqno || ' ' || m.mapdict::regdictionary, ', ' ORDER BY m.maptokentype, m.mapseqno)
          FROM pg_ts_config_map m WHERE m.mapcfg = x.oid)`,
        owner: owner('x.cfgowner'),
        comment: comment('x.oid', 'pg_ts_config'),
      })} FROM pg_ts_config x JOIN pg_namespace n ON n.oid = x.cfgnamespace ${ofUsers('pg_ts_config', 'x.oid')}`,
    },
    {
      kind: 'text search dictionary',
      sql: `SELECT ${inSchema}x.dictname) AS name, ${aspects({
        template: '(SELECT tmplname FROM pg_ts_template t WHERE t.oid = x.dicttemplate)',
        options: 'x.dictinitoption',
        owner: owner('x.dictowner'),
        comment: comment('x.oid', 'pg_ts_dict'),
      })} FROM pg_ts_dict x JOIN pg_namespace n ON n.oid = x.dictnamespace ${ofUsers('pg_ts_dict', 'x.oid')}`,
    },
    {
      kind: 'language',
      sql: `SELECT quote_ident(x.lanname) AS name, ${aspects({
        trusted: 'x.lanpltrusted',
        functions: "concat_ws(' ', x.lanplcallfoid::regproc, x.laninline::regproc, x.lanvalidator::regproc)",
        owner: owner('x.lanowner'),
        comment: comment('x.oid', 'pg_language'),
      })}
        FROM pg_language x ${ofUsersServer('pg_language', 'x.oid')}`,
    },
    {
      kind: 'event trigger',
      sql: `SELECT quote_ident(x.evtname) AS name, ${aspects({
        definition: "concat_ws(' ', x.evtevent, x.evtfoid::regprocedure, x.evttags)",
        enabled: 'x.evtenabled',
        owner: owner('x.evtowner'),
        comment: comment('x.oid', 'pg_event_trigger'),
      })} FROM pg_event_trigger x ${ofUsersServer('pg_event_trigger', 'x.oid')} AND pg_get_userbyid(x.evtowner) !~ ${OF_RDS}`,
    },
    {
      kind: 'foreign data wrapper',
      sql: `SELECT quote_ident(x.fdwname) AS name, ${aspects({
        definition:
          "concat_ws(' ', CASE WHEN x.fdwhandler <> 0 THEN x.fdwhandler::regproc END, CASE WHEN x.fdwvalidator <> 0 THEN x.fdwvalidator::regproc END)",
        options: foreignOptions('x.fdwoptions'),
        owner: owner('x.fdwowner'),
        comment: comment('x.oid', 'pg_foreign_data_wrapper'),
      })} FROM pg_foreign_data_wrapper x ${ofUsersServer('pg_foreign_data_wrapper', 'x.oid')}`,
    },
    {
      kind: 'foreign server',
      sql: `SELECT quote_ident(x.srvname) AS name, ${aspects({
        wrapper: '(SELECT fdwname FROM pg_foreign_data_wrapper w WHERE w.oid = x.srvfdw)',
        type: "concat_ws(' ', x.srvtype, x.srvversion)",
        options: foreignOptions('x.srvoptions'),
        owner: owner('x.srvowner'),
        comment: comment('x.oid', 'pg_foreign_server'),
      })} FROM pg_foreign_server x ${ofUsersServer('pg_foreign_server', 'x.oid')}`,
    },
    {
      // Options are the secrets of whom they are for; the server shows them to nobody else.
      kind: 'user mapping',
      sql: `SELECT format('of %I on %I', coalesce(nullif(x.usename, 'public'), 'public'), x.srvname) AS name, ${aspects(
        {
          options: foreignOptions('x.umoptions'),
        },
      )} FROM pg_user_mappings x`,
    },
    {
      // An engine brings its own versions, which are said by themselves.
      kind: 'extension',
      sql: `SELECT quote_ident(x.extname) AS name, ${aspects({ schema: 'x.extnamespace::regnamespace' })} FROM pg_extension x`,
    },
    {
      kind: 'security label',
      sql: `SELECT concat_ws(' ', objtype, objname, provider) AS name, ${aspects({ label: 'label' })} FROM pg_seclabels`,
    },
    {
      kind: 'settings',
      sql: `SELECT 'of ' || CASE WHEN x.setrole = 0 THEN 'all roles' ELSE quote_ident(pg_get_userbyid(x.setrole)) END || ' in this database' AS name, ${aspects(
        {
          values: settings('x.setconfig'),
        },
      )} FROM pg_db_role_setting x JOIN pg_database b ON b.oid = x.setdatabase AND b.datname = current_database()
        WHERE x.setrole = 0 OR pg_get_userbyid(x.setrole) !~ ${OF_RDS}`,
    },
    {
      kind: 'this database',
      sql: `SELECT '' AS name, ${aspects({
        owner: owner('b.datdba'),
        encoding: 'pg_encoding_to_char(b.encoding)',
        // Before 15 there was one provider; what it calls the locale is in a column of another name from 17 on.
        locale: `concat_ws(' ', b.datcollate, b.datctype, coalesce(to_jsonb(b) ->> 'datlocprovider', 'c'),
          coalesce(to_jsonb(b) ->> 'datlocale', to_jsonb(b) ->> 'daticulocale'), to_jsonb(b) ->> 'daticurules')`,
        'number of connections': 'nullif(b.datconnlimit, -1)',
        comment: sharedComment('b.oid', 'pg_database'),
      })} FROM pg_database b WHERE b.datname = current_database()`,
    },
  ];
}

/** Parameters of the applications' own making may be secrets: they are compared, and not shown. */
export const settings = (array: string): string =>
  `(SELECT string_agg(CASE WHEN split_part(o, '=', 1) LIKE '%.%' THEN split_part(o, '=', 1) || ${digestOf('o')} ELSE o END, ', ' ORDER BY o COLLATE "C")
    FROM unnest(${array}) AS o)`;
