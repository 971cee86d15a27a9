import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Openings } from '../../../../agent/redis/relay/openings';
import { Relayed } from './support/relayed';

test('a thousand clients that come at once overflow no backlog', async () => {
  const relayed = await Relayed.start();
  try {
    await relayed.direct.blue.config('SET', 'maxclients', '5000');
    let highest = 0;
    let opening = 0;
    const { port } = relayed.servers.blue;
    const openings = new Openings(async () => {
      opening += 1;
      highest = Math.max(highest, opening);
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      await setTimeout(1);
      opening -= 1;
      return socket;
    });
    const sockets = await Promise.all(Array.from({ length: 1000 }, () => openings.next(() => true)));
    for (const socket of sockets) socket?.destroy();
    // A server's backlog is 511 by default.
    expect(highest).toBeLessThan(511);
    const clients = await Promise.all(Array.from({ length: 1000 }, () => relayed.client()));
    await expect(Promise.all(clients.map((client) => client.ask('PING')))).resolves.toEqual(
      clients.map(() => '+PONG\r\n'),
    );
  } finally {
    await relayed.end();
  }
});

test('one that cannot be opened makes room for the next', async () => {
  let tries = 0;
  const openings = new Openings(() => {
    tries += 1;
    return Promise.reject(new Error('refused'));
  });
  const all = await Promise.allSettled(Array.from({ length: 1000 }, () => openings.next(() => true)));
  expect(all.every(({ status }) => status === 'rejected')).toBe(true);
  expect(tries).toBe(1000);
});

test('for a client that has left while it waited none is opened', async () => {
  let tries = 0;
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const openings = new Openings(async () => {
    tries += 1;
    await gate;
    throw new Error('refused');
  });
  let here = true;
  const all = Promise.allSettled(Array.from({ length: 1000 }, () => openings.next(() => here)));
  await setTimeout(1);
  const before = tries;
  here = false;
  go();
  await all;
  expect(before).toBeGreaterThan(0);
  expect(tries).toBe(before);
});
