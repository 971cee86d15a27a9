import { Duration, Token } from 'aws-cdk-lib';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../cutover/states/expression';
import { assertStated } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';
import type { CheckKind, CheckProps, CheckStates, ICheck } from './check-kind';
import { checkOfKind } from './check-of-kind';
import type { QueryExpectation } from './query-expectation';
import { sideThatServes } from './side-that-serves';

/** Properties of a check that asks a query. */
export interface QueryCheckProps extends CheckProps {
  /**
   * One statement that reads: SELECT, WITH … SELECT, SHOW. The writer that serves is asked, in a transaction that may not
   * write, as the user of that side's secret. On PostgreSQL every name carries its schema, e.g. `public.orders`. Nothing
   * secret: anyone who may read the migration's configuration sees it.
   */
  readonly sql: string;

  /** The schema (MySQL) or database (PostgreSQL) that it runs in. */
  readonly database: string;

  /** What it must answer. */
  readonly expect: QueryExpectation;
}

interface QueryFacts {
  readonly database: string;
}

const TIMEOUT = Duration.seconds(30);
const RETRIES = 2;

/** Clients are on that server. */
const LONGEST = Duration.minutes(10);

/** The agent answers when the server has, or has been given up. */
const TO_ANSWER = Duration.seconds(60);

export function query(props: QueryCheckProps): ICheck {
  assertStated('QueryCheckProps', props, {
    sql: 'one statement that reads',
    database: 'where it runs',
    expect: 'its answer, e.g. QueryExpectation.rowsAtLeast(1)',
  });
  const { name, sql, database, expect, timeout } = props;
  if (!Token.isUnresolved(sql) && !/^[\s(]*(select|with|show)\b/i.test(withoutLeadingComments(sql))) {
    throw new ValidationError(
      `sql of ${name}: got '${sql.slice(0, 40)}'; accepted is one statement that reads, and begins with SELECT, WITH or SHOW.`,
    );
  }
  if (database === '') {
    throw new ValidationError(
      `database of ${name}: got ''; accepted is the schema (MySQL) or database (PostgreSQL) that the query runs in.`,
    );
  }
  if (
    timeout !== undefined &&
    !timeout.isUnresolved() &&
    timeout.toSeconds({ integral: false }) > LONGEST.toSeconds()
  ) {
    throw new ValidationError(
      `timeout of ${name}: got ${timeout.toSeconds()} s; accepted for a query are up to ${LONGEST.toMinutes()} minutes, for clients are on that server. Ask for less.`,
    );
  }
  return checkOfKind(props, {
    kind: QUERY,
    of: 'database',
    timeout: TIMEOUT,
    retries: RETRIES,
    facts: { database },
    query: { check: name, sql, database, expect: expect._answer },
  });
}

const withoutLeadingComments = (sql: string) => sql.replace(/^(\s|\/\*(?![!M])[\s\S]*?\*\/|(--\s|#)[^\n]*\n)+/, '');

/** The task names the check, and no statement: which that is, only the configuration says. */
const QUERY: CheckKind<QueryFacts> = {
  id: 'query',
  name: 'query',

  ask(states: CheckStates<QueryFacts>): IChainable {
    const { scope, prefix, agent, longest } = states;
    return agent.task(scope, `${prefix}: ask it`, {
      verb: 'check.query',
      args: {
        side: sideThatServes(states),
        check: expression('$check.id'),
        timeoutSeconds: expression('$check.timeout'),
      },
      timeout: longest.plus(TO_ANSWER),
    });
  },
};
