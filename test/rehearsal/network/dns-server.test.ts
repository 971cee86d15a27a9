import { createSocket } from 'node:dgram';
import { Resolver as SystemResolver } from 'node:dns/promises';
import { type DnsQuery, DnsServer } from '../../../rehearsal/network/dns-server';
import { NameNotFound, Resolver } from '../../../rehearsal/network/resolver';
import { StaticZone } from '../../../rehearsal/network/static-zone';
import type { RecordSet, Zone } from '../../../rehearsal/network/zone';

const NAME = 'sessions.internal.example';
const amazon = new StaticZone('cache.amazonaws.com', {
  'blue.cache.amazonaws.com': '127.0.0.11',
  'green.cache.amazonaws.com': '127.0.0.12',
});

let sets: RecordSet[];
let server: DnsServer;
const internal: Zone = { apex: 'internal.example', recordSets: (name) => sets.filter((set) => set.name === name) };

const alias = (side: string, ttl = 5): RecordSet => ({
  name: NAME,
  type: 'CNAME',
  ttl,
  values: [`${side}.cache.amazonaws.com`],
});

beforeEach(async () => {
  sets = [alias('blue')];
  server = await DnsServer.start({ zones: [internal, amazon] });
});
afterEach(() => server.stop());

describe('the name server', () => {
  let system: SystemResolver;
  beforeEach(() => {
    system = new SystemResolver({ timeout: 2000, tries: 1 });
    system.setServers([`${server.host}:${server.port}`]);
  });

  test('is understood by the resolver that Node.js brings', async () => {
    expect(await system.resolve4(NAME, { ttl: true })).toEqual([{ address: '127.0.0.11', ttl: 5 }]);
    expect(await system.resolveCname(NAME)).toEqual(['blue.cache.amazonaws.com']);
    await expect(system.resolve4('nobody.internal.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(system.resolve4('www.example.org')).rejects.toMatchObject({ code: 'EREFUSED' });
  });

  test('writes every type that a zone can hold', async () => {
    const record = (type: RecordSet['type'], ...values: string[]) => ({ name: NAME, type, ttl: 60, values });
    sets = [
      record('AAAA', '::1'),
      record('TXT', 'one', 'two'),
      record('MX', '10 mail.internal.example.'),
      record('SRV', '1 2 6379 node.internal.example.'),
      record('NS', 'ns.internal.example.'),
    ];
    expect(await system.resolve6(NAME)).toEqual(['::1']);
    expect(await system.resolveTxt(NAME)).toEqual([['one'], ['two']]);
    expect(await system.resolveMx(NAME)).toMatchObject([{ priority: 10, exchange: 'mail.internal.example' }]);
    expect(await system.resolveSrv(NAME)).toMatchObject([
      { priority: 1, weight: 2, port: 6379, name: 'node.internal.example' },
    ]);
    expect(await system.resolveNs(NAME)).toEqual(['ns.internal.example']);
  });

  test('answers over TCP what does not fit into a datagram', async () => {
    const values = Array.from({ length: 60 }, (_, index) => `127.0.1.${index + 1}`);
    sets = [{ name: NAME, type: 'A', ttl: 60, values }];
    expect((await system.resolve4(NAME)).sort()).toEqual([...values].sort());
    const resolver = new Resolver({ server });
    expect((await resolver.resolve(NAME)).address).toBe('127.0.1.1');
  });

  test('counts and reports what it was asked', async () => {
    const queries: DnsQuery[] = [];
    server.on('query', (query) => queries.push(query));
    await system.resolve4(NAME);
    await system.resolve4('green.cache.amazonaws.com');
    expect(server.queries()).toBe(2);
    expect(server.queries(`${NAME}.`.toUpperCase())).toBe(1);
    expect(server.queries('nobody.internal.example')).toBe(0);
    expect(queries[0]).toMatchObject({
      source: '127.0.0.1',
      name: NAME,
      type: 'A',
      rcode: 'NOERROR',
      target: 'blue.cache.amazonaws.com',
      addresses: ['127.0.0.11'],
    });
  });

  test('outlives what is no question', async () => {
    const socket = createSocket('udp4');
    await new Promise((resolve) => socket.send(Buffer.from('not DNS at all'), server.port, server.host, resolve));
    socket.close();
    expect(await system.resolve4(NAME)).toEqual(['127.0.0.11']);
  });
});

describe('a resolver', () => {
  let now: number;
  let resolver: Resolver;
  beforeEach(() => {
    now = 1_000_000;
    resolver = new Resolver({ server, clock: () => now });
  });

  test('gives the address and the name it belongs to', async () => {
    expect(await resolver.resolve(NAME)).toEqual({
      address: '127.0.0.11',
      target: 'blue.cache.amazonaws.com',
      expiresAtMs: 1_005_000,
    });
  });

  test('keeps an answer for the lowest TTL of the chain, and not a moment longer', async () => {
    await resolver.resolve(NAME);
    sets = [alias('green')];
    now += 4_999;
    expect((await resolver.resolve(NAME)).target).toBe('blue.cache.amazonaws.com');
    expect(server.queries(NAME)).toBe(1);
    now += 1;
    expect((await resolver.resolve(NAME)).target).toBe('green.cache.amazonaws.com');
    expect(server.queries(NAME)).toBe(2);
  });

  test('is bound by the TTL of the address where the record lasts longer', async () => {
    sets = [alias('blue', 60)];
    expect((await resolver.resolve(NAME)).expiresAtMs).toBe(now + 15_000);
  });

  test('remembers that a name was not there, even when it is there again', async () => {
    sets = [];
    await expect(resolver.resolve(NAME)).rejects.toThrow(NameNotFound);
    sets = [alias('green')];
    now += 899_999;
    await expect(resolver.resolve(NAME)).rejects.toThrow(`${NAME} does not exist.`);
    now += 1;
    expect((await resolver.resolve(NAME)).target).toBe('green.cache.amazonaws.com');
  });

  test('asks once for many who ask at a time', async () => {
    await Promise.all(Array.from({ length: 50 }, () => resolver.resolve(NAME)));
    expect(server.queries()).toBe(1);
  });

  test('says so when the server refuses, or is not there', async () => {
    await expect(resolver.resolve('www.example.org')).rejects.toThrow('error code 5');
    const deaf = createSocket('udp4');
    await new Promise<void>((resolve) => deaf.bind(0, '127.0.0.1', resolve));
    const lost = new Resolver({ server: { host: '127.0.0.1', port: deaf.address().port }, timeoutMs: 50 });
    await expect(lost.resolve(NAME)).rejects.toThrow('did not answer within 50 ms');
    deaf.close();
  });
});
