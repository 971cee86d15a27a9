import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import * as dnsPacket from 'dns-packet';
import { answerFrom, type DnsAnswer } from './dns-answer';
import { canonicalName, type Zone } from './zone';

/** An answer longer than this comes over TCP (RFC 1035 §4.2.1). */
const LARGEST_DATAGRAM = 512;
const PORT_ATTEMPTS = 20;

export interface DnsServerOptions {
  /** Asked in every query, so that a change is seen by the next one. */
  readonly zones: readonly Zone[];
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** [0, 1), for weighted records; seeded where a run is to be repeatable. @default Math.random */
  readonly random?: () => number;
}

/** One answered question. */
export interface DnsQuery {
  readonly atMs: number;
  /** Who asked. */
  readonly source: string;
  readonly name: string;
  readonly type: string;
  readonly rcode: DnsAnswer['rcode'];
  /** What the name led to: the last CNAME's target and the addresses. */
  readonly target?: string;
  readonly addresses: readonly string[];
}

/** Serves private zones over UDP and TCP, on one port that the system chooses. Emits `query` for every answer. */
export class DnsServer extends EventEmitter<{ query: [DnsQuery] }> {
  private readonly counts = new Map<string, number>();
  private readonly connections = new Set<Socket>();

  private constructor(
    private readonly options: DnsServerOptions,
    readonly host: string,
    readonly port: number,
    private readonly datagrams: DatagramSocket,
    private readonly streams: Server,
  ) {
    super();
    datagrams.on('message', (message, { address, port: from }) => {
      const response = this.respond(message, address, LARGEST_DATAGRAM);
      // An answer that cannot be sent is an answer lost, which UDP's clients expect.
      if (response) datagrams.send(response, from, address, () => undefined);
    });
    streams.on('connection', (socket) => this.serve(socket));
  }

  static async start(options: DnsServerOptions): Promise<DnsServer> {
    const host = options.host ?? '127.0.0.1';
    for (let attempt = 1; ; attempt++) {
      const datagrams = createSocket('udp4');
      datagrams.bind({ address: host, port: 0 });
      await once(datagrams, 'listening');
      const { port } = datagrams.address();
      const streams = createServer();
      try {
        streams.listen({ host, port });
        await once(streams, 'listening');
        return new DnsServer(options, host, port, datagrams, streams);
      } catch (error) {
        await new Promise<void>((resolve) => datagrams.close(() => resolve()));
        // Free for UDP is not free for TCP.
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  /** Questions answered so far; of one name where it is given. */
  queries(name?: string): number {
    if (name !== undefined) return this.counts.get(canonicalName(name)) ?? 0;
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    await Promise.all([
      new Promise<void>((resolve) => this.datagrams.close(() => resolve())),
      new Promise<void>((resolve) => this.streams.close(() => resolve())),
    ]);
  }

  private serve(socket: Socket): void {
    this.connections.add(socket);
    socket.on('close', () => this.connections.delete(socket));
    // A client that goes away in the middle concerns only itself; `close` follows.
    socket.on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const response = this.respond(received.subarray(2, end), socket.remoteAddress ?? '', 65_535);
        received = received.subarray(end);
        if (!response) return void socket.destroy();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(response.length);
        socket.write(Buffer.concat([length, response]));
      }
    });
  }

  /** Undefined where the message is no query at all: nothing can be answered, as it has no id. */
  private respond(message: Buffer, source: string, largest: number): Buffer | undefined {
    const query = decode(message);
    const question = query?.questions?.[0];
    if (!query || !question || query.type !== 'query') return undefined;

    const answer = answerFrom(this.options.zones, question, this.options.random ?? Math.random);
    const response = this.encode(query, answer, true);
    if (response.length > largest) return this.encode(query, { ...answer, answers: [], authorities: [] }, false);
    this.record(source, question, answer);
    return response;
  }

  private encode(query: dnsPacket.Packet, answer: DnsAnswer, whole: boolean): Buffer {
    const recursion = (query.flags ?? 0) & dnsPacket.RECURSION_DESIRED;
    return dnsPacket.encode({
      type: 'response',
      id: query.id ?? 0,
      flags:
        recursion | dnsPacket.RECURSION_AVAILABLE | (whole ? 0 : dnsPacket.TRUNCATED_RESPONSE) | RCODES[answer.rcode],
      questions: query.questions ?? [],
      answers: [...answer.answers],
      authorities: [...answer.authorities],
    });
  }

  private record(source: string, question: dnsPacket.Question, { rcode, answers }: DnsAnswer): void {
    const name = canonicalName(question.name);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    const target = answers.findLast(({ type }) => type === 'CNAME');
    this.emit('query', {
      atMs: Date.now(),
      source,
      name,
      type: question.type,
      rcode,
      ...(target?.type === 'CNAME' && { target: target.data }),
      addresses: answers.flatMap((answer) => (answer.type === 'A' || answer.type === 'AAAA' ? [answer.data] : [])),
    });
  }
}

/** The low four bits of the flags (RFC 1035 §4.1.1). */
const RCODES: Readonly<Record<DnsAnswer['rcode'], number>> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

function decode(message: Buffer): dnsPacket.DecodedPacket | undefined {
  try {
    return dnsPacket.decode(message);
  } catch {
    // Not DNS: its sender gets no answer, as from any name server.
    return undefined;
  }
}
