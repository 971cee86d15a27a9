import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface LinkAddress {
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string;
}

/** A connection of an application: values are read and written one after the other. */
export class Link {
  private buffer = Buffer.alloc(0);
  private waiting: ((error?: Error) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes) => {
      this.buffer = Buffer.concat([this.buffer, bytes]);
      this.waiting?.();
    });
    socket.on('error', (error) => this.waiting?.(error));
    socket.on('close', () => this.waiting?.(new Error('connection lost')));
  }

  /** One that has answered: a server may be let in to and be silent. */
  static async open(address: LinkAddress, withinMs: number): Promise<Link> {
    const socket = connect(address);
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(withinMs) });
      const link = new Link(socket);
      await link.ask('version\r\n', (text) => (text.includes('\r\n') ? text : undefined));
      return link;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** Null where there is none. */
  get(key: string): Promise<string | null> {
    return this.ask(`get ${key}\r\n`, (text) => {
      if (text.startsWith('END\r\n')) return null;
      const header = /^VALUE \S+ \d+ (\d+)\r\n/.exec(text);
      if (header === null) return undefined;
      const [{ length: begin }, size] = [header[0], Number(header[1])];
      return text.length < begin + size + '\r\nEND\r\n'.length ? undefined : text.slice(begin, begin + size);
    });
  }

  async set(key: string, value: string, ttlSeconds: number): Promise<void> {
    const command = `set ${key} 0 ${ttlSeconds} ${Buffer.byteLength(value)}\r\n${value}\r\n`;
    const answer = await this.ask(command, (text) => (text.endsWith('\r\n') ? text.trim() : undefined));
    if (answer !== 'STORED') throw new Refused(answer);
  }

  close(): void {
    this.socket.destroy();
  }

  closed(): Promise<void> {
    if (this.socket.closed) return Promise.resolve();
    return new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  /** @param read - of the answer so far, what it says; undefined while it is not whole */
  private async ask<T>(command: string, read: (text: string) => T | undefined): Promise<T> {
    this.buffer = Buffer.alloc(0);
    this.socket.write(command);
    for (;;) {
      const text = this.buffer.toString('latin1');
      const refusal = /^(ERROR|CLIENT_ERROR|SERVER_ERROR)[^\r]*\r\n/.exec(text);
      if (refusal !== null) throw new Refused(refusal[0].trim());
      const answer = read(text);
      if (answer !== undefined) return answer;
      if (this.socket.closed || this.socket.destroyed) throw new Error('connection lost');
      await new Promise<void>((resolve, reject) => {
        this.waiting = (error) => (error === undefined ? resolve() : reject(error));
      });
      this.waiting = undefined;
    }
  }
}

/** The server answered that it did not do it. */
export class Refused extends Error {}
