import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Firewall, Verdict } from './firewall';
import { type EndpointState, FirewalledConnection } from './firewalled-connection';

/** How an endpoint is lost. */
export type Failure =
  /** The node is gone: packets vanish, connections hang until their own time-outs. */
  | 'vanish'
  /** The process is gone and the host is there: connections are reset, new ones refused. */
  | 'refuse';

export interface FirewalledEndpointOptions {
  /** Of the endpoint, for people, e.g. `blue`. */
  readonly name: string;
  /** Where clients connect. Port 0, or none: one that the system chooses. */
  readonly listen: { readonly host: string; readonly port?: number };
  /** The engine. */
  readonly target: { readonly host: string; readonly port: number };
  readonly firewall: Firewall;
  /** An address whose connections the server is to see with their own ports. They must be bound to it. @default - none */
  readonly keepsPortsOf?: string;
  /** Milliseconds each way. @default 0 */
  readonly latencyMs?: number;
}

/** A connection for `CLIENT LIST`-like reports. */
export type ConnectionView = Pick<
  FirewalledConnection,
  'source' | 'state' | 'tracked' | 'openedMs' | 'bytesIn' | 'bytesOut'
>;

/**
 * The network in front of one endpoint: a TCP relay that lets in whom the security groups let in, and forwards
 * bytes unread (TLS included).
 *
 * What it does as AWS does: rules are asked for new connections only; a tracked connection outlives the rule that let
 * it in; a client that is not let in hears nothing. What it does not: a tracked connection here never idles out
 * (on AWS after 350 s or five days, by instance type), and a dropped client sees its TCP connection established and
 * then silent, instead of not established: to either it is a time-out.
 */
export class FirewalledEndpoint implements EndpointState {
  private readonly connections = new Set<FirewalledConnection>();
  private server?: Server;
  private failure?: Failure;
  private closedBytesIn = 0;
  private closedBytesOut = 0;
  private acceptedCount = 0;
  private droppedCount = 0;
  /** Milliseconds each way, for what is sent from now on. */
  latencyMs: number;

  private constructor(
    private readonly options: FirewalledEndpointOptions,
    readonly port: number,
  ) {
    this.latencyMs = options.latencyMs ?? 0;
  }

  static async start(options: FirewalledEndpointOptions): Promise<FirewalledEndpoint> {
    const server = await listening(options.listen.host, options.listen.port ?? 0);
    const address = server.address();
    if (address === null || typeof address === 'string')
      throw new Error(`The endpoint of ${options.name} has no port.`);
    const endpoint = new FirewalledEndpoint(options, address.port);
    endpoint.serve(server);
    return endpoint;
  }

  get name(): string {
    return this.options.name;
  }

  get host(): string {
    return this.options.listen.host;
  }

  get target(): FirewalledEndpointOptions['target'] {
    return this.options.target;
  }

  /** Connections that were let in, ever. */
  get accepted(): number {
    return this.acceptedCount;
  }

  /** Connections that were not let in when they came. */
  get dropped(): number {
    return this.droppedCount;
  }

  /** Bytes from clients, ever. */
  get bytesIn(): number {
    return [...this.connections].reduce((sum, { bytesIn }) => sum + bytesIn, this.closedBytesIn);
  }

  /** Bytes to clients, ever. */
  get bytesOut(): number {
    return [...this.connections].reduce((sum, { bytesOut }) => sum + bytesOut, this.closedBytesOut);
  }

  /** Those there are now, held ones included. */
  list(): ConnectionView[] {
    return [...this.connections].map(({ source, state, tracked, openedMs, bytesIn, bytesOut }) => ({
      source,
      state,
      tracked,
      openedMs,
      bytesIn,
      bytesOut,
    }));
  }

  keepsPortOf(source: string): boolean {
    return source === this.options.keepsPortsOf;
  }

  judge(source: string): Verdict {
    return this.options.firewall.judge({ source, port: this.port });
  }

  /** Loses the endpoint, until `recover`. */
  async fail(failure: Failure): Promise<void> {
    this.failure = failure;
    if (failure === 'vanish') {
      for (const connection of this.connections) connection.freeze();
      return;
    }
    await this.close();
  }

  /** A node comes back in the place of the lost one: it knows none of the connections from before. */
  async recover(): Promise<void> {
    if (this.failure === undefined) return;
    this.failure = undefined;
    for (const connection of this.connections) connection.thaw();
    if (!this.server) this.serve(await listening(this.host, this.port));
  }

  async stop(): Promise<void> {
    await this.close();
  }

  private serve(server: Server): void {
    this.server = server;
    server.on('connection', (socket) => this.accept(socket));
  }

  private accept(socket: Socket): void {
    const connection = new FirewalledConnection(socket, this, {
      admitted: () => this.acceptedCount++,
      gone: () => {
        this.connections.delete(connection);
        this.closedBytesIn += connection.bytesIn;
        this.closedBytesOut += connection.bytesOut;
      },
    });
    this.connections.add(connection);
    connection.begin(this.failure === undefined);
    if (connection.state === 'held') this.droppedCount++;
  }

  private async close(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const connection of this.connections) connection.reset();
    await closed;
  }
}

async function listening(host: string, port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true });
  server.listen({ host, port });
  await once(server, 'listening');
  return server;
}
