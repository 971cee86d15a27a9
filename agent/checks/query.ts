import type { CheckResult, Side } from '../../contract/common';
import type { QueryCheckArgs, QueryOfCheck } from '../../contract/database';
import { AgentError } from '../errors';
import { QueriedSide as MysqlSide } from '../mysql/smoke/queried-side';
import { QueriedSide as PostgresSide } from '../postgres/smoke/queried-side';
import type { Databases, ResolvedDatabase } from '../sql/databases';
import { checkReadOnly, type QueryPlace } from '../sql/smoke/read-only-statement';
import type { Report } from '../verb';
import { AnswerOfQuery } from './answer-of-query';

const CHECK: QueryPlace = { called: 'query of the check', standsIn: 'checks' };

/**
 * Whether the writer of a side answers a query as it should. Under the rules of smoke queries: one statement, in a
 * transaction that may not write, for a limited time. What the server refuses is an answer; a server that is gone is none.
 */
export async function queryCheck(
  databases: Databases,
  { side, check, timeoutSeconds }: QueryCheckArgs,
  { signal }: Report,
): Promise<CheckResult> {
  const query = databases.checkQueries.find((each) => each.check === check);
  if (query === undefined) throw unknown(check, databases);
  checkReadOnly({ name: check, sql: query.sql }, CHECK);
  const answer = new AnswerOfQuery();
  const refused = await read(databases, side, query, answer, timeoutSeconds, signal);
  signal.throwIfAborted();
  return refused === undefined
    ? answer.judge(query.expect, side)
    : { passed: false, detail: `${side} refuses the query, or does not end it: ${refused}` };
}

async function read(
  { family, endpoints }: Databases,
  at: Side,
  { check, sql, database }: QueryOfCheck,
  answer: AnswerOfQuery,
  limitSeconds: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = { name: check, sql, database };
  const endpoint = writerOf(endpoints[at]);
  const options = { limitSeconds, called: CHECK.called };
  if (family === 'postgres') {
    return new PostgresSide(at, endpoint, options).read(query, (row) => answer.add(row));
  }
  const side = await MysqlSide.open(at, endpoint, options);
  return side.read(query, (row) => answer.add(row.map(utf8)), signal);
}

/** Readers may lag, and what was just written is asked for. */
function writerOf({ readerHost: _reader, ...writer }: ResolvedDatabase): ResolvedDatabase {
  return writer;
}

const utf8 = (bytes: string | null) => (bytes === null ? null : Buffer.from(bytes, 'latin1').toString('utf8'));

function unknown(check: string, { checkQueries, migrationName }: Databases): AgentError {
  const known =
    checkQueries.length === 0 ? 'there are none' : `there are: ${checkQueries.map((each) => each.check).join(', ')}`;
  return new AgentError(
    'Agent.BadRequest',
    `The configuration of ${migrationName} has no query of the check '${check}'; ${known}. Deploy the migration again, which writes it.`,
  );
}
