import { setTimeout } from 'node:timers/promises';
import { command, type RawClient } from './support/raw-client';
import { Relayed } from './support/relayed';

/** As node-redis, redis-py, go-redis, Lettuce and ioredis send it: https://redis.io/docs/latest/develop/clients/sch */
const on = (type: string) => ['CLIENT', 'MAINT_NOTIFICATIONS', 'ON', 'moving-endpoint-type', type];
/** The second that it is sent in is its number: pools take no notice of one that is not larger than the last. */
const moving = (place: string) => `>4\r\n$6\r\nMOVING\r\n:second\r\n:5\r\n${place}\r\n`;
const PATIENCE_MS = 10_000;

describe('a client that asks to be told when it is to connect elsewhere', () => {
  let relayed: Relayed;
  beforeEach(async () => {
    relayed = await Relayed.start({ blue: ['redis', '7.0'] });
  });
  afterEach(() => relayed.end());

  const client = async (type = 'internal-fqdn') => {
    const asking = await relayed.client();
    // In one packet, as libraries send their first commands.
    asking.send(command('HELLO', '3'), command(...on(type)), command('ECHO', 'begun'));
    const [, answer, echo] = await asking.replies(3);
    expect([answer, echo]).toEqual(['+OK\r\n', '$5\r\nbegun\r\n']);
    return asking;
  };
  const dismiss = () => relayed.relay.dismiss(PATIENCE_MS, AbortSignal.timeout(30_000));
  const leave = (leaving: readonly RawClient[]) => {
    for (const each of leaving) each.close();
  };

  test('is told the record’s name, or that it is the one it knows, and goes by itself', async () => {
    const asked = [await client(), await client('internal-ip'), await client('none')];
    await relayed.switchTo('green');
    const dismissed = dismiss();
    const name = `cache.internal.example:${relayed.relay.port}`;
    const began = Math.floor(Date.now() / 1000) - 1;
    for (const [i, place] of [`$${name.length}\r\n${name}`, `$${name.length}\r\n${name}`, '_'].entries()) {
      const [push = ''] = (await asked[i]?.replies(1)) ?? [];
      expect(push.replace(/:\d{10}\r/, ':second\r')).toBe(moving(place));
      expect(Number(/:(\d{10})\r/.exec(push)?.[1])).toBeGreaterThanOrEqual(began);
    }
    // Until it has another connection, it goes on by this one.
    for (const each of asked) await expect(each.ask('GET', 'none')).resolves.toBe('_\r\n');
    await setTimeout(100);
    expect(asked.map(({ ended }) => ended)).toEqual([false, false, false]);
    leave(asked);
    await dismissed;
    await relayed.nothingLeft();
  });

  test('is told between two replies, and others are closed meanwhile', async () => {
    const value = 'x'.repeat(32 * 2 ** 20);
    await relayed.direct.blue.set('big', value);
    const [busy, other] = [await client(), await relayed.client()];
    await other.ask('PING');
    busy.socket.pause();
    busy.send(command('GET', 'big'));
    while (String(await relayed.direct.blue.call('CLIENT', 'LIST')).match(/oll=[1-9]/) === null) await setTimeout(5);
    const dismissed = dismiss();
    await expect(other.rest()).resolves.toBe('');
    // One byte more than the reply has: what comes behind it is the push, and all of it.
    await expect(busy.past(`$${value.length}\r\n\r\n`.length + value.length + 1)).resolves.toMatch(
      /x\r\n>4\r\n\$6\r\nMOVING\r\n[^>]*$/,
    );
    leave([busy]);
    await dismissed;
  });

  test('that does not go is closed between two commands, once its time is over', async () => {
    const staying = await client();
    const dismissed = relayed.relay.dismiss(1000, AbortSignal.timeout(30_000));
    await dismissed;
    await expect(staying.rest()).resolves.toMatch(/^>4\r\n\$6\r\nMOVING/);
  });

  test('is told nothing after OFF or RESET', async () => {
    const [off, reset] = [await client(), await client()];
    await expect(off.ask('CLIENT', 'MAINT_NOTIFICATIONS', 'OFF')).resolves.toBe('+OK\r\n');
    await expect(reset.ask('RESET')).resolves.toMatch(/RESET/);
    await dismiss();
    await expect(Promise.all([off.rest(), reset.rest()])).resolves.toEqual(['', '']);
  });

  test('in RESP2 is refused, as is what no client sends, and a client goes on without', async () => {
    const old = await relayed.client();
    await expect(old.ask(...on('none'))).resolves.toMatch(/^-ERR MAINT_NOTIFICATIONS needs RESP3/);
    await old.ask('HELLO', '3');
    for (const words of [['MAYBE'], ['ON', 'moving-endpoint-type'], ['OFF', 'now']]) {
      await expect(old.ask('CLIENT', 'MAINT_NOTIFICATIONS', ...words)).resolves.toMatch(/^-ERR.*subcommand/i);
    }
    await old.ask('MULTI');
    await expect(old.ask(...on('none'))).resolves.toMatch(/^-ERR.*subcommand/i);
    await expect(old.ask('EXEC')).resolves.toMatch(/^-EXECABORT|^\*0/);
    await dismiss();
    await expect(old.rest()).resolves.toBe('');
  });
});
