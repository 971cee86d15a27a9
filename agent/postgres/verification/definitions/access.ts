import type { DefinitionQuery } from './query';
import { aspects, comment, inSchema, ofUsers, ofUsersServer, owner } from './query';

/** How types are stored, searched and handed to languages, and what goes with an extension. */
export const accessQueries: readonly DefinitionQuery[] = [
  {
    // Its members may be of no class.
    kind: 'operator family',
    sql: `SELECT format('%I.%I using %s', n.nspname, x.opfname, m.amname) AS name, ${aspects({
      operators: `(SELECT string_agg(a.amopopr::regoperator || ' ' || a.amopstrategy, ', ' ORDER BY a.amopopr::regoperator::text COLLATE "C", a.amopstrategy) FROM pg_amop a WHERE a.amopfamily = x.oid)`,
      functions: `(SELECT string_agg(a.amproc::regprocedure || ' ' || a.amprocnum, ', ' ORDER BY a.amproc::regprocedure::text COLLATE "C", a.amprocnum) FROM pg_amproc a WHERE a.amprocfamily = x.oid)`,
      owner: owner('x.opfowner'),
      comment: comment('x.oid', 'pg_opfamily'),
    })} FROM pg_opfamily x JOIN pg_am m ON m.oid = x.opfmethod JOIN pg_namespace n ON n.oid = x.opfnamespace ${ofUsers('pg_opfamily', 'x.oid')}`,
  },
  {
    kind: 'access method',
    sql: `SELECT quote_ident(x.amname) AS name, ${aspects({
      definition: "concat_ws(' ', x.amtype, x.amhandler::regproc)",
      comment: comment('x.oid', 'pg_am'),
    })} FROM pg_am x ${ofUsersServer('pg_am', 'x.oid')}`,
  },
  {
    kind: 'transform',
    sql: `SELECT format('for %s language %I', x.trftype::regtype, (SELECT lanname FROM pg_language WHERE oid = x.trflang)) AS name, ${aspects(
      {
        definition: "concat_ws(' ', x.trffromsql::regprocedure, x.trftosql::regprocedure)",
        comment: comment('x.oid', 'pg_transform'),
      },
    )} FROM pg_transform x ${ofUsersServer('pg_transform', 'x.oid')}`,
  },
  {
    kind: 'text search parser',
    sql: `SELECT ${inSchema}x.prsname) AS name, ${aspects({
      functions: "concat_ws(' ', x.prsstart, x.prstoken, x.prsend, x.prsheadline, x.prslextype)",
      comment: comment('x.oid', 'pg_ts_parser'),
    })} FROM pg_ts_parser x JOIN pg_namespace n ON n.oid = x.prsnamespace ${ofUsers('pg_ts_parser', 'x.oid')}`,
  },
  {
    kind: 'text search template',
    sql: `SELECT ${inSchema}x.tmplname) AS name, ${aspects({
      functions: "concat_ws(' ', x.tmplinit, x.tmpllexize)",
      comment: comment('x.oid', 'pg_ts_template'),
    })} FROM pg_ts_template x JOIN pg_namespace n ON n.oid = x.tmplnamespace ${ofUsers('pg_ts_template', 'x.oid')}`,
  },
  {
    // ALTER … DEPENDS ON EXTENSION.
    kind: 'dependency',
    sql: `SELECT concat_ws(' ', i.type, i.identity, 'on extension', quote_ident(e.extname)) AS name, ${aspects({
      kind: 'd.deptype',
    })} FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND e.oid = d.refobjid
      CROSS JOIN pg_identify_object(d.classid, d.objid, d.objsubid) AS i (type, schema, name, identity) WHERE d.deptype = 'x'`,
  },
];
