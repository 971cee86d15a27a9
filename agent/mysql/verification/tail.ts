import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import type { BinlogPosition, ChainDirection } from '../../../contract/database';
import { AgentError } from '../../errors';
import type { Log } from '../../log';
import type { ResolvedDatabase } from '../../sql/databases';
import { BinlogStream, connectToLog } from '../binlog/binlog-stream';
import { comparePositions, describePosition } from '../binlog-position';
import type { Table } from './table';
import type { TailListener } from './tail-listener';

/** A server that fails over is back within this; a stream that cannot be had for longer is given up. */
const RECONNECT_MS = 300_000;
const RECONNECT_PAUSE_MS = 500;

/** What a statement has made is committed after it is logged. */
const SHOWN_WITHIN_MS = 1_000;

export interface TailProps {
  readonly direction: ChainDirection;
  readonly endpoint: ResolvedDatabase;
  readonly from: BinlogPosition;
  readonly log: Log;
  /** Takes what is read. */
  readonly listener: TailListener;
  /** Called before the log is read, and again where another server may have taken the endpoint over. */
  beforeReading?(connection: Connection): Promise<void>;
}

/**
 * Follows the binary log of a side and has it noted down which rows have changed, so that what a verification inside a
 * freeze costs is what changed and not what is there.
 */
export class Tail {
  private stream: BinlogStream | undefined;
  private readonly stopping = new AbortController();
  private waiting: (() => void)[] = [];
  private reached: BinlogPosition;
  private failure: Error | undefined;
  private definitionsReadAt = performance.now();

  private constructor(private readonly props: TailProps) {
    this.reached = props.from;
  }

  /** Rejects where the log cannot be read at all. */
  static async start(props: TailProps): Promise<Tail> {
    const tail = new Tail(props);
    await tail.connect(props.from);
    void tail.keepReading();
    return tail;
  }

  get direction(): ChainDirection {
    return this.props.direction;
  }

  /** Whether a statement was logged that may have made, changed or dropped a table, after they were read. */
  get definitionsChanged(): boolean {
    return this.definitionsReadAt < this.definitionsShownAt;
  }

  /** Resolves once the server shows what the statements that were logged so far have made. */
  async definitionsSettled(signal: AbortSignal): Promise<void> {
    const left = this.definitionsShownAt - performance.now();
    if (left > 0) await sleep(left, undefined, { signal });
  }

  /** From now on these are the tables. @param asOf when they began to be read, by `performance.now()` */
  use(tables: ReadonlyMap<string, Table>, asOf: number): void {
    this.props.listener.use(tables);
    this.definitionsReadAt = asOf;
  }

  /** A statement is in the log a moment before the server shows what it has made. */
  private get definitionsShownAt(): number {
    const { lastStatementAt } = this.props.listener;
    return lastStatementAt === undefined ? Number.NEGATIVE_INFINITY : lastStatementAt + SHOWN_WITHIN_MS;
  }

  /** Why changes are missed. */
  get reasonOfLoss(): string | undefined {
    return this.failure?.message;
  }

  /** Whether no change has been missed since it began. */
  get known(): boolean {
    return this.failure === undefined;
  }

  get position(): BinlogPosition {
    return this.reached;
  }

  /** Resolves once everything before the position has been read. */
  async catchUp(position: BinlogPosition, signal: AbortSignal): Promise<void> {
    while (comparePositions(this.reached, position) < 0) {
      signal.throwIfAborted();
      if (this.failure !== undefined) throw this.lost(this.failure);
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        // An event that stands nowhere in the log, or a signal, wakes nobody.
        setTimeout(resolve, 100).unref();
      });
    }
  }

  stop(): void {
    this.failure ??= new Error('it was stopped');
    this.stopping.abort();
    this.stream?.close();
    this.wake();
  }

  private async connect(from: BinlogPosition): Promise<void> {
    const { endpoint, listener } = this.props;
    const there = await connectToLog(endpoint, 'verify-changes');
    await this.props.beforeReading?.(there.connection);
    const stream = await BinlogStream.open(there, from, listener, () => this.advance());
    this.stream = stream;
    this.advance();
    if (this.stopping.signal.aborted) stream.close();
  }

  private advance(): void {
    if (this.stream !== undefined) this.reached = this.stream.position;
    this.wake();
  }

  private async keepReading(): Promise<void> {
    const { log, direction } = this.props;
    while (!this.stopping.signal.aborted && this.stream !== undefined) {
      const ended = await this.stream.ended;
      if (this.stopping.signal.aborted) return;
      log.warn('verification.tail-interrupted', { ...direction, error: ended });
      const failure = isFinal(ended) ? ended : await this.reconnect(this.stream.resumePosition);
      if (failure === undefined) continue;
      log.warn('verification.tail-lost', { ...direction, error: failure });
      this.failure = failure;
      this.wake();
      return;
    }
  }

  /** Resolves with why it could not be done. */
  private async reconnect(from: BinlogPosition): Promise<Error | undefined> {
    const deadline = performance.now() + RECONNECT_MS;
    for (;;) {
      try {
        await sleep(RECONNECT_PAUSE_MS, undefined, { signal: this.stopping.signal });
        await this.connect(from);
        return undefined;
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error));
        if (this.stopping.signal.aborted || isFinal(reason) || performance.now() >= deadline) return reason;
      }
    }
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  private lost(cause: Error): AgentError {
    const { endpoint } = this.props;
    return new AgentError(
      'Agent.Failed',
      `The binary log of ${endpoint.host}:${endpoint.port} cannot be read on from ${describePosition(this.reached)} (${cause.message}): compare everything again.`,
      { cause },
    );
  }
}

/** What no second attempt mends: the server no longer has the position, or an event cannot be read. */
function isFinal(error: Error): boolean {
  const errno = 'errno' in error ? error.errno : undefined;
  return error instanceof RangeError || errno === ER_MASTER_FATAL_ERROR_READING_BINLOG || errno === ER_NO_PERMISSION;
}

const ER_MASTER_FATAL_ERROR_READING_BINLOG = 1236;
const ER_NO_PERMISSION = 1227;
