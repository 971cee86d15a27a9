import type { Socket } from 'node:net';
import type { ResolvedEndpoint } from '../endpoint';
import { eachOf } from './each-of';
import { openUpstream } from './upstream';

/** Sockets to a side that nothing has been sent by: made before the hold, so that it does not wait for thousands of handshakes. */
export class WarmSockets {
  private readonly sockets = new Set<Socket>();

  /** Opens so many, less those there are. Rejects where the side cannot be reached. */
  async fill(endpoint: ResolvedEndpoint, count: number): Promise<void> {
    const missing = Array.from({ length: Math.max(0, count - this.sockets.size) }, (_, i) => i);
    await eachOf(missing, async () => {
      const socket = await openUpstream(endpoint);
      const drop = () => this.sockets.delete(socket);
      socket.on('error', drop);
      socket.on('close', drop);
      this.sockets.add(socket);
    });
  }

  /** One that is still open. */
  take(): Socket | undefined {
    const [socket] = this.sockets;
    if (socket === undefined) return undefined;
    this.sockets.delete(socket);
    return socket;
  }

  /** `address:port` of each one's end. */
  get addresses(): readonly string[] {
    return [...this.sockets].map(({ localAddress, localPort }) => `${localAddress}:${localPort}`);
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }
}
