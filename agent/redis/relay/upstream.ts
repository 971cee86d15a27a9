import type { Socket } from 'node:net';
import { address, type ResolvedEndpoint } from '../endpoint';
import { explainRedis } from '../explain';
import { openSocket } from '../resp/socket';

const CONNECT_MS = 5_000;

/** A socket to a server, as every one of the relay's is. The name is resolved each time. */
export async function openUpstream(endpoint: ResolvedEndpoint): Promise<Socket> {
  try {
    const socket = await openSocket(endpoint, CONNECT_MS);
    keepOpen(socket);
    return socket;
  } catch (error) {
    throw explainRedis(error, address(endpoint));
  }
}

/**
 * An idle connection that is tracked is dropped after 350 s on Nitro v6:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
 */
export function keepOpen(socket: Socket): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 60_000);
}

/** That of a client that has been closed may be closed already, and tells of it once only. */
export function closed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}
