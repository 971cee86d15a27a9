import type { Redis } from 'ioredis';
import { Info } from '../../../../agent/redis/info';
import { payloadVersion, takesPayloads } from '../../../../agent/redis/preflight/payloads';
import { type ServerVersion, versionOf } from '../../../../agent/redis/version';
import { Stage } from '../stage';

const engines = [
  ['redis', '6.0'],
  ['redis', '7.0'],
  ['redis', '8.0'],
  ['valkey', '8.1'],
  ['valkey', '9.1'],
] as const;

describe('what a preflight says of payloads is what the servers do', () => {
  const stage = new Stage();
  const servers = new Map<
    string,
    { readonly user: Redis; readonly version: ServerVersion; readonly payload: Buffer }
  >();

  beforeAll(async () => {
    for (const [engine, line] of engines) {
      const user = await stage.user(await stage.server(engine, line));
      await user.set('key', 'value');
      const payload = await user.dumpBuffer('key');
      const version = versionOf(new Info(await user.info('server')));
      servers.set(`${engine} ${line}`, { user, version, payload: payload ?? Buffer.alloc(0) });
    }
  });
  afterAll(() => stage.end());

  const names = engines.map(([engine, line]) => `${engine} ${line}`);
  const server = (name: string) => {
    const found = servers.get(name);
    if (found === undefined) throw new Error(`${name} was not started.`);
    return found;
  };

  test.each(names)('%s: the version of its payloads', (name) => {
    const { payload, version } = server(name);
    // The last ten bytes are the version, little-endian, and a checksum.
    expect(payloadVersion(version)).toBe(payload.readUInt16LE(payload.length - 10));
  });

  test.each(names.flatMap((from) => names.map((to) => [from, to] as const)))('from %s to %s', async (from, to) => {
    const [source, target] = [server(from), server(to)];
    const accepted = await target.user.restore('copy', 0, source.payload, 'REPLACE').then(
      () => true,
      () => false,
    );
    expect(takesPayloads(target.version, source.version)).toBe(accepted);
  });
});
