import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What the clients are to do, by the command line: port, connections, writes a second of all together, keys, the authority. */
const authority = process.argv[6];
const [port = 0, connections = 0, perSecond = 0, keys = 0] = process.argv.slice(2).map(Number);
const VALUE = 'x'.repeat(64);

/** A connection that has one write under way at a time, as most clients of a pool have. */
class Client {
  private sentAt: number | undefined;
  private sentIn = 0;

  constructor(
    private readonly socket: Socket,
    private readonly seen: Seen,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (reply) => this.answered(reply));
    socket.on('close', () => this.seen.failed('a connection was closed'));
    socket.on('error', () => undefined);
  }

  get idle(): boolean {
    return this.sentAt === undefined;
  }

  write(key: string): void {
    this.sentAt = performance.now();
    this.sentIn = this.seen.switches;
    this.socket.write(`*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${VALUE.length}\r\n${VALUE}\r\n`);
  }

  private answered(reply: Buffer): void {
    if (reply.toString('latin1') !== '+OK\r\n') this.seen.failed(reply.toString('latin1', 0, 80));
    this.seen.waited(performance.now() - (this.sentAt ?? 0), this.sentIn);
    this.sentAt = undefined;
  }
}

class Seen {
  written = 0;
  /** Of writes during which a switch was under way, and of the others. */
  readonly longestMs = { inSwitches: 0, between: 0 };
  /** Odd while one is under way. */
  switches = 0;
  readonly failures: Record<string, number> = {};

  waited(milliseconds: number, sentIn: number): void {
    this.written += 1;
    const when = sentIn % 2 === 1 || sentIn !== this.switches ? 'inSwitches' : 'between';
    this.longestMs[when] = Math.max(this.longestMs[when], Math.round(milliseconds));
  }

  failed(why: string): void {
    this.failures[why] = (this.failures[why] ?? 0) + 1;
  }
}

function opened(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const where = { port, host: '127.0.0.1' };
    const connected = () => resolve(socket);
    const socket =
      authority === undefined ? connect(where, connected) : connectTls({ ...where, ca: authority }, connected);
    socket.once('error', reject);
  });
}

async function main(): Promise<void> {
  const seen = new Seen();
  const clients: Client[] = [];
  while (clients.length < connections) {
    const more = await Promise.all(Array.from({ length: Math.min(100, connections - clients.length) }, opened));
    clients.push(...more.map((socket) => new Client(socket, seen)));
  }
  const began = performance.now();
  let asked = 0;
  let turn = 0;
  setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
    // What nobody was free for is not sent later: the pace is that of the clients, and no burst follows a pause.
    for (let tries = 0; asked < due && tries < clients.length; tries += 1) {
      turn = (turn + 1) % clients.length;
      const client = clients[turn];
      if (!client?.idle) continue;
      client.write(`key:${String(Math.floor(Math.random() * keys)).padStart(12, '0')}`);
      asked += 1;
    }
    asked = due;
  }, 5);
  process.send?.('ready');
  process.on('message', (message) => {
    if (message !== 'stop') {
      seen.switches += 1;
      return;
    }
    const seconds = (performance.now() - began) / 1000;
    const { longestMs, failures, written } = seen;
    process.send?.({ writesPerSecond: Math.round(written / seconds), longestWaitMs: longestMs, failures });
    process.exitCode = 0;
    process.disconnect?.();
    process.exit();
  });
}

void main();
