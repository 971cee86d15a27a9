import { setTimeout } from 'node:timers/promises';
import { sampled } from './support/numbers';
import { command, type RawClient } from './support/raw-client';
import { Relayed } from './support/relayed';

const SWITCHES = 20;

describe('clients under load, while the relay switches there and back', () => {
  let relayed: Relayed;
  let over = false;
  beforeEach(async () => {
    over = false;
    relayed = await Relayed.start();
  });
  afterEach(() => relayed.end());

  async function switches(): Promise<void> {
    for (let i = 0; i < SWITCHES; i += 1) {
      await setTimeout(30 + (i % 7) * 10);
      await relayed.switchTo(i % 2 === 0 ? 'green' : 'blue');
    }
    over = true;
  }

  test('every reply is the one to its command, and every register and counter has what was written last', async () => {
    const client = async (name: string) => {
      const connection = await relayed.client();
      let sent = 0;
      while (!over) {
        const round = Array.from({ length: 8 }, (_, i) => `${name}-${sent + i}`);
        sent += round.length;
        for (const text of round)
          connection.send(command('ECHO', text), command('SET', name, text), command('GET', name));
        connection.send(command('INCR', 'counter'), command('INCR', `counter-${name}`));
        const replies = await connection.replies(round.length * 3 + 2);
        const expected = round.flatMap((text) => [bulk(text), '+OK\r\n', bulk(text)]);
        expect(replies.slice(0, -2)).toEqual(expected);
        expect(replies.at(-1)).toBe(`:${sent / 8}\r\n`);
      }
      return sent / 8;
    };
    const clients = Array.from({ length: 12 }, (_, i) => client(`client-${i}`));
    await switches();
    const rounds = (await Promise.all(clients)).reduce((sum, one) => sum + one, 0);
    await expect(relayed.direct[relayed.relay.status().serving].get('counter')).resolves.toBe(String(rounds));
  });

  test('what is pushed is popped once', async () => {
    const popped: string[] = [];
    const pop = async (connection: RawClient) => {
      while (!over || popped.length < pushed) {
        const reply = await connection.ask('BLPOP', 'queue', '0.2');
        const [, , , , value] = reply.split('\r\n');
        if (value !== undefined) popped.push(value);
      }
    };
    let pushed = 0;
    const push = async (connection: RawClient, name: string) => {
      for (let i = 0; !over; i += 1) {
        await connection.ask('RPUSH', 'queue', `${name}-${i}`);
        pushed += 1;
        if (i % 5 === 0) await setTimeout(2);
      }
    };
    const all = [
      ...(await Promise.all(Array.from({ length: 8 }, () => relayed.client()))).map(pop),
      ...(await Promise.all(['a', 'b', 'c'].map((name) => relayed.client().then((one) => [one, name] as const)))).map(
        ([connection, name]) => push(connection, name),
      ),
    ];
    await switches();
    await Promise.all(all);
    expect(pushed).toBeGreaterThan(100);
    expect(new Set(popped).size).toBe(popped.length);
    expect(popped.length).toBe(pushed);
  });

  test('subscribers get every message once and in order', async () => {
    const publisher = await relayed.client();
    const subscribers = await Promise.all(Array.from({ length: 6 }, () => relayed.client()));
    for (const [i, subscriber] of subscribers.entries()) {
      if (i % 2 === 0) await subscriber.ask('HELLO', '3');
      await subscriber.ask('SUBSCRIBE', 'news');
    }
    let published = 0;
    const publishing = (async () => {
      while (!over) {
        publisher.send(...[1, 2, 3, 4, 5].map((i) => command('PUBLISH', 'news', String(published + i))));
        published += 5;
        const reached = await publisher.replies(5);
        expect(reached).toEqual(Array.from({ length: 5 }, () => ':6\r\n'));
      }
    })();
    await switches();
    await publishing;
    for (const subscriber of subscribers) {
      const messages = await subscriber.replies(published);
      expect(messages.map((message) => Number(message.split('\r\n').at(-2)))).toEqual(
        Array.from({ length: published }, (_, i) => i + 1),
      );
    }
  });

  test('a reply of a gigabyte to a client that reads slowly is not kept by the relay', async () => {
    await relayed.direct.blue.set('big', Buffer.alloc(64 * 2 ** 20, 'x'));
    const client = await relayed.client();
    const before = process.memoryUsage().rss;
    client.socket.removeAllListeners('data');
    client.socket.pause();
    client.send(command('MGET', ...Array.from({ length: 16 }, () => 'big')));
    let received = 0;
    let highest = 0;
    const looks = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss - before);
    }, 10);
    await setTimeout(500);
    client.socket.on('data', (bytes: Buffer) => {
      received += bytes.length;
    });
    client.socket.resume();
    const whole = '*16\r\n'.length + 16 * (`$${64 * 2 ** 20}\r\n`.length + 64 * 2 ** 20 + 2);
    while (received < whole) await setTimeout(20);
    clearInterval(looks);
    expect(received).toBe(whole);
    expect(highest).toBeLessThan(256 * 2 ** 20);
  });

  test('no connection to a server outlives its client', async () => {
    for (let round = 0; round < sampled(20, 1000); round += 1) {
      const clients = await Promise.all(Array.from({ length: 100 }, () => relayed.client()));
      for (const [i, client] of clients.entries()) {
        client.send(command('SUBSCRIBE', 'news'));
        if (i % 3 === 0) await client.replies(1);
        if (i % 2 === 0) client.socket.end();
        else client.close();
      }
    }
    await relayed.nothingLeft();
  });
});

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}
