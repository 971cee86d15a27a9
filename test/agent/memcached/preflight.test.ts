import { preflight } from '../../../agent/memcached/preflight';
import type { MemcachedEndpoint } from '../../../contract/memcached';
import { client, endpointOf, listNodes, report, serve, sidesOf, stopAll } from './clusters';

jest.setTimeout(60_000);
afterEach(stopAll);

async function found(blue: MemcachedEndpoint, green: MemcachedEndpoint) {
  return preflight(sidesOf(blue, green), { from: 'blue', to: 'green' }, report);
}

async function idsOf(blue: MemcachedEndpoint, green: MemcachedEndpoint): Promise<string[]> {
  return (await found(blue, green)).findings.map(({ id }) => id);
}

test('two servers that fit have no findings, and blue says what it holds', async () => {
  const [blue, green] = await Promise.all([serve(), serve()]);
  const link = await client(blue);
  await link.set('page', 'content', 0);
  await link.get('page');
  await link.get('other');
  link.close();
  expect(await found(endpointOf(blue), endpointOf(green))).toMatchObject({ errors: 0, items: 1, hitPercent: 33.3 });
  expect(await idsOf(endpointOf(blue), endpointOf(green))).toEqual([]);
});

test('one server for both is an error', async () => {
  const blue = endpointOf(await serve());
  expect(await found(blue, blue)).toMatchObject({ errors: 1, findings: [{ id: 'memcached.same-server' }] });
});

test('who is connected is told, for nobody can close a connection', async () => {
  const [blue, green] = await Promise.all([serve(), serve()]);
  await client(blue);
  const { findings } = await found(endpointOf(blue), endpointOf(green));
  expect(findings).toEqual([expect.objectContaining({ id: 'memcached.connections-stay', severity: 'warning' })]);
  expect(findings[0]?.message).toContain('127.0.0.2 (1)');
});

test.each([
  ['memcached.item-size', ['-I', '2m'], []],
  ['memcached.cas-disabled', [], ['-C']],
  ['memcached.protocol', [], ['-B', 'ascii']],
])('%s is an error', async (id, before, after) => {
  const [blue, green] = await Promise.all([serve({ args: before }), serve({ args: after })]);
  const { findings, errors } = await found(endpointOf(blue), endpointOf(green));
  expect([errors, findings[0]?.id]).toEqual([1, id]);
});

test('an older green is a warning', async () => {
  const [blue, green] = await Promise.all([serve(), serve({}, '1.6.9')]);
  expect(await idsOf(endpointOf(blue), endpointOf(green))).toEqual(['memcached.older']);
});

test('another version than was stated is a warning', async () => {
  const [blue, green] = await Promise.all([serve(), serve()]);
  const stated = { ...endpointOf(blue), engineVersion: '1.4.34' };
  expect(await idsOf(stated, endpointOf(green))).toEqual(['memcached.version-differs.blue']);
});

test('several nodes need auto discovery, and another number of them spreads keys otherwise', async () => {
  const [blue, other, green] = await Promise.all([serve(), serve(), serve()]);
  await listNodes(blue, [blue, other]);
  expect(await idsOf(endpointOf(blue), endpointOf(green))).toEqual(['memcached.several-nodes', 'memcached.hash-ring']);
});
