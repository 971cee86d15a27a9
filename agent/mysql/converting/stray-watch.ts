import { setTimeout as sleep } from 'node:timers/promises';
import type { BinlogPosition } from '../../../contract/database';
import { nameSome } from '../../naming';
import type { GoingOn, ResolvedDatabase } from '../../sql/databases';
import { objectName } from '../../sql/object-name';
import { BinlogStream, connectToLog } from '../binlog/binlog-stream';
import type { BinlogListener, EventHeader } from '../binlog/event-reader';
import type { LoggedStatement } from '../binlog/query-event';
import type { TableMap } from '../binlog/table-map';
import { comparePositions } from '../binlog-position';
import { isHousekeeping, namesUsersTables } from '../verification/statement-reach';
import { SYSTEM_SCHEMAS } from '../verification/table';
import { isOwnStatement } from './own-statement';

const POLL_MS = 20;
const MAX_NAMED = 5;

/** What others than its replication and the agent have written to the converting replica. */
export interface StrayWrites {
  /** Tables whose rows they have changed. */
  readonly tables: readonly string[];
  /** How many definitions they have changed. */
  readonly statements: number;
}

/**
 * Reads the log of the converting replica: what it wrote there by itself, under its own server id, nobody but the agent
 * may have. What a session wrote without logging it is not there, nor does it come to green.
 */
export class StrayWatch implements GoingOn {
  private stream: BinlogStream | undefined;
  private server = '';
  private failure: Error | undefined;
  private readonly tables = new Set<string>();
  private statements = 0;

  get found(): StrayWrites {
    return { tables: [...this.tables], statements: this.statements };
  }

  /** Why it reads no more. */
  get lost(): string | undefined {
    return this.failure?.message;
  }

  /** Goes on where it reads that server already. Rejects where the log is not to be had from there. */
  async begin(endpoint: ResolvedDatabase, serverId: number, from: BinlogPosition): Promise<void> {
    const server = `${endpoint.host}:${endpoint.port} ${serverId}`;
    if (this.stream !== undefined && this.server === server && this.failure === undefined) return;
    this.stop();
    if (this.server !== server) {
      this.tables.clear();
      this.statements = 0;
    }
    this.server = server;
    this.failure = undefined;
    const stream = await BinlogStream.open(await connectToLog(endpoint, 'watch'), from, this.listener(serverId));
    this.stream = stream;
    void stream.ended.then((error) => {
      if (this.stream === stream) this.failure = error;
    });
  }

  /** Resolves once all before the position has been read, with whether that was in time. */
  async reach(position: BinlogPosition, withinMs: number, signal: AbortSignal): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      signal.throwIfAborted();
      if (this.stream === undefined || this.failure !== undefined) return false;
      if (comparePositions(this.stream.position, position) >= 0) return true;
      if (performance.now() >= deadline) return false;
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  /** Everything before it has been read. */
  get position(): BinlogPosition | undefined {
    return this.stream?.resumePosition;
  }

  stop(): void {
    const { stream } = this;
    this.stream = undefined;
    stream?.close();
  }

  private listener(serverId: number): BinlogListener {
    let isOwn = false;
    return {
      onHeader: (header: EventHeader) => {
        isOwn = header.serverId === serverId;
      },
      wantedColumns: () => undefined,
      onRows: ({ schema, table }: TableMap) => {
        if (isOwn && !isSystem(schema)) this.tables.add(objectName(schema, table));
      },
      onStatement: (statement: LoggedStatement) => {
        if (isOwn && changesTables(statement)) this.statements += 1;
      },
      onPrepared: () => undefined,
      onTransactionEnd: () => undefined,
    };
  }
}

/** Of an error's or a finding's sentence; `undefined` where there is nothing to say. */
export function describeStrays({ tables, statements }: StrayWrites): string | undefined {
  const said = [
    ...(tables.length === 0 ? [] : [`rows of ${nameSome(tables, MAX_NAMED)} were changed there`]),
    ...(statements === 0 ? [] : [`${statements} ${statements === 1 ? 'statement was' : 'statements were'} run there`]),
  ];
  return said.length === 0 ? undefined : said.join(', and ');
}

/** RDS writes heartbeats. */
function isSystem(schema: string): boolean {
  return (SYSTEM_SCHEMAS as readonly string[]).includes(schema.toLowerCase());
}

/** Accounts, and what servers write for themselves, are no tables of the users'. */
function changesTables(statement: LoggedStatement): boolean {
  const { schema, bytes } = statement;
  const text = bytes.toString('utf8', 0, 500);
  if (isOwnStatement(text) || isHousekeeping(statement)) return false;
  // A session that is in `mysql` may change tables elsewhere.
  if (isSystem(schema) && !namesUsersTables(statement)) return false;
  return !/^\s*(\/\*.*?\*\/\s*)*(((CREATE|ALTER|DROP|RENAME)\s+(USER|ROLE))|GRANT|REVOKE|SET\s+(PASSWORD|DEFAULT\s+ROLE)|FLUSH|ANALYZE|OPTIMIZE|XA)\b/is.test(
    text,
  );
}
