import type { BinlogPosition } from '../../contract/database';
import type { LastWrite } from '../../contract/mysql';
import { AgentError } from '../errors';
import { describeGroups, groupConnections } from '../sql/connection-groups';
import { binlogPosition, comparePositions, describePosition } from './binlog-position';
import { connectedClients } from './connected';
import { figure, text } from './result-row';
import type { Session } from './session';

/** What a server had done when it was asked. */
export interface Snapshot {
  readonly position: BinlogPosition;
  /** What was written, by kind. Anyone who turns the binary log off for a session moves these alone. */
  readonly writes: Readonly<Record<string, number>>;
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
    writes: Object.fromEntries(counters.map((name) => [name, values.get(name) ?? 0])),
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
  for (const [name, count] of Object.entries(after.writes)) {
    const change = count - (before.writes[name] ?? 0);
    if (change !== 0) moved.push(`${change} × ${name.replace(/^(Innodb|Com)_/, '')}`);
  }
  return moved;
}

/**
 * For how long nobody has written to a server: neither its binary log nor its counters of written rows moved. RDS writes
 * a heartbeat every few minutes; that only makes it begin again.
 */
export class NoWrites {
  private readonly began = performance.now();
  private moved: readonly string[] = [];
  private lookedAt: number;

  private constructor(
    private readonly session: Session,
    private last: Snapshot,
    private since: number,
  ) {
    this.lookedAt = since;
  }

  /** @param known what an earlier look has noted: where nothing has moved since, nobody has written since */
  static async begin(session: Session, known?: LastWrite): Promise<NoWrites> {
    if (known === undefined) return new NoWrites(session, await takeSnapshot(session), performance.now());
    const ago = Math.max(0, (await serverTimeMs(session)) - known.atMs);
    const noWrites = new NoWrites(session, known, performance.now() - ago);
    await noWrites.look();
    return noWrites;
  }

  /** Where the log stood when it was last looked at. */
  get position(): BinlogPosition {
    return this.last.position;
  }

  /** For how long nothing had moved when it was last looked at. */
  get noWritesMs(): number {
    return Math.max(0, this.lookedAt - this.since);
  }

  /** Whether anything has moved since the last look. */
  async look(): Promise<boolean> {
    this.lookedAt = performance.now();
    const after = await takeSnapshot(this.session);
    const moved = movement(this.last, after);
    this.last = after;
    if (moved.length === 0) return false;
    this.moved = moved;
    this.since = performance.now();
    return true;
  }

  /** For anyone who looks next, from another connection. By the server's clock: another host may do so. */
  async note(): Promise<LastWrite> {
    const now = await serverTimeMs(this.session);
    const atMs = Math.ceil(now - (performance.now() - this.since));
    return { ...this.last, atMs };
  }

  /** Rejects when something moved just now, and `seconds` have passed. What has begun in time is waited for. */
  async requireWithin(seconds: number): Promise<void> {
    if (this.since - this.began < seconds * 1000) return;
    const clients = await connectedClients(this.session);
    const who =
      clients.length === 0 ? 'no client is connected now' : `connected: ${describeGroups(groupConnections(clients))}`;
    throw new AgentError(
      'Agent.WritesContinue',
      `${this.session.where} is still written to after ${seconds} s; just now: ${this.moved.join(', ')} (${who}). ` +
        'Stop who writes, close the connections (mysql.evict) or their access, and see whether it replicates from somewhere (mysql.status).',
    );
  }
}

async function serverTimeMs(session: Session): Promise<number> {
  const now = figure(await session.row('SELECT UNIX_TIMESTAMP(SYSDATE(3)) AS now'), 'now') ?? 0;
  return now * 1000;
}
