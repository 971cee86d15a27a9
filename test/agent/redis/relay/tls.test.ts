import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { certificateFor } from '../../certificate';
import { atEachByte } from './support/every-byte';
import { command } from './support/raw-client';
import { refusing } from './support/refusing';
import { Relayed } from './support/relayed';

test.each([2, 3] as const)(
  'RESP%i by TLS: a recording of all kinds of command, with the switch after a byte',
  (protocol) => atEachByte({ blue: ['redis', '6.0'], green: ['valkey', '8.1'], protocol, every: 293, tls: true }),
);

describe('clients that come by TLS', () => {
  let relayed: Relayed;
  beforeEach(async () => {
    const limited = { name: 'limited', password: 'limited-secret', rules: '~* +@all -client' };
    relayed = await Relayed.start({ green: ['redis', '6.0'], servers: { users: [limited] }, tls: true });
  });
  afterEach(() => relayed.end());

  test('get what came before a half-close, and are dropped where they wait', async () => {
    const client = await relayed.client();
    client.send(command('PING'), command('ECHO', 'last'));
    client.socket.end();
    await expect(client.rest()).resolves.toBe('+PONG\r\n$4\r\nlast\r\n');
    const waiting = await relayed.client();
    waiting.send(command('BLPOP', 'nothing', '0'));
    while (relayed.relay.status().blocked === 0) await setTimeout(5);
    waiting.socket.end();
    await expect(waiting.rest()).resolves.toBe('');
    await relayed.nothingLeft();
  });

  // CLIENT UNBLOCK has nobody to name, as below 5.0: the relay ends what it sends to the server.
  test('are taken off a command that blocks by a half-close, and lose no element', async () => {
    const [blocked, pusher] = [await relayed.client(), await relayed.client()];
    for (const client of [blocked, pusher]) await client.ask('AUTH', 'limited', 'limited-secret');
    for (const side of ['green', 'blue'] as const) {
      blocked.send(command('BLPOP', 'queue', '0'));
      while (relayed.relay.status().blocked === 0) await setTimeout(5);
      await setTimeout(20);
      await relayed.switchTo(side, false);
      await pusher.ask('RPUSH', 'queue', side);
      await expect(blocked.replies(1)).resolves.toEqual([expect.stringContaining(side)]);
    }
    await expect(relayed.direct.green.exists('queue')).resolves.toBe(0);
  });

  test('a reply that is longer than any buffer comes whole', async () => {
    const value = Buffer.alloc(32 * 2 ** 20, 'x');
    await relayed.direct.blue.set('big', value);
    const client = await relayed.client();
    client.send(command('GET', 'big'), command('ECHO', 'behind it'));
    const behind = '$9\r\nbehind it\r\n';
    await expect(client.past(`$${value.length}\r\n\r\n${behind}`.length + value.length)).resolves.toMatch(
      /x\r\n\$9\r\nbehind it\r\n$/,
    );
  });

  test('a client in clear text, and one that refuses the certificate, are named and counted; a port that is only looked at is not', async () => {
    const { port } = relayed.relay;
    const plain = connect(port, '127.0.0.1');
    plain.on('error', () => undefined);
    plain.write(command('PING'));
    await once(plain, 'close');
    await refusing(port);
    const scan = connect(port, '127.0.0.1');
    await once(scan, 'connect');
    scan.resetAndDestroy();
    await refusing(port);
    const reasons = () => Object.entries(relayed.relay.status().refused);
    while (reasons().reduce((sum, [, times]) => sum + times, 0) < 3) await setTimeout(5);
    expect(reasons()).toEqual([
      [expect.stringMatching(/^speaks no TLS/), 1],
      [expect.stringMatching(/^does not accept the certificate, or the handshake \(.*certificate unknown\)/), 2],
    ]);
    expect(relayed.log.filter((line) => line.includes('client-refused') && line.includes('127.0.0.1'))).not.toEqual([]);
  });

  test('a library that checks the certificate after the handshake leaves without a word: three times is no chance', async () => {
    const { authority } = await certificateFor('another.example');
    const { port } = relayed.relay;
    for (let i = 0; i < 3; i += 1) {
      expect(relayed.relay.status().refused).toEqual({});
      const client = connectTls({ port, host: '127.0.0.1', ca: authority });
      const [error] = await once(client, 'error');
      expect(error.message).toMatch(/self-signed certificate/);
      while (relayed.relay.status().clients > 0) await setTimeout(5);
    }
    // The last one may still be on its way.
    while (Object.keys(relayed.relay.status().refused).length === 0) await setTimeout(5);
    expect(Object.values(relayed.relay.status().refused)).toEqual([3]);
    const served = await relayed.client();
    await expect(served.ask('PING')).resolves.toBe('+PONG\r\n');
  });

  test('the relay ends although a handshake never does', async () => {
    const idle = connect(relayed.relay.port, '127.0.0.1');
    idle.on('error', () => undefined);
    await once(idle, 'connect');
    await (await relayed.client()).ask('PING');
    await relayed.relay.close();
    expect(relayed.relay.status().clients).toBe(0);
  });
});
