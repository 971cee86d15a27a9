import type { ChainServer } from '../../../contract/database';
import { AgentError } from '../../errors';
import { nameOf } from '../../sql/databases';
import { codeOf } from '../explain';
import { type Table, tableName } from './table';

/** A side does not give the rows of a table, as it is known here. The others are not concerned. */
export class UnreadableTable extends AgentError {
  constructor(
    readonly table: Table,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super('Agent.Failed', `${tableName(table)} ${reason}.`, options);
  }

  /** What is wrong with this table alone; anything else as it is. */
  static from(table: Table, side: ChainServer, error: unknown): unknown {
    if (!concernsTable(error)) return error;
    return new UnreadableTable(table, `cannot be read on ${nameOf(side)} (${codeOf(error)})`, { cause: error });
  }

  static tooLong(table: Table, side: ChainServer): UnreadableTable {
    const reason = `has rows that take more than max_allowed_packet to compare on ${nameOf(side)}: raise it there`;
    return new UnreadableTable(table, reason);
  }
}

/** Whether a statement that reads one table failed for what that table is, or is no more. */
export function concernsTable(error: unknown): boolean {
  const code = codeOf(error);
  return code?.startsWith('ER_') === true && !ofTheServer.test(code);
}

/** The next table would fare no better, or somebody keeps this one, and is to be told. */
const ofTheServer =
  /^ER_(LOCK_WAIT_TIMEOUT|QUERY_TIMEOUT|STATEMENT_TIMEOUT|QUERY_INTERRUPTED|SERVER_SHUTDOWN|NORMAL_SHUTDOWN|CLIENT_INTERACTION_TIMEOUT|NEW_ABORTING_CONNECTION|CONNECTION_KILLED|ACCESS_DENIED_ERROR|MUST_CHANGE_PASSWORD|OUT_OF_RESOURCES|OUTOFMEMORY|DISK_FULL)$/;
