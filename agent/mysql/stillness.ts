import type { BinlogPosition } from '../database-contract';
import { binlogPosition, comparePositions, describePosition } from './binlog-position';
import { figure, text } from './row';
import type { Session } from './session';

/** What a server had done when it was asked. */
export interface Snapshot {
  readonly position: BinlogPosition;
  /** What was written, by kind. Whoever turns the binary log off for a session moves these alone. */
  readonly writes: ReadonlyMap<string, number>;
  readonly uptime: number;
}

const ofRows = ['Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted'];
/** Where the engine does not count rows (MariaDB from 10.5 on). A write that failed counts as well. */
const ofStatements = [
  ...[
    'insert',
    'insert_select',
    'replace',
    'replace_select',
    'update',
    'update_multi',
    'delete',
    'delete_multi',
    'load',
  ],
].map((command) => `Com_${command}`);

export async function takeSnapshot(session: Session): Promise<Snapshot> {
  const position = await binlogPosition(session);
  const status = await session.query('SHOW GLOBAL STATUS WHERE Variable_name IN (?)', [
    [...ofRows, ...ofStatements, 'Uptime'],
  ]);
  const values = new Map(status.map((row) => [text(row, 'Variable_name'), figure(row, 'Value') ?? 0]));
  const counters = ofRows.some((name) => values.has(name)) ? ofRows : ofStatements;
  return {
    position,
    writes: new Map(counters.map((name) => [name, values.get(name) ?? 0])),
    uptime: values.get('Uptime') ?? 0,
  };
}

/** What was written between two snapshots, in words; empty when nothing. */
export function movement(before: Snapshot, after: Snapshot): readonly string[] {
  if (after.uptime < before.uptime) return ['the server was restarted'];
  const moved: string[] = [];
  if (comparePositions(before.position, after.position) !== 0 || before.position.gtid !== after.position.gtid) {
    moved.push(`the binary log went from ${describePosition(before.position)} to ${describePosition(after.position)}`);
  }
  for (const [name, count] of after.writes) {
    const change = count - (before.writes.get(name) ?? 0);
    if (change !== 0) moved.push(`${change} × ${name.replace(/^(Innodb|Com)_/, '')}`);
  }
  return moved;
}
