import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import * as dnsPacket from 'dns-packet';

export interface NameServer {
  readonly host: string;
  readonly port: number;
}

/** Asks by UDP, and by TCP where the answer did not fit. Rejects when the server does not answer in time. */
export async function exchange(
  query: dnsPacket.Packet,
  server: NameServer,
  timeoutMs: number,
): Promise<dnsPacket.DecodedPacket> {
  const answer = await byDatagram(query, server, timeoutMs);
  return answer.flag_tc ? byStream(query, server, timeoutMs) : answer;
}

function byDatagram(query: dnsPacket.Packet, server: NameServer, timeoutMs: number): Promise<dnsPacket.DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const settle = (done: () => void) => {
      clearTimeout(timer);
      socket.close();
      done();
    };
    const timer = setTimeout(() => settle(() => reject(timedOut(server, timeoutMs))), timeoutMs);
    socket.on('error', (error) => settle(() => reject(error)));
    socket.on('message', (message) => {
      const answer = dnsPacket.decode(message);
      // A late answer to an earlier question that had this port.
      if (answer.id === query.id) settle(() => resolve(answer));
    });
    socket.send(dnsPacket.encode(query), server.port, server.host);
  });
}

function byStream(query: dnsPacket.Packet, server: NameServer, timeoutMs: number): Promise<dnsPacket.DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server.host, port: server.port });
    const settle = (done: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      done();
    };
    const timer = setTimeout(() => settle(() => reject(timedOut(server, timeoutMs))), timeoutMs);
    let received = Buffer.alloc(0);
    socket.on('error', (error) => settle(() => reject(error)));
    socket.on('end', () => settle(() => reject(new Error(`The name server ${server.host}:${server.port} hung up.`))));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      settle(() => resolve(dnsPacket.decode(received.subarray(2))));
    });
    socket.write(dnsPacket.streamEncode(query));
  });
}

function timedOut({ host, port }: NameServer, timeoutMs: number): Error {
  return new Error(`The name server ${host}:${port} did not answer within ${timeoutMs} ms.`);
}
