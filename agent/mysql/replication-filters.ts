import { type Row, text } from './result-row';
import type { Session } from './session';

const KINDS = ['Do_DB', 'Ignore_DB', 'Do_Table', 'Ignore_Table', 'Wild_Do_Table', 'Wild_Ignore_Table', 'Rewrite_DB'];
/** They say which tables come along, the others which do not. */
const ADMITTING = /_do_/i;

/**
 * What one channel leaves out or puts elsewhere, of the users' own. RDS's replicas leave out tables of RDS's own.
 *
 * @see docs/aws-facts.md#rds-replica-ignores-own-tables
 */
export function filtersOfChannel(row: Row): readonly string[] {
  return KINDS.flatMap((kind) => filterOf(`Replicate_${kind}`, text(row, `Replicate_${kind}`)));
}

/**
 * What every channel of a server leaves out, those that are made later too. MySQL tells this from 8.0 on, where
 * `performance_schema` is on; else it is known once there is a channel.
 *
 * @param variables the server's global ones
 */
export async function filtersOfServer(
  session: Session,
  variables: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  if (session.dialect.mariadb) {
    return KINDS.flatMap((kind) =>
      filterOf(`Replicate_${kind}`, variables.get(`replicate_${kind.toLowerCase()}`) ?? ''),
    );
  }
  if (!session.dialect.atLeast(8, 0)) return [];
  const rows = await session.query(
    'SELECT FILTER_NAME AS name, FILTER_RULE AS rules FROM performance_schema.replication_applier_global_filters ORDER BY name, rules',
  );
  return rows.flatMap((row) => {
    const kind = text(row, 'name').replace(/^REPLICATE_/i, '');
    const name = KINDS.find((known) => known.toUpperCase() === kind.toUpperCase()) ?? kind;
    return filterOf(`Replicate_${name}`, text(row, 'rules'));
  });
}

/** As an error or a finding names it; none where nothing of the users' is concerned. */
function filterOf(name: string, rules: string): readonly string[] {
  const listed = rules.split(',').filter((rule) => rule.trim() !== '');
  const left = ADMITTING.test(name) ? listed : listed.filter((rule) => !isOfServer(rule));
  return left.length === 0 ? [] : [`${name}=${left.join(',')}`];
}

/** Tables of MySQL's and RDS's own that no users' data is in. A whole `mysql` holds the accounts. */
function isOfServer(rule: string): boolean {
  return /^\s*(mysql\.(rds_\w+|plugin|ha_health_check|host)|innodb_memcache\.\w+|rdsadmin\.\w+)\s*$/i.test(
    rule.replaceAll(/[`']/g, '').replaceAll('\\_', '_'),
  );
}
