import { randomInt, randomUUID } from 'node:crypto';
import { type Connection, createConnection } from 'mysql2/promise';
import type { BinlogPosition } from '../../../contract/database';
import { AnswerLimit } from '../../answer-limit';
import type { ResolvedDatabase } from '../../sql/databases';
import { optionsOf } from '../session';
import { startDump } from './dump-command';
import { type BinlogListener, EventReader } from './event-reader';

/** So that a stream over a dead link is found out, although nothing changes on the server. */
const HEARTBEAT_SECONDS = 1;
const SILENCE_MS = 15_000;
const REPLY_MS = 15_000;

/** MariaDB sends its newer events only to anyone who says that he understands them; 4 is "global transaction ids". */
const MARIADB_CAPABILITY = 4;

/** A connection that is to become a stream: each event of it has the size of one answer, and no more. */
export interface LogConnection {
  readonly connection: Connection;
  readonly answer: AnswerLimit;
}

/** @param purpose told to the server, for anyone who looks at its connections */
export async function connectToLog(endpoint: ResolvedDatabase, purpose: string): Promise<LogConnection> {
  const answer = new AnswerLimit();
  const connection = await createConnection(optionsOf(endpoint, purpose, endpoint.host, answer));
  return { connection, answer };
}

/** A server's binary log, read as a replica would, from a position on. */
export class BinlogStream {
  private readonly reader: EventReader;
  private watchdog: NodeJS.Timeout | undefined;
  private over = false;
  /** Resolves when the stream has ended, with the reason. */
  readonly ended: Promise<Error>;
  private settle: (error: Error) => void = () => undefined;
  private readonly first: Promise<undefined>;
  private began: () => void = () => undefined;

  private constructor(
    private readonly connection: Connection,
    private readonly answer: AnswerLimit,
    from: BinlogPosition,
    listener: BinlogListener,
    private readonly onProgress: () => void,
  ) {
    this.reader = new EventReader(from, listener);
    this.ended = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.first = new Promise((resolve) => {
      this.began = () => resolve(undefined);
    });
  }

  /**
   * Begins to read. The connection is the stream's from then on. Rejects where the server refuses, as it does when it
   * no longer has the position.
   *
   * @param onProgress called after each event
   */
  static async open(
    { connection, answer }: LogConnection,
    from: BinlogPosition,
    listener: BinlogListener,
    onProgress: () => void = () => undefined,
  ): Promise<BinlogStream> {
    const stream = new BinlogStream(connection, answer, from, listener, onProgress);
    // A server cuts off whichever replica it takes for the same one: MySQL goes by this text, MariaDB by the number.
    const uuid = randomUUID();
    const set = (sql: string) => connection.query({ sql, timeout: REPLY_MS });
    await set(`SET @slave_uuid = '${uuid}', @replica_uuid = '${uuid}'`);
    // Says that checksums are understood: else the server refuses a log that has them.
    const checksum = '@@GLOBAL.binlog_checksum';
    await set(`SET @master_binlog_checksum = ${checksum}, @source_binlog_checksum = ${checksum}`);
    const nanoseconds = HEARTBEAT_SECONDS * 1e9;
    await set(`SET @master_heartbeat_period = ${nanoseconds}, @source_heartbeat_period = ${nanoseconds}`);
    await set(`SET @mariadb_slave_capability = ${MARIADB_CAPABILITY}`);
    stream.watch();
    connection.on('error', (error: Error) => stream.end(error));
    startDump(connection, {
      from,
      // The upper half of the range: people number their servers from below.
      serverId: randomInt(2 ** 31, 2 ** 32),
      onEvent: (event) => stream.event(event),
      onEnd: (error) => stream.end(error),
    });
    // A server that is willing says at once which file it begins with.
    const refused = await Promise.race([stream.first, stream.ended]);
    if (refused !== undefined) throw refused;
    return stream;
  }

  get position(): BinlogPosition {
    return this.reader.position;
  }

  get resumePosition(): BinlogPosition {
    return this.reader.resumePosition;
  }

  close(): void {
    this.end(new Error('the stream was closed'));
  }

  private event(event: Buffer): void {
    this.watch();
    this.answer.begin();
    this.reader.read(event);
    this.began();
    this.onProgress();
  }

  private watch(): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.end(new Error(`nothing came for ${SILENCE_MS / 1000} s`)), SILENCE_MS);
    this.watchdog.unref();
  }

  private end(error: Error): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.watchdog);
    this.connection.destroy();
    this.settle(error);
  }
}
