import type { Side } from '../../../contract/common';
import type { ResolvedEndpoint } from '../endpoint';
import { eachOf } from './each-of';
import type { Session } from './session';
import { restored, type Standby, unlessPrepared } from './standby';

interface Warm extends Standby {
  /** What it was restored by. Another state needs another connection: nothing of what was restored is taken back. */
  readonly state: Buffer;
}

/** Connections that were brought to their clients' states before the hold: it waits for no handshake and no sign-in then. */
export class WarmStandbys {
  private readonly connections = new Map<Session, Warm>();

  constructor(
    readonly side: Side,
    private readonly endpoint: ResolvedEndpoint,
  ) {}

  /** One for every client that has none, or is in another state by now. Rejects with the first that cannot be prepared. */
  async fill(sessions: readonly Session[], signal: AbortSignal): Promise<void> {
    const missing = sessions.filter((session) => this.usable(session) === undefined);
    await eachOf(missing, (session) =>
      unlessPrepared(session, async () => {
        this.drop(session);
        const state = session.state.bytes();
        const opened = await restored(session, this.endpoint, signal);
        if (session.ended) opened.connection.close();
        else this.connections.set(session, { ...opened, state });
      }),
    );
  }

  /** The client's, where it is open and the client in the same state. */
  take(session: Session): Standby | undefined {
    const warm = this.usable(session);
    if (warm !== undefined) this.connections.delete(session);
    return warm;
  }

  /** `address:port` of each one's end. */
  get addresses(): readonly string[] {
    return [...this.connections.values()].map(
      ({ connection: { socket } }) => `${socket.localAddress}:${socket.localPort}`,
    );
  }

  drop(session: Session): void {
    this.connections.get(session)?.connection.close();
    this.connections.delete(session);
  }

  close(): void {
    for (const session of [...this.connections.keys()]) this.drop(session);
  }

  private usable(session: Session): Warm | undefined {
    const warm = this.connections.get(session);
    return warm?.connection.usable && warm.state.equals(session.state.bytes()) ? warm : undefined;
  }
}
