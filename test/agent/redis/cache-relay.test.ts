import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheRelay } from '../../../agent/redis/cache-relay';
import type { RedisContext } from '../../../agent/redis/context';
import { writeNotes } from '../../../agent/redis/relay/switch/relay-notes';
import { reportRelaying } from '../../../agent/service/report-relaying';

const stateDirectory = mkdtempSync(join(tmpdir(), 'cache-relay-'));
afterAll(() => rmSync(stateDirectory, { recursive: true, force: true }));

/** What the host notes of its relay, and whether one runs in this process. */
function host(running?: object): RedisContext {
  return { stateDirectory, migrationName: 'sessions', relays: { running } } as unknown as RedisContext;
}

/** What is said first. */
async function reported(relay: CacheRelay | undefined): Promise<unknown> {
  const stop = new AbortController();
  const records: object[] = [];
  const log = { record: (record: object) => records.push(record), warn: () => undefined };
  const sides = {
    migrationName: 'sessions',
    requests: [],
    relay,
    accept: async () => false,
    stop: async () => undefined,
  };
  const open = async () => ({ sides: sides as never });
  const reports = reportRelaying({ open, log }, stop.signal);
  await new Promise((resolve) => setTimeout(resolve, 50));
  stop.abort();
  await reports;
  return records[0];
}

const metric = (NotRelaying: number) =>
  expect.objectContaining({
    _aws: expect.objectContaining({
      CloudWatchMetrics: [
        {
          Namespace: 'CdkCutover',
          Dimensions: [['Migration']],
          Metrics: [{ Name: 'NotRelaying', Unit: 'Count', StorageResolution: 1 }],
        },
      ],
    }),
    Migration: 'sessions',
    NotRelaying,
  });

test('a host says at high resolution that its relay is well, or that one should run and does not', async () => {
  expect(await reported(new CacheRelay(host()))).toEqual(metric(0));
  await writeNotes(host(), { host: 'abc', port: 6379 });
  expect(await reported(new CacheRelay(host()))).toEqual(metric(1));
  expect(await reported(new CacheRelay(host({})))).toEqual(metric(0));
  await writeNotes(host(), { host: 'abc' });
  expect(await reported(new CacheRelay(host()))).toEqual(metric(0));
});

test('a host that relays nobody says nothing of it', async () => {
  expect(await reported(undefined)).toBeUndefined();
});
