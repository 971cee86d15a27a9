import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import { figure, text } from '../result-row';
import { type Survey, type SurveyedSide, sidesOf } from './survey';

const longSeconds = 60;
const mostNamed = 5;

/** What runs at the moment and would hold the switch up. */
export async function checkActivity(survey: Survey): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const side of sidesOf(survey)) {
    findings.push(...(await longTransactions(side)), ...(await prepared(side)), ...(await definitions(side)));
  }
  return findings;
}

/** It is rolled back when it is cut off, and a rollback takes as long as what it undoes. */
async function longTransactions({ side, where, session, clients }: SurveyedSide): Promise<readonly Finding[]> {
  const rows = await session.query(
    `SELECT trx_mysql_thread_id AS id, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS seconds, trx_rows_modified AS modified
     FROM information_schema.innodb_trx WHERE trx_started < NOW() - INTERVAL ? SECOND ORDER BY trx_started`,
    [longSeconds],
  );
  const long = rows.flatMap((row) => {
    const client = clients.find(({ id }) => id === figure(row, 'id'));
    return client === undefined
      ? []
      : [{ ...client, since: figure(row, 'seconds'), modified: figure(row, 'modified') }];
  });
  if (long.length === 0) return [];
  const named = long
    .slice(0, mostNamed)
    .map(({ id, user, host, since, modified }) => `${user}@${host} (${id}, ${since} s, ${modified} rows changed)`);
  return [
    {
      id: `mysql.long-transactions.${side}`,
      severity: 'warning',
      message: `${where} has ${long.length} transactions open for more than ${longSeconds} s: ${named.join(', ')}.`,
      remedy: `Have them ended, or on ${side}: ${long
        .slice(0, mostNamed)
        .map(({ id }) => `CALL mysql.rds_kill(${id});`)
        .join(' ')}`,
    },
  ];
}

/**
 * A transaction of two phases belongs to no connection once it is prepared: closing those does not end it, and anyone who has
 * prepared it may commit it on a side that clients have left.
 */
async function prepared(surveyed: SurveyedSide): Promise<readonly Finding[]> {
  const { side, where } = surveyed;
  const names = await preparedOf(surveyed);
  if (names.length === 0) return [];
  return [
    {
      id: `mysql.prepared-transactions.${side}`,
      severity: 'warning',
      message: `${where} has ${names.length} transactions that were prepared (XA) and neither committed nor rolled back: ${names.slice(0, mostNamed).join(', ')}. They hold what they have locked, and no fence ends them.`,
      remedy: `Have the programs that prepared them end them on ${side} before the freeze: XA COMMIT or XA ROLLBACK (XA RECOVER lists them), and stop the transaction manager for the switch as a workload.`,
    },
  ];
}

/** XA RECOVER takes a privilege of its own in MySQL 8; InnoDB shows those whose connection has gone all the same. */
async function preparedOf({ session }: SurveyedSide): Promise<readonly string[]> {
  try {
    const rows = await session.query(session.dialect.mariadb ? "XA RECOVER FORMAT='SQL'" : 'XA RECOVER CONVERT XID');
    return rows.map((row) => text(row, 'data'));
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    const rows = await session.query(
      'SELECT trx_id AS id FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = 0',
    );
    return rows.map((row) => `InnoDB's ${text(row, 'id')}`);
  }
}

/** A change of a table runs again on the replica, which applies nothing else meanwhile. */
async function definitions({ side, where, session }: SurveyedSide): Promise<readonly Finding[]> {
  const rows = await session.query('SHOW PROCESSLIST');
  const running = rows.flatMap((row) => {
    const verb = /^\s*(?:\/\*.*?\*\/\s*)*(ALTER|CREATE|DROP|OPTIMIZE|RENAME|TRUNCATE)\b/is.exec(text(row, 'Info'))?.[1];
    return verb === undefined
      ? []
      : [{ verb: verb.toUpperCase(), user: text(row, 'User'), id: text(row, 'Id'), seconds: figure(row, 'Time') }];
  });
  if (running.length === 0) return [];
  const named = running
    .slice(0, mostNamed)
    .map(({ verb, user, id, seconds }) => `${verb} by ${user} (${id}, ${seconds} s)`);
  return [
    {
      id: `mysql.running-ddl.${side}`,
      severity: 'warning',
      message: `${where} is changing definitions: ${named.join(', ')}.`,
      remedy:
        'Wait until it is done there and has been applied by the other side, and keep others away until after the switch.',
    },
  ];
}
