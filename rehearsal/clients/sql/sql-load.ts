import { epochOffsetMs } from '../clock';
import { Load, type LoadOptions, sidesByAddress } from '../load';
import type { Timing } from '../protocol';
import { readStoredRows } from './data/stored-rows';
import { SCHEMA } from './data/tables';
import type { DatabaseAddress } from './database-address';

import { judgeRows, type SqlFigures } from './judgement';
import { SqlLedger } from './ledger/sql-ledger';
import type { SqlProcessSettings, SqlReport, SqlRole } from './protocol';

/** `recordName` is where clients write. */
export interface SqlLoadOptions extends LoadOptions<SqlRole> {
  readonly engine: DatabaseAddress['engine'];
  /** @default - they read where they write */
  readonly readerName?: string;
  /** The server of each side: who committed is asked of the server itself. */
  readonly serverIds: Readonly<Record<string, number>>;
}

const TIMING: Timing = { connectTimeoutMs: 2000, commandTimeoutMs: 3000, backoffMs: [50, 1000] };

/** Clients of a database. */
export class SqlLoad extends Load<SqlProcessSettings, SqlReport, SqlLedger> {
  /**
   * Resolves when every client that keeps a connection has one.
   *
   * @throws where some are not in time; nothing is left running then
   */
  static async start(options: SqlLoadOptions): Promise<SqlLoad> {
    const load = new SqlLoad(options);
    await load.start(options.connectWithinMs);
    return load;
  }

  private constructor(options: SqlLoadOptions) {
    const { engine, recordName, readerName, port, dns, sides, serverIds, groups, seed, credentials, tls, timing } =
      options;
    const byAddress = sidesByAddress(sides);
    const byIdentity = new Map(Object.entries(serverIds).map(([side, id]) => [String(id), side]));
    super(
      recordName,
      groups,
      (own) => ({
        serves: 'database',
        engine,
        writerName: recordName,
        ...(readerName !== undefined && { readerName }),
        schema: SCHEMA,
        port,
        dns: { host: dns.host, port: dns.port },
        seed,
        ...(credentials && { credentials }),
        ...(tls && { tls }),
        timing: { ...TIMING, ...timing },
        ...own,
      }),
      new SqlLedger((server) => byIdentity.get(server) ?? byAddress(server)),
    );
  }

  /**
   * Compares what was committed with what stands.
   *
   * @param server - the side that serves, past any firewall
   * @throws while clients still run
   */
  async check(server: DatabaseAddress): Promise<SqlFigures> {
    const stoppedMs = this.stoppedMs();
    const stored = await readStoredRows(server);
    return judgeRows(this.book, this.latencies, stored, { stoppedMs, epochOffsetMs: epochOffsetMs() });
  }
}
