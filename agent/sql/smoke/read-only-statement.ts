import type { SmokeQuery } from '../../../contract/database';
import { AgentError } from '../../errors';

/** Where a query stands, for who has to change it. */
export interface QueryPlace {
  /** e.g. `smoke query`. */
  readonly called: string;
  readonly standsIn: string;
}

const SMOKE: QueryPlace = { called: 'smoke query', standsIn: 'smokeQueries' };

/** Throws where a query is anything but a read: it runs on the database that serves clients. */
export function checkReadOnly({ name, sql }: Pick<SmokeQuery, 'name' | 'sql'>, place = SMOKE): void {
  const refused = (why: string) => refusal(name, why, place);
  const bare = withoutComments(sql);
  const first = /^\(*\s*(\w+)/.exec(bare)?.[1]?.toUpperCase() ?? 'nothing';
  if (!['SELECT', 'WITH', 'SHOW'].includes(first)) throw refused(`begins with ${first}`);
  if (/\bINTO\s+(OUTFILE|DUMPFILE|@)/i.test(bare)) throw refused('writes with INTO');
  if (/\bFOR\s+(UPDATE|SHARE)\b|\bLOCK\s+IN\s+SHARE\s+MODE\b/i.test(bare)) throw refused('locks what it reads');
}

/** Whether the order of its rows is stated. */
export function isOrdered({ sql }: SmokeQuery): boolean {
  const outermost = withoutComments(sql).replace(/'(?:[^'\\]|\\.|'')*'/g, "''");
  let inner = outermost;
  for (let shorter = inner.replace(/\([^()]*\)/g, ''); shorter !== inner; shorter = inner.replace(/\([^()]*\)/g, '')) {
    inner = shorter;
  }
  return /\bORDER\s+BY\b/i.test(inner);
}

/** SHOW has no plan. */
export function hasPlan({ sql }: SmokeQuery): boolean {
  return !/^\W*SHOW\b/i.test(withoutComments(sql));
}

/** `/*! … *\/` is no comment to the server. */
function withoutComments(sql: string): string {
  return sql.replace(/\/\*(?![!M])[\s\S]*?\*\/|(--\s|#)[^\n]*(\n|$)/g, ' ').trim();
}

function refusal(name: string, why: string, { called, standsIn }: QueryPlace): AgentError {
  return new AgentError(
    'Agent.BadRequest',
    `The ${called} "${name}" ${why}; accepted is what only reads: SELECT, WITH … SELECT, SHOW. Change it in the migration's ${standsIn} and deploy.`,
  );
}
