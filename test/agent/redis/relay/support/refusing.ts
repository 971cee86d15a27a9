import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Fatal, certificate_unknown (RFC 5246 §7.2.2): what most libraries say that check a certificate within the handshake. */
const ALERT = Buffer.from([21, 3, 3, 0, 2, 2, 46]);

/** A client that begins a handshake, sees the certificate, and does not accept it. Resolves once it is gone. */
export async function refusing(port: number): Promise<void> {
  const hello = await clientHello();
  const client = connect(port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write(hello);
  await once(client, 'data');
  client.end(ALERT);
  client.resume();
  await once(client, 'close');
}

/** The first bytes of a client that speaks no later version than TLS 1.2, where alerts of a handshake come in clear text. */
async function clientHello(): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = connectTls({ port, host: '127.0.0.1', maxVersion: 'TLSv1.2' });
  client.on('error', () => undefined);
  const [socket] = await once(server, 'connection');
  const [bytes] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}
