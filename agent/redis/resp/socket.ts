import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ResolvedEndpoint } from '../endpoint';

/** A socket that is connected and, over TLS, whose certificate has been verified. */
export function openSocket(endpoint: ResolvedEndpoint, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { host, port, localAddress } = endpoint;
    const where = { host, port, ...(localAddress !== undefined && { localAddress }) };
    const socket = endpoint.tls
      ? connectTls({ ...where, servername: endpoint.serverName ?? serverNameOf(host), ca: endpoint.ca })
      : connectTcp(where);
    const timer = setTimeout(() => socket.destroy(new Error(`did not answer within ${timeoutMs} ms`)), timeoutMs);
    const failed = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    const closed = () => failed(new Error('the connection was closed before it was established'));
    socket.once('error', failed);
    socket.once('close', closed);
    socket.once(endpoint.tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      socket.off('close', closed);
      resolve(socket);
    });
  });
}

/** RFC 6066 forbids IP addresses in SNI, and Node warns about them. */
function serverNameOf(host: string): string | undefined {
  return /^[\d.]+$|:/.test(host) ? undefined : host;
}
