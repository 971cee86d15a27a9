import type { Connection, RowDataPacket } from 'mysql2/promise';
import { objectName } from '../../sql/object-name';
import type { EventHeader } from '../binlog/event-reader';
import type { RawRow } from '../binlog/rows-event';
import type { TableMap } from '../binlog/table-map';
import { SYSTEM_SCHEMAS } from './table';
import { TailListener } from './tail-listener';

/**
 * Turns what a side that follows has written by itself, and not for its replication, into rows that must be compared
 * again. Its log has its own id there, and that of the source with everything that was replicated.
 */
export class OwnWrites extends TailListener {
  /** `schema.table` of those whose rows were changed. */
  readonly written = new Set<string>();
  /** A cluster's endpoint leads to another server after a failover, and its log goes on with another id. */
  private readonly ids = new Set<number>();

  /** Learns who the server is. */
  async meet(connection: Connection): Promise<void> {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT @@global.server_id AS id');
    this.ids.add(Number(rows[0]?.id));
  }

  ignores({ serverId }: EventHeader): boolean {
    return !this.ids.has(serverId);
  }

  override onRows(map: TableMap, rows: readonly RawRow[] | undefined): void {
    super.onRows(map, rows);
    if (!isSystem(map.schema)) this.written.add(objectName(map.schema, map.table));
  }
}

function isSystem(schema: string): boolean {
  return (SYSTEM_SCHEMAS as readonly string[]).includes(schema.toLowerCase());
}
