import type { Socket } from 'node:net';
import type { AgentError } from '../../errors';
import { address, type ResolvedEndpoint } from '../endpoint';
import { explainRedis } from '../explain';
import { ReplyReader } from './reader';
import { ProtocolError, type Reply, ReplyError } from './reply';
import { openSocket } from './socket';
import { type Command, CommandWriter } from './writer';

/** `CLIENT SETNAME` of every connection of ours starts with this, so that CLIENT LIST tells ours from the clients'. */
export const CLIENT_NAME = 'cdk-cutover-agent';

export interface ConnectionOptions {
  /** What the connection is for; becomes part of its client name. No blanks. */
  readonly purpose?: string;
  /** @default 0 */
  readonly database?: number;
  /** For the handshake, and for silence while replies are due, in milliseconds. @default 30 000 */
  readonly timeoutMs?: number;
  /** Receives what arrives unasked, once the connection has subscribed. */
  readonly onPush?: (message: Reply[]) => void;
  /** Called once when the connection ends, whichever side ended it; with the reason unless `close` did. */
  readonly onEnd?: (error: Error | undefined) => void;
}

/** Of a reply that comes at all: 512 MB, the longest value, would take half a day. */
const MIN_BYTES_PER_SECOND = 10_000;

interface Batch {
  readonly replies: Reply[];
  readonly expected: number;
  readonly resolve: (replies: Reply[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One pipelined connection. Commands run in the order of the calls, replies come in that order too: what is sent later
 * happens later. Batches may be sent without awaiting the ones before.
 */
export class Connection {
  private readonly writer = new CommandWriter();
  private flushing = false;
  private database: number;
  private readonly reader: ReplyReader;
  /** Sent and not answered, oldest first; `head` is the oldest's index, for shift() is linear on long arrays. */
  private pending: Batch[] = [];
  private head = 0;
  private subscribed = false;
  private closing = false;
  private ended: Error | undefined;
  private readonly waitingForRoom: (() => void)[] = [];
  private readonly watch: NodeJS.Timeout;
  /** What was waited for when it was last looked at. */
  private waited: { readonly batch: Batch; readonly replies: number; readonly bytes: number } | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly where: string,
    timeoutMs: number,
    private readonly options: ConnectionOptions,
  ) {
    this.reader = new ReplyReader((reply) => this.receive(reply));
    this.database = options.database ?? 0;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 15_000);
    socket.setTimeout(timeoutMs);
    socket.on('data', (bytes: Buffer) => this.read(bytes));
    socket.on('drain', () => this.releaseRoom());
    socket.on('timeout', () => {
      if (this.head < this.pending.length) this.end(new Error(`did not answer for ${timeoutMs} ms`));
    });
    this.watch = setInterval(() => this.endWhereTooSlow(timeoutMs), timeoutMs).unref();
    socket.on('error', (error) => this.end(error));
    socket.on('close', () => this.end(new Error('the connection was closed by the server')));
  }

  /** Connects, authenticates, names itself so that eviction spares it, and selects the database. Rejects with an `AgentError`. */
  static async open(endpoint: ResolvedEndpoint, options: ConnectionOptions = {}): Promise<Connection> {
    const timeoutMs = options.timeoutMs ?? 30_000;
    const where = address(endpoint);
    try {
      const socket = await openSocket(endpoint, timeoutMs);
      const connection = new Connection(socket, where, timeoutMs, options);
      await connection.handshake(endpoint);
      return connection;
    } catch (error) {
      throw explainRedis(error, where);
    }
  }

  /** Whether commands can still be sent. */
  get isOpen(): boolean {
    return this.ended === undefined;
  }

  /** Names cause and remedy of an error reply of this server. */
  explain(refusal: ReplyError): AgentError {
    return explainRedis(refusal, this.where);
  }

  /** Runs one command. An error reply rejects as `AgentError` where it has a known cause. */
  async command(...command: Command): Promise<Reply> {
    const [reply = null] = await this.batch([command]);
    if (reply instanceof ReplyError) throw explainRedis(reply, this.where);
    return reply;
  }

  /**
   * Sends the commands without waiting for those before. Error replies come back in place, as `ReplyError`; only a
   * lost connection rejects. Batches of one turn of the event loop go out in one write.
   */
  batch(commands: readonly Command[]): Promise<Reply[]> {
    if (commands.some(([name]) => name === 'SELECT')) {
      throw new Error("SELECT is the connection's own: name the database with batchIn or select.");
    }
    return this.transmit(commands);
  }

  private transmit(commands: readonly Command[]): Promise<Reply[]> {
    if (this.ended !== undefined) return Promise.reject(this.ended);
    if (commands.length === 0) return Promise.resolve([]);
    for (const command of commands) this.writer.add(command);
    this.flushSoon();
    return new Promise((resolve, reject) => {
      this.pending.push({ replies: [], expected: commands.length, resolve, reject });
    });
  }

  /**
   * Like `batch`, in the given logical database. The database must be known to exist (`select`): were its SELECT
   * refused, the commands behind it in the pipeline would run in the one before.
   */
  batchIn(database: number, commands: readonly Command[]): Promise<Reply[]> {
    if (database === this.database || commands.length === 0) return this.batch(commands);
    this.database = database;
    return this.transmit([['SELECT', database], ...commands]).then((replies) => {
      const [selected] = replies;
      if (selected instanceof ReplyError) {
        this.end(selected);
        throw explainRedis(selected, this.where);
      }
      return replies.slice(1);
    });
  }

  /** Goes to a database that may not exist; a refusal rejects and ends the connection. */
  async select(database: number): Promise<void> {
    await this.batchIn(database, [['PING']]);
  }

  /** Turns the connection into a subscriber for good: from now on only `push` messages arrive and only `send` is allowed. */
  subscribe(command: Command): void {
    this.subscribed = true;
    this.send(command);
  }

  /** Sends a command whose confirmation arrives as a push (UNSUBSCRIBE as a barrier). */
  send(command: Command): void {
    if (this.ended !== undefined) throw this.ended;
    this.writer.add(command);
    this.flushSoon();
  }

  /** Resolves once the socket takes more without growing its queue: await it before sending what could wait. */
  room(): Promise<void> {
    if (this.ended !== undefined || !this.socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      this.waitingForRoom.push(resolve);
    });
  }

  /** Ends the connection at once; what is pending rejects. Idempotent. */
  close(): void {
    this.closing = true;
    this.end(new Error('the connection was closed'));
  }

  private async handshake(endpoint: ResolvedEndpoint): Promise<void> {
    const commands: Command[] = [];
    if (endpoint.password !== undefined) {
      commands.push(
        endpoint.username === undefined ? ['AUTH', endpoint.password] : ['AUTH', endpoint.username, endpoint.password],
      );
    }
    const purpose = this.options.purpose;
    commands.push(['CLIENT', 'SETNAME', purpose === undefined ? CLIENT_NAME : `${CLIENT_NAME}:${purpose}`]);
    if (this.options.database !== undefined && this.options.database !== 0) {
      commands.push(['SELECT', this.options.database]);
    }
    const replies = await this.transmit(commands);
    const refusal = replies.find((reply) => reply instanceof ReplyError);
    if (refusal !== undefined) {
      this.close();
      throw refusal;
    }
  }

  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    process.nextTick(() => this.flush());
  }

  private flush(): void {
    this.flushing = false;
    if (this.ended !== undefined) return;
    const pages = this.writer.take();
    if (pages.length === 1) {
      for (const page of pages) this.socket.write(page);
      return;
    }
    this.socket.cork();
    for (const page of pages) this.socket.write(page);
    this.socket.uncork();
  }

  private read(bytes: Buffer): void {
    if (this.ended !== undefined) return;
    try {
      this.reader.push(bytes);
    } catch (error) {
      this.end(error instanceof Error ? error : new ProtocolError(String(error)));
    }
  }

  private receive(reply: Reply): void {
    const batch = this.pending[this.head];
    if (batch === undefined) {
      this.reader.release();
      if (this.subscribed && Array.isArray(reply)) this.options.onPush?.(reply);
      // An unasked error is the server's farewell, e.g. "-ERR max number of clients reached".
      else if (reply instanceof ReplyError) this.end(reply);
      else this.end(new ProtocolError('The server sent a reply that nothing had asked for.'));
      return;
    }
    batch.replies.push(reply);
    if (batch.replies.length < batch.expected) return;
    this.head += 1;
    if (this.head === this.pending.length || this.head > 1024) {
      this.pending = this.pending.slice(this.head);
      this.head = 0;
    }
    this.reader.release();
    batch.resolve(batch.replies);
  }

  /** A server that sends a byte now and then is never silent, and never done. */
  private endWhereTooSlow(timeoutMs: number): void {
    const batch = this.pending[this.head];
    const bytes = this.socket.bytesRead;
    const { waited } = this;
    this.waited = batch && { batch, replies: batch.replies.length, bytes };
    if (batch === undefined || waited?.batch !== batch || waited.replies !== batch.replies.length) return;
    if (bytes - waited.bytes >= (timeoutMs / 1000) * MIN_BYTES_PER_SECOND) return;
    this.end(new Error(`did not answer: in ${timeoutMs} ms it sent ${bytes - waited.bytes} bytes of one reply`));
  }

  private end(error: Error): void {
    if (this.ended !== undefined) return;
    this.ended = explainRedis(error, this.where);
    clearInterval(this.watch);
    this.socket.destroy();
    const lost = this.pending.slice(this.head);
    this.pending = [];
    this.head = 0;
    for (const batch of lost) batch.reject(this.ended);
    this.releaseRoom();
    this.options.onEnd?.(this.closing ? undefined : this.ended);
  }

  private releaseRoom(): void {
    for (const resume of this.waitingForRoom.splice(0)) resume();
  }
}
