import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { RelayOptions } from './options';
import { Refusals } from './refusals';

/** A client that does not come to its end within this is none. */
const HANDSHAKE_MS = 10_000;

/** Where clients connect: in clear text, or where there is a certificate by TLS alone. */
export class Listener {
  private readonly server: Server;
  /** Connections whose handshake has not come to its end, by the client's address and port. */
  private readonly fresh = new Map<string, Socket>();
  readonly refusals: Refusals;

  private constructor({ certificate, logger }: RelayOptions, accept: (client: Socket) => void) {
    this.refusals = new Refusals(logger);
    this.server =
      certificate === undefined ? createServer({ allowHalfOpen: true }, accept) : this.encrypted(certificate, accept);
  }

  /** Resolves once it listens. */
  static async open(options: RelayOptions, accept: (client: Socket) => void): Promise<Listener> {
    const listener = new Listener(options, accept);
    await new Promise<void>((resolve, reject) => {
      listener.server.once('error', reject);
      listener.server.listen({ ...options.listen, backlog: 4096 }, resolve);
    });
    return listener;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Resolves once nobody is connected any more: those that were accepted are the caller's to close. */
  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    const { fresh } = this;
    for (const socket of fresh.values()) socket.destroy();
    fresh.clear();
    return closed;
  }

  private encrypted(
    { chain, privateKey }: NonNullable<RelayOptions['certificate']>,
    accept: (client: Socket) => void,
  ): Server {
    const { fresh, refusals } = this;
    const tls = createTlsServer({
      ...{ cert: chain, key: privateKey, handshakeTimeout: HANDSHAKE_MS },
      // As ElastiCache has it: docs/aws-facts.md#elasticache-tls-version
      minVersion: 'TLSv1.2',
    });
    tls.on('secureConnection', (client) => {
      fresh.delete(peerOf(client));
      // Not before: a client that hangs up within the handshake would be kept until its time is over.
      client.allowHalfOpen = true;
      accept(client);
    });
    tls.on('tlsClientError', (error, client) => {
      if (refusals.failed(error, peerOf(client))) fresh.delete(peerOf(client));
    });
    return createServer((socket) => this.greet(socket, (spoken) => tls.emit('connection', spoken)));
  }

  /** Tells who begins a handshake from what merely looks whether the port is open. */
  private greet(socket: Socket, begin: (socket: Socket) => void): void {
    const { fresh, refusals } = this;
    const peer = peerOf(socket);
    let spoke = false;
    fresh.set(peer, socket);
    socket.setTimeout(HANDSHAKE_MS, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (fresh.delete(peer) && spoke) refusals.leftUnsaid(peer);
    });
    socket.once('data', (bytes) => {
      spoke = true;
      socket.setTimeout(0);
      socket.pause();
      socket.unshift(bytes);
      begin(socket);
    });
  }
}

/** `address:port` of the client. */
export function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''}:${remotePort ?? ''}`;
}
