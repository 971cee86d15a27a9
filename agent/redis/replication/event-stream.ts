import { AgentError } from '../../errors';
import type { ResolvedEndpoint } from '../endpoint';
import { Connection } from '../resp/connection';
import type { Reply } from '../resp/reply';

export interface EventListener {
  /** A key may have changed. */
  onKey(database: number, key: Buffer, event: string): void;
  /** A message on one of the further channels that were asked for. */
  onMessage?(channel: string, message: Buffer): void;
  onEnd(error: Error | undefined): void;
}

const KEY_EVENTS = '__keyevent@*__:*';
/** Nobody publishes here. Unsubscribing from it is a question that is answered after every event before it. */
const BARRIER = 'cdk-cutover:barrier';
/** Events that tell of no change: a miss, and kinds that come beside another event of the same change. */
const NO_CHANGE: ReadonlySet<string> = new Set(['keymiss', 'new', 'overwritten', 'type_changed']);

/**
 * The keyspace events of one server. Pub/sub forgets what it cannot deliver: a slow subscriber is cut off, which ends
 * the connection, and with it everything that trusted in it.
 */
export class EventStream {
  private readonly channels = new Map<string, { database: number; event: string } | undefined>();
  private readonly barriers: (() => void)[] = [];
  private readonly sent: number[] = [];
  private confirmed: (() => void) | undefined;
  private confirmations = 0;
  private connection: Connection | undefined;
  private ended: Error | undefined;

  private constructor(private readonly listener: EventListener) {}

  /** Resolves once every change from now on will be heard of, if the server announces changes at all. */
  static async open(
    endpoint: ResolvedEndpoint,
    listener: EventListener,
    further: readonly string[] = [],
  ): Promise<EventStream> {
    const stream = new EventStream(listener);
    const connection = await Connection.open(endpoint, {
      purpose: 'events',
      onPush: (message) => stream.receive(message),
      onEnd: (error) => stream.end(error),
    });
    stream.connection = connection;
    await new Promise<void>((resolve, reject) => {
      stream.confirmations = 1 + further.length;
      stream.confirmed = () => (stream.ended === undefined ? resolve() : reject(stream.ended));
      connection.subscribe(['PSUBSCRIBE', KEY_EVENTS]);
      if (further.length > 0) connection.send(['SUBSCRIBE', ...further]);
    });
    return stream;
  }

  /** Resolves when every event of changes made before the call has been handed to the listener. */
  barrier(): Promise<void> {
    const { connection } = this;
    if (connection === undefined || this.ended !== undefined) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      this.barriers.push(() => (this.ended === undefined ? resolve() : reject(this.ended)));
      this.sent.push(performance.now());
      connection.send(['UNSUBSCRIBE', BARRIER]);
    });
  }

  /** For how long the oldest unanswered barrier has been waiting: how far behind the stream may be, in milliseconds. */
  silenceMs(): number {
    const [oldest] = this.sent;
    return oldest === undefined ? 0 : performance.now() - oldest;
  }

  close(): void {
    this.connection?.close();
  }

  private receive(message: readonly Reply[]): void {
    const kind = String(message[0]);
    if (kind === 'pmessage') this.keyEvent(message);
    else if (kind === 'message') this.message(message);
    else if (kind === 'unsubscribe') {
      this.sent.shift();
      this.barriers.shift()?.();
    } else if (kind === 'psubscribe' || kind === 'subscribe') {
      this.confirmations -= 1;
      if (this.confirmations === 0) this.confirmed?.();
    }
  }

  private keyEvent(message: readonly Reply[]): void {
    const [, , channel, key] = message;
    if (!Buffer.isBuffer(channel) || !Buffer.isBuffer(key)) return;
    const name = channel.toString('latin1');
    let parsed = this.channels.get(name);
    if (parsed === undefined && !this.channels.has(name)) {
      parsed = parse(name);
      this.channels.set(name, parsed);
    }
    if (parsed !== undefined) this.listener.onKey(parsed.database, key, parsed.event);
  }

  private message([, channel, message]: readonly Reply[]): void {
    if (Buffer.isBuffer(message)) this.listener.onMessage?.(String(channel), message);
  }

  private end(error: Error | undefined): void {
    this.ended = error ?? new AgentError('Agent.Failed', 'The event stream was closed.');
    this.confirmed?.();
    for (const release of this.barriers.splice(0)) release();
    this.listener.onEnd(error);
  }
}

function parse(channel: string): { database: number; event: string } | undefined {
  const [, database, event] = /^__keyevent@(\d+)__:(.+)$/.exec(channel) ?? [];
  if (database === undefined || event === undefined || NO_CHANGE.has(event)) return undefined;
  return { database: Number(database), event };
}
