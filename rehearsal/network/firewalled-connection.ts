import { connect, type Socket } from 'node:net';
import type { Verdict } from './firewall';
import { OneWay } from './one-way';

/** What a client that was never let in may have sent meanwhile; more is left unread. */
const HELD_BYTES = 64 * 1024;

/**
 * When a client's kernel sends its SYN again, in milliseconds since the first (Linux: after 1 s, doubling), and when
 * it gives up (tcp_syn_retries 6).
 */
const SYN_AGAIN_MS = [1000, 3000, 7000, 15_000, 31_000, 63_000];
const SYN_GIVEN_UP_MS = 127_000;

/** What a connection needs to know of the endpoint it came through. */
export interface EndpointState {
  readonly target: { readonly host: string; readonly port: number };
  readonly latencyMs: number;
  judge(source: string): Verdict;
  /** Whether the server is to see the client's own port too: by its address alone it would not be told from others. */
  keepsPortOf(source: string): boolean;
}

/** One client's way through a firewalled endpoint. */
export class FirewalledConnection {
  readonly openedMs = Date.now();
  /** The client's address, as rules and the server see it. */
  readonly source: string;
  // @see docs/aws-facts.md#security-group-tracked-connections
  private verdict: Verdict = 'dropped';
  private server?: Socket;
  private ways: readonly OneWay[] = [];
  private timers: NodeJS.Timeout[] = [];
  /** What the client sent while it was held. */
  private held: Buffer[] = [];
  private frozen = false;

  constructor(
    private readonly client: Socket,
    private readonly endpoint: EndpointState,
    private readonly told: { readonly admitted: () => void; readonly gone: () => void },
  ) {
    this.source = client.remoteAddress ?? '';
    client.setNoDelay(true);
    // A reset by the client is the client's own affair; `close` follows.
    client.on('error', () => undefined);
    client.on('close', () => {
      this.end();
      told.gone();
    });
  }

  /** `held`: the client's SYN is being dropped. `open`: it reached the server. */
  get state(): 'held' | 'open' {
    return this.server ? 'open' : 'held';
  }

  get tracked(): boolean {
    return this.verdict === 'tracked';
  }

  /** Bytes that the client sent. */
  get bytesIn(): number {
    return this.client.bytesRead;
  }

  /** Bytes that the client was sent. */
  get bytesOut(): number {
    return this.client.bytesWritten;
  }

  /** @param reachable - whether there is a host at all */
  begin(reachable: boolean): void {
    this.frozen = !reachable;
    if (reachable && this.admitted()) this.connect();
    else this.hold();
  }

  /** The host vanished: nothing passes in either direction any more, and nobody is told. */
  freeze(): void {
    this.frozen = true;
  }

  /** A host is there again, which knows no connection from before; a SYN is still on its way to it. */
  thaw(): void {
    if (this.server) this.reset();
    else this.frozen = false;
  }

  /** Ends it as a host does that knows of no such connection. */
  reset(): void {
    if (this.server) reset(this.server);
    reset(this.client);
  }

  private admitted(): boolean {
    this.verdict = this.endpoint.judge(this.source);
    return this.verdict !== 'dropped';
  }

  /**
   * Imitates a SYN that is dropped. The kernel has already accepted the connection, which cannot be undone; so it is
   * neither answered nor closed, and a client waits for its first reply until its own time-out, as it would wait for
   * the connection. Where a rule lets it in meanwhile it gets through when its SYN would have been sent again.
   */
  private hold(): void {
    this.client.on('data', this.keep);
    // A client that gave up must not have what it sent carried out later: without a connection it could not have sent it.
    this.client.on('end', this.giveUp);
    for (const delay of SYN_AGAIN_MS) {
      this.timers.push(
        setTimeout(() => {
          if (!this.frozen && !this.server && this.admitted()) this.connect();
        }, delay),
      );
    }
    this.timers.push(setTimeout(this.giveUp, SYN_GIVEN_UP_MS));
  }

  private readonly keep = (chunk: Buffer): void => {
    this.held.push(chunk);
    if (this.client.bytesRead > HELD_BYTES) this.client.pause();
  };

  private readonly giveUp = (): void => {
    this.client.destroy();
  };

  private connect(): void {
    this.clearTimers();
    this.client.off('data', this.keep);
    this.client.off('end', this.giveUp);
    const { host, port } = this.endpoint.target;
    // From the client's own address, so that the server's CLIENT LIST names the client.
    const server = connect({
      ...{ host, port, localAddress: this.source, allowHalfOpen: true, noDelay: true },
      ...(this.endpoint.keepsPortOf(this.source) && { localPort: this.client.remotePort }),
    });
    this.server = server;
    this.told.admitted();
    // Refused or reset by the server: `close` follows and is passed on.
    server.on('error', () => undefined);
    server.on('close', (failed) => {
      if (failed && !this.frozen) reset(this.client);
    });
    const passes = () => this.passes();
    const delay = () => this.endpoint.latencyMs;
    const inward = new OneWay(this.client, server, delay, passes);
    this.ways = [inward, new OneWay(server, this.client, delay, passes)];
    for (const chunk of this.held.splice(0)) inward.take(chunk);
    this.client.resume();
  }

  private passes(): boolean {
    // Bytes that were dropped once are missing from the stream, so nothing may follow them.
    if (this.verdict === 'untracked' && this.endpoint.judge(this.source) === 'dropped') this.frozen = true;
    return !this.frozen;
  }

  private end(): void {
    this.clearTimers();
    for (const way of this.ways) way.stop();
    this.held = [];
    this.server?.destroy();
  }

  private clearTimers(): void {
    for (const timer of this.timers.splice(0)) clearTimeout(timer);
  }
}

/** libuv cannot reset what is being shut down: the handle would never close, and the process never end. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
