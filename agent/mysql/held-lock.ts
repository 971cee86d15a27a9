import type { ChainServer } from '../../contract/database';
import { AgentError } from '../errors';
import { nameSome } from '../naming';
import { nameOf } from '../sql/databases';
import type { Dialect } from './dialect';
import { figure, hostOf, type Row, text } from './result-row';

const MAX_NAMED = 5;

/** What is asked of the session that waits. */
interface AskedSession {
  readonly place: string;
  readonly side: ChainServer;
  readonly dialect: Dialect;
  readonly self: { readonly user: string; readonly host: string };
  query(sql: string): Promise<readonly Row[]>;
}

/** A session that keeps others from a lock. */
interface Holder {
  readonly id: number;
  readonly user: string;
  readonly host: string;
  /** Of its present or last statement: never its text. */
  readonly statement: string;
  readonly seconds: number;
  /** Absent: the server does not tell. */
  readonly object?: string;
}

/** What a statement of the agent's says that has waited for a lock as long as it may. */
export async function heldLock(session: AskedSession, cause: unknown): Promise<AgentError> {
  const holders = await holdersOf(session);
  return new AgentError(
    'Agent.Failed',
    `${session.place} kept the agent waiting for a lock as long as it may; ${describeHolders(holders)}. ` +
      `${endingOf(session, holders)} Then repeat.`,
    { cause },
  );
}

/** An applier of a replica that waits for somebody's lock, in words; `undefined` where none does. */
export async function applierHeldUp(session: AskedSession): Promise<{ says: string; remedy: string } | undefined> {
  const waits = await waitOfApplier(session);
  if (waits === undefined) return undefined;
  const holders = await holdersOf(session);
  return {
    says: `its applier is held up, "${waits}"; ${describeHolders(holders)}`,
    remedy: `${endingOf(session, holders)} Keep others from the tables there until clients have moved.`,
  };
}

const WAITS = /^Waiting for (?:.*\block\b|table flush)/i;

async function waitOfApplier(session: AskedSession): Promise<string | undefined> {
  const processes = await session.query('SHOW PROCESSLIST');
  const appliers = processes.filter((row) => text(row, 'User') === 'system user');
  const waiting = appliers.map((row) => text(row, 'State')).find((state) => WAITS.test(state));
  if (waiting !== undefined) return waiting;
  const ids = appliers.map((row) => figure(row, 'Id'));
  const rows = await session.query(
    "SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
  );
  return rows.some((row) => ids.includes(figure(row, 'id'))) ? 'Waiting for a row lock' : undefined;
}

/**
 * The holder of a lock that others wait for, or that keeps everyone out. Where the server does not tell, all who may be:
 * sessions in a statement or in a transaction, else all that are connected.
 */
async function holdersOf(session: AskedSession): Promise<readonly Holder[]> {
  try {
    const known = session.dialect.mariadb ? [] : [...(await ofDefinitions(session)), ...(await ofRows(session))];
    if (known.length > 0) return known;
    return await candidates(session);
  } catch {
    // The failure that it is to explain is worth more than its own.
    return [];
  }
}

const SESSION = `t.PROCESSLIST_ID AS id, t.PROCESSLIST_USER AS user, t.PROCESSLIST_HOST AS host, t.PROCESSLIST_TIME AS seconds,
  (SELECT s.EVENT_NAME FROM performance_schema.events_statements_current s
    WHERE s.THREAD_ID = t.THREAD_ID ORDER BY s.EVENT_ID LIMIT 1) AS statement`;
const OF_OTHERS = "t.PROCESSLIST_ID <> CONNECTION_ID() AND t.NAME NOT LIKE '%replica%' AND t.NAME NOT LIKE '%slave%'";

async function ofDefinitions(session: AskedSession): Promise<readonly Holder[]> {
  const rows = await session.query(
    `SELECT ${SESSION}, MAX(COALESCE(NULLIF(CONCAT_WS('.', m.OBJECT_SCHEMA, m.OBJECT_NAME), ''), m.OBJECT_TYPE)) AS object
     FROM performance_schema.metadata_locks m JOIN performance_schema.threads t ON t.THREAD_ID = m.OWNER_THREAD_ID
     WHERE m.LOCK_STATUS = 'GRANTED' AND ${OF_OTHERS} AND EXISTS (
       SELECT 1 FROM performance_schema.metadata_locks w
       WHERE w.OBJECT_TYPE = m.OBJECT_TYPE AND w.OBJECT_SCHEMA <=> m.OBJECT_SCHEMA AND w.OBJECT_NAME <=> m.OBJECT_NAME
         AND (w.LOCK_STATUS = 'PENDING' OR (w.OBJECT_TYPE = 'TABLE' AND w.LOCK_TYPE IN ('EXCLUSIVE', 'SHARED_NO_READ_WRITE'))))
     GROUP BY t.THREAD_ID, t.PROCESSLIST_ID, t.PROCESSLIST_USER, t.PROCESSLIST_HOST, t.PROCESSLIST_TIME
     ORDER BY seconds DESC`,
  );
  return rows.map(holderOf);
}

async function ofRows(session: AskedSession): Promise<readonly Holder[]> {
  // 5.7 has other tables for it.
  if (!session.dialect.atLeast(8, 0)) return [];
  const rows = await session.query(
    `SELECT DISTINCT ${SESSION}, CONCAT_WS('.', l.OBJECT_SCHEMA, l.OBJECT_NAME) AS object
     FROM performance_schema.data_lock_waits w JOIN performance_schema.threads t ON t.THREAD_ID = w.BLOCKING_THREAD_ID
     JOIN performance_schema.data_locks l ON l.ENGINE_LOCK_ID = w.BLOCKING_ENGINE_LOCK_ID
     WHERE ${OF_OTHERS} ORDER BY seconds DESC`,
  );
  return rows.map(holderOf);
}

function holderOf(row: Row): Holder {
  return {
    id: figure(row, 'id') ?? 0,
    user: text(row, 'user'),
    host: text(row, 'host'),
    statement: text(row, 'statement')
      .replace(/^statement\/\w+\//, '')
      .replaceAll('_', ' ')
      .toUpperCase(),
    seconds: figure(row, 'seconds') ?? 0,
    object: text(row, 'object'),
  };
}

async function candidates(session: AskedSession): Promise<readonly Holder[]> {
  const transactions = await session.query('SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx');
  const inTransaction = new Set(transactions.map((row) => figure(row, 'id')));
  const others = (await session.query('SHOW PROCESSLIST')).filter((row) => {
    const self = text(row, 'User') === session.self.user && hostOf(row) === session.self.host;
    return (
      !self &&
      !/^(system user|event_scheduler)$/.test(text(row, 'User')) &&
      !/^(Daemon|Binlog Dump|Killed)/.test(text(row, 'Command'))
    );
  });
  const busy = others.filter((row) => text(row, 'Command') !== 'Sleep' || inTransaction.has(figure(row, 'Id')));
  return (busy.length > 0 ? busy : others).map((row) => ({
    id: figure(row, 'Id') ?? 0,
    user: text(row, 'User'),
    host: hostOf(row),
    statement: statementOf(row, inTransaction.has(figure(row, 'Id'))),
    seconds: figure(row, 'Time') ?? 0,
  }));
}

function statementOf(row: Row, inTransaction: boolean): string {
  const [, word] = /^\s*(?:\/\*.*?\*\/\s*)*([a-z]+)/is.exec(text(row, 'Info')) ?? [];
  return word?.toUpperCase() ?? (inTransaction ? 'asleep in a transaction' : 'asleep');
}

function describeHolders(holders: readonly Holder[]): string {
  if (holders.length === 0) return 'the server does not say who holds it';
  const named = holders.map(({ id, user, host, statement, seconds, object }) =>
    [`${user}@${host} (connection ${id}`, statement, ...(object === undefined ? [] : [object]), `${seconds} s)`].join(
      ', ',
    ),
  );
  const who = areCertain(holders) ? 'it is held by' : 'the server does not say who holds it; connected are';
  return `${who} ${nameSome(named, MAX_NAMED)}`;
}

function endingOf({ side, place }: AskedSession, holders: readonly Holder[]): string {
  if (holders.length === 0) return `See who has tables locked or a transaction open on ${place}.`;
  const calls = holders.slice(0, MAX_NAMED).map(({ id }) => `CALL mysql.rds_kill(${id});`);
  return areCertain(holders)
    ? `Let them end, or on ${nameOf(side)}: ${calls.join(' ')}`
    : `Find out which of them has tables locked or a transaction open; let it end, or on ${nameOf(side)}: CALL mysql.rds_kill(<connection>);`;
}

function areCertain(holders: readonly Holder[]): boolean {
  return holders.every(({ object }) => object !== undefined);
}
