import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { MemcachedEndpoint } from '../../contract/memcached';
import { AgentError, explain, TRANSPORT_CAUSES } from '../errors';

const CONNECT_MS = 5_000;
const ANSWER_MS = 15_000;
/** The list of connections is the longest answer: 65,000 of them take about 10 MB. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

/** What ends an answer of several lines, and what answers a command that the server does not know or refuses. */
const END = 'END';
const REFUSED = /^(ERROR|CLIENT_ERROR|SERVER_ERROR)\b/;

/** Whom to connect to: an endpoint, or one of its nodes. */
export type Address = Pick<MemcachedEndpoint, 'host' | 'port' | 'tls' | 'serverName'>;

/** How messages name an endpoint. */
export function inWords({ host, port }: Address): string {
  return `${host}:${port}`;
}

/**
 * A connection for the few commands of the text protocol that tell how a server is. None of the libraries for Memcached
 * has them all: those are for values.
 */
export class Connection {
  private buffer = '';
  private wake: () => void = () => undefined;
  private ended: Error | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly address: Address,
  ) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.buffer += text;
      this.wake();
    });
    const end = (error?: Error) => {
      this.ended ??= error ?? new Error('the connection was closed');
      this.wake();
    };
    socket.on('error', end);
    socket.on('close', () => end());
  }

  /** Rejects with an `AgentError`. */
  static async open(address: Address): Promise<Connection> {
    const { host, port, tls } = address;
    const servername = address.serverName ?? (isIP(host) === 0 ? host : undefined);
    const socket = tls ? connectTls({ host, port, servername }) : connect({ host, port });
    try {
      await once(socket, tls ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
    } catch (error) {
      socket.destroy();
      throw explained(timedOut(error) ? new Error(`did not answer within ${CONNECT_MS} ms`) : error, address);
    }
    return new Connection(socket, address);
  }

  /** Where the server sees this connection come from. */
  get localAddress(): string {
    return this.socket.localAddress ?? '';
  }

  /** The lines of an answer that ends with END, without it. Undefined where the server does not know the command. */
  async lines(command: string): Promise<readonly string[] | undefined> {
    const found: string[] = [];
    for await (const line of this.answer(command)) {
      if (line === END) return found;
      if (found.length === 0 && REFUSED.test(line)) return undefined;
      found.push(line);
    }
    throw this.notSpeaking();
  }

  close(): void {
    this.socket.destroy();
  }

  private async *answer(command: string): AsyncGenerator<string> {
    const deadline = performance.now() + ANSWER_MS;
    this.socket.write(`${command}\r\n`);
    let from = 0;
    for (;;) {
      const end = this.buffer.indexOf('\r\n', from);
      if (end >= 0) {
        const line = this.buffer.slice(from, end);
        from = end + 2;
        // What follows the last line belongs to no answer: one command is sent at a time.
        if (line === END || REFUSED.test(line)) this.buffer = '';
        yield line;
        continue;
      }
      if (this.ended !== undefined) throw explained(this.ended, this.address);
      if (this.buffer.length > MAX_ANSWER_BYTES) throw this.notSpeaking();
      await this.more(deadline - performance.now());
    }
  }

  private async more(withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(true), Math.max(0, withinMs));
    });
    const come = new Promise<boolean>((resolve) => {
      this.wake = () => resolve(false);
    });
    const isLate = await Promise.race([late, come]);
    clearTimeout(timer);
    if (isLate) throw explained(new Error(`did not answer within ${ANSWER_MS} ms`), this.address);
  }

  private notSpeaking(): AgentError {
    return new AgentError(
      'Agent.Unreachable',
      `${inWords(this.address)} accepted the connection but does not speak Memcached's text protocol: check that the port is the engine's, and binding_protocol in its parameter group.`,
    );
  }
}

/** Opens a connection for as long as `use` runs. */
export async function connected<T>(address: Address, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.open(address);
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}

function explained(error: unknown, address: Address): AgentError {
  return explain(error, inWords(address), TRANSPORT_CAUSES);
}

function timedOut(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
