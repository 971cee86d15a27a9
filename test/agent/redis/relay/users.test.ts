import { setTimeout } from 'node:timers/promises';
import { command } from './support/raw-client';
import { answersOf, comparable, END, recording } from './support/recorded';
import { Relayed } from './support/relayed';

describe('servers that ask for a password, and users that may not do everything', () => {
  let relayed: Relayed;
  beforeAll(async () => {
    const limited = { name: 'limited', password: 'limited-secret', rules: '~* +@all -client' };
    relayed = await Relayed.start({ green: ['redis', '6.0'], servers: { password: 'secret', users: [limited] } });
  });
  afterAll(() => relayed.end());

  test('carries who a client is, and what it was refused stays refused', async () => {
    const [known, unknown, named] = [await relayed.client(), await relayed.client(), await relayed.client()];
    await expect(known.ask('AUTH', 'secret')).resolves.toBe('+OK\r\n');
    await expect(known.ask('AUTH', 'wrong')).resolves.toMatch(/^-WRONGPASS/);
    await expect(unknown.ask('GET', 'key')).resolves.toMatch(/^-NOAUTH/);
    await named.ask('HELLO', '3', 'AUTH', 'limited', 'limited-secret');
    await relayed.switchTo('green', false);
    await expect(known.ask('ACL', 'WHOAMI')).resolves.toBe('$7\r\ndefault\r\n');
    await expect(unknown.ask('GET', 'key')).resolves.toMatch(/^-NOAUTH/);
    await expect(named.ask('ACL', 'WHOAMI')).resolves.toBe('$7\r\nlimited\r\n');
    await relayed.switchTo('blue', false);
  });

  test('a user that is not on the other side stops the switch, is named, and goes on where it was', async () => {
    await relayed.direct.blue.call('ACL', 'SETUSER', 'here-only', 'on', '>there', '~*', '+@all');
    const client = await relayed.client();
    await client.ask('AUTH', 'here-only', 'there');
    await client.ask('CLIENT', 'SETNAME', 'reporting');
    const refusal = relayed.switchTo('green', false);
    await expect(refusal).rejects.toThrow(/\(reporting\) cannot be prepared: .* refuses AUTH \(it said: WRONGPASS/);
    await expect(refusal).rejects.not.toThrow(/there$/);
    expect(relayed.relay.status().heldSince).toBeUndefined();
    await expect(client.ask('ACL', 'WHOAMI')).resolves.toBe('$9\r\nhere-only\r\n');
    client.close();
  });

  // As with a server below 5.0: CLIENT ID is refused, and CLIENT UNBLOCK has nobody to name.
  test('a client whose id is not to be had is taken off by a half-close, and loses no element', async () => {
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

  test('bytes that come one at a time are the same commands', async () => {
    const bytes = Buffer.concat([Buffer.from(command('AUTH', 'secret')), recording(3)]);
    const expected = await answersOf(relayed, 'blue', bytes);
    await relayed.direct.blue.flushall();
    const client = await relayed.client();
    for (const byte of bytes) {
      client.send(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(comparable(await client.until(END))).toBe(comparable(expected));
  });
});
