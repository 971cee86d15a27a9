import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { endOfReply } from '../../../../../agent/redis/relay/protocol/reply-scanner';

/** A client that knows nothing but bytes. */
export class RawClient {
  private bytes: Buffer = Buffer.alloc(0);
  ended = false;
  private wake: () => void = () => undefined;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.bytes = this.bytes.length === 0 ? chunk : Buffer.concat([this.bytes, chunk]);
      this.wake();
    });
    socket.on('error', () => undefined);
    const end = () => {
      this.ended = true;
      this.wake();
    };
    socket.on('end', end);
    socket.on('close', end);
  }

  /** @param authority PEM: by TLS, where it has to have signed the certificate */
  static async connect(port: number, authority?: string): Promise<RawClient> {
    const where = { port, host: '127.0.0.1', allowHalfOpen: true };
    const socket = authority === undefined ? connect(where) : connectTls({ ...where, ca: authority });
    await once(socket, authority === undefined ? 'connect' : 'secureConnect');
    socket.setNoDelay(true);
    return new RawClient(socket);
  }

  send(...commands: readonly (string | Buffer)[]): void {
    for (const command of commands) this.socket.write(command);
  }

  /** The next replies, as they came. */
  async replies(count: number): Promise<string[]> {
    const replies: string[] = [];
    while (replies.length < count) {
      const end = endOfReply(this.bytes, 0);
      if (end !== undefined) {
        replies.push(this.bytes.toString('latin1', 0, end));
        this.bytes = this.bytes.subarray(end);
      } else if (this.ended) {
        throw new Error(
          `The connection ended after ${replies.length} of ${count} replies: ${this.bytes.toString('latin1')}`,
        );
      } else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
    return replies;
  }

  /** Sends a command and waits for its reply. */
  async ask(...words: readonly string[]): Promise<string> {
    this.send(command(...words));
    const [reply = ''] = await this.replies(1);
    return reply;
  }

  /** All that comes until the reply that says this. */
  async until(last: string): Promise<string> {
    let all = '';
    for (;;) {
      const [reply = ''] = await this.replies(1);
      if (reply.includes(last)) return all;
      all += reply;
    }
  }

  /** Everything until the server's end of the stream. */
  async rest(): Promise<string> {
    while (!this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.bytes.toString('latin1');
  }

  /** Whether something has come that nobody has read. */
  get unread(): string {
    return this.bytes.toString('latin1');
  }

  /** Reads without keeping it what comes from now on, until so many bytes have come. Gives the last of them. */
  async past(length: number): Promise<string> {
    this.socket.removeAllListeners('data');
    let [received, last] = [0, ''];
    this.socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      last = (last + chunk.toString('latin1', Math.max(0, chunk.length - 256))).slice(-256);
      this.wake();
    });
    this.socket.resume();
    while (received < length) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return last;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** One command as clients send it. */
export function command(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word, 'latin1')}\r\n${word}\r\n`).join('')}`;
}
