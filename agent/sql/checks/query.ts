import { z } from 'zod';
import type { Side } from '../../../contract/common';
import { on } from '../../arguments';
import { check, timeoutSeconds } from '../../checks/arguments';
import { AgentError } from '../../errors';
import type { VerbEntry } from '../../verb';
import type { Databases, ResolvedDatabase } from '../databases';
import type { Queried, QueriedOptions } from '../smoke/queried';
import { checkReadOnly, type QueryPlace } from '../smoke/read-only-statement';
import { AnswerOfQuery } from './answer-of-query';

const CHECK: QueryPlace = { called: 'query of the check', standsIn: 'checks' };

/** Opens a side of an engine. */
type OpenQueried = (side: Side, endpoint: ResolvedDatabase, options: QueriedOptions) => Promise<Queried>;

/**
 * Whether the writer of a side answers a query as it should. Under the rules of smoke queries: one statement, in a
 * transaction that may not write, for a limited time. What the server refuses is an answer; a server that is gone is none.
 */
export function queryCheck(open: OpenQueried): VerbEntry<'check.query', Databases> {
  return {
    summary: 'Ask a query of the migration, and say whether the answer is as it should be',
    arguments: z.strictObject({ side: on, check, timeoutSeconds }),
    run: async (databases, args, { signal }) => {
      const { side, check, timeoutSeconds: limitSeconds } = args;
      const found = databases.checkQueries.find((each) => each.check === check);
      if (found === undefined) throw unknown(check, databases);
      const query = { ...found, name: check };
      checkReadOnly(query, CHECK);
      const answer = new AnswerOfQuery();
      const queried = await open(side, writerOf(databases.endpoints[side]), { limitSeconds, called: CHECK.called });
      const refused = await queried.read(query, (row) => answer.add(row), signal);
      signal.throwIfAborted();
      return refused === undefined
        ? answer.judge(query.expect, side)
        : { passed: false, detail: `${side} refuses the query, or does not end it: ${refused}` };
    },
  };
}

/** Readers may lag, and what was just written is asked for. */
function writerOf({ readerHost: _reader, ...writer }: ResolvedDatabase): ResolvedDatabase {
  return writer;
}

function unknown(check: string, { checkQueries, migrationName }: Databases): AgentError {
  const known =
    checkQueries.length === 0 ? 'there are none' : `there are: ${checkQueries.map((each) => each.check).join(', ')}`;
  return new AgentError(
    'Agent.BadRequest',
    `The configuration of ${migrationName} has no query of the check '${check}'; ${known}. Deploy the migration again, which writes it.`,
  );
}
