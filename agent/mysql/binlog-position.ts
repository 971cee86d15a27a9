import type { BinlogPosition } from '../../contract/database';
import { AgentError } from '../errors';
import { figure, text } from './result-row';
import type { Session } from './session';

/** Where the server's binary log stands. Rejects where it keeps none. */
export async function binlogPosition(session: Session): Promise<BinlogPosition> {
  const row = await session.row(session.dialect.binlogStatement);
  if (row === undefined) {
    throw new AgentError(
      'Agent.Failed',
      `${session.where} keeps no binary log: set binlog_format to ROW in its parameter group (RDS: and a backup retention above 0) and reboot it.`,
    );
  }
  // With GTIDs off the server gives an empty set. MariaDB's are of another kind, and replicas here do not use them.
  const gtid = text(row, 'Executed_Gtid_Set').replaceAll('\n', '');
  return {
    file: text(row, 'File'),
    position: figure(row, 'Position') ?? 0,
    ...(gtid === '' ? {} : { gtid }),
  };
}

/** Negative where `one` stands before `other`. Both are of the same server's log. */
export function comparePositions(one: BinlogPosition, other: BinlogPosition): number {
  return numberOf(one.file) - numberOf(other.file) || one.position - other.position;
}

/** Logs are numbered, and the number grows a digit when it must: as texts `9` would come after `10`. */
function numberOf(file: string): number {
  return Number(/\.(\d+)$/.exec(file)?.[1] ?? 0);
}

/** `mysql-bin.000012:4711`, as it is read and written by hand. */
export function describePosition({ file, position }: BinlogPosition): string {
  return `${file}:${position}`;
}
