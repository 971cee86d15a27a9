import type { Socket } from 'node:net';
import { AgentError } from '../../errors';
import { withoutArguments } from '../../log';
import { address, type ResolvedEndpoint } from '../endpoint';
import { explainRedis } from '../explain';
import { ProtocolError } from '../resp/reply';
import { ASTERISK, contentOf, endOfHead, lastOfHead, MINUS, PUSH } from './protocol/bytes';
import { endOfReply, ReplyScanner } from './protocol/reply-scanner';
import { openUpstream } from './upstream';

export interface PreparingStep {
  readonly what: string;
  readonly command: Buffer;
  readonly needed: boolean;
  /** @default 1 */
  readonly replies?: number;
  readonly answered?: (reply: Buffer) => void;
}

/**
 * A connection that has been brought to a client's state and stands by: what its subscriptions bring is dropped, until
 * it is taken.
 */
export class PreparedConnection {
  private readonly scanner = new ReplyScanner();
  private stash: Buffer = Buffer.alloc(0);
  private ready = false;
  private failed: Error | undefined;
  private done: () => void = () => undefined;
  private due: { readonly step: PreparingStep; replies: number }[] = [];

  private constructor(
    readonly socket: Socket,
    private readonly endpoint: ResolvedEndpoint,
  ) {
    socket.on('data', this.receive);
    socket.on('error', this.fail);
    socket.on('close', this.closed);
  }

  /** Rejects with an `AgentError` where a needed step is refused. */
  static async open(
    endpoint: ResolvedEndpoint,
    steps: readonly PreparingStep[],
    signal: AbortSignal,
  ): Promise<PreparedConnection> {
    signal.throwIfAborted();
    const connection = new PreparedConnection(await openUpstream(endpoint), endpoint);
    await connection.restore(steps, signal);
    return connection;
  }

  /** Whether it stands by: what its server closed does not. */
  get usable(): boolean {
    return this.failed === undefined;
  }

  /** Brings it further. Rejects as `open` does, and is closed then. */
  async restore(steps: readonly PreparingStep[], signal: AbortSignal): Promise<void> {
    if (steps.length === 0) return;
    const abort = () => this.fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      this.ready = false;
      this.due = steps.map((step) => ({ step, replies: step.replies ?? 1 }));
      const ended = new Promise<void>((resolve) => {
        this.done = resolve;
      });
      this.socket.write(Buffer.concat(steps.map(({ command }) => command)));
      await ended;
      if (this.failed !== undefined) throw explainRedis(this.failed, address(this.endpoint));
    } catch (error) {
      this.socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Hands the socket over, with the place within the replies where it stands. Throws where it has ended meanwhile. */
  take(): { readonly socket: Socket; readonly scanner: ReplyScanner } {
    if (this.failed !== undefined) throw explainRedis(this.failed, address(this.endpoint));
    const { socket, scanner } = this;
    socket.off('data', this.receive);
    socket.off('error', this.fail);
    socket.off('close', this.closed);
    return { socket, scanner };
  }

  close(): void {
    this.socket.destroy();
  }

  private readonly fail = (error: Error) => {
    this.failed ??= error;
    this.done();
  };

  private readonly closed = () => this.fail(new Error('the connection was closed by the server'));

  private finish(): void {
    this.ready = true;
    this.done();
  }

  private readonly receive = (chunk: Buffer) => {
    try {
      this.read(chunk);
    } catch (error) {
      this.fail(error instanceof Error ? error : new ProtocolError(String(error)));
      this.socket.destroy();
    }
  };

  private read(chunk: Buffer): void {
    const bytes = this.stash.length === 0 ? chunk : Buffer.concat([this.stash, chunk]);
    this.stash = Buffer.alloc(0);
    let at = 0;
    while (at < bytes.length) {
      if (this.scanner.idle && !this.ready) {
        const end = endOfReply(bytes, at);
        if (end === undefined) {
          this.stash = bytes.subarray(at);
          return;
        }
        this.answer(bytes.subarray(at, end));
        at = end;
      } else {
        at = this.scanner.skip(bytes, at);
      }
    }
  }

  private answer(reply: Buffer): void {
    const [next] = this.due;
    if (next === undefined || isMessage(reply)) return;
    const refused = reply[0] === MINUS;
    if (refused && next.step.needed) throw this.refusal(next.step.what, reply);
    next.step.answered?.(reply);
    next.replies -= 1;
    if (next.replies === 0 || refused) this.due.shift();
    if (this.due.length === 0) this.finish();
  }

  private refusal(what: string, reply: Buffer): AgentError {
    const said = withoutArguments(contentOf(reply).toString('latin1'));
    return new AgentError('Agent.Failed', `${address(this.endpoint)} refuses ${what} (it said: ${said}).`);
  }
}

function isMessage(reply: Buffer): boolean {
  if (reply[0] !== PUSH && reply[0] !== ASTERISK) return false;
  const kind = lastOfHead(reply.subarray(0, endOfHead(reply, 0)));
  return reply[0] === PUSH ? !/^[ps]?(un)?subscribe$/.test(kind) : /^[ps]?message$/.test(kind);
}
