import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheConsistency } from '../../../../lib';
import { openCache } from '../../../../rehearsal/clients/redis/data/cache-address';
import { CacheUnderTest } from '../../../../rehearsal/testbed/caches/cache-under-test';
import { Rehearsal } from '../../../../rehearsal/testbed/rehearsal';
import { synthesizeSecured } from '../app-under-test';
import { onDemand } from '../on-demand';
import { perform, summary, WELL } from '../perform';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'secured-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  jest.restoreAllMocks();
  refusals.length = 0;
});

/** What each side answers somebody who has no password, or does not know the authority. */
const refusals: string[] = [];

async function thereAndBack(consistency: CacheConsistency, signsIn: 'token' | 'tokenInJson' | 'user') {
  const start = Rehearsal.start.bind(Rehearsal);
  jest.spyOn(Rehearsal, 'start').mockImplementation(async (...args) => {
    const rehearsal = await start(...args);
    if (rehearsal.system instanceof CacheUnderTest) refusals.push(...(await strangers(rehearsal.system)));
    return rehearsal;
  });
  const record = await perform(synthesizeSecured(join(folder, `${consistency} ${signsIn}`), consistency, signsIn), {
    action: 'rollback',
  });
  expect(refusals).toEqual(
    ['blue', 'green'].flatMap((side) => [
      expect.stringMatching(`${side} without TLS: .*(ECONNRESET|clos)`),
      expect.stringMatching(`${side} without its authority: .*self-signed certificate`),
      expect.stringMatching(`${side} without a password: .*(NOAUTH|NOPERM)`),
    ]),
  );
  // At COLD nothing is copied, and nothing of it is promised.
  const lost = consistency === CacheConsistency.COLD ? expect.any(Number) : 0;
  expect(summary(record)).toEqual({ ...WELL, lost, outcome: 'cutover', serving: 'blue' });
}

async function strangers({ servers }: CacheUnderTest): Promise<string[]> {
  const said: string[] = [];
  for (const side of ['blue', 'green'] as const) {
    const { host, port, tls } = servers.address(side);
    const attempts = [
      ['without TLS', { host, port }],
      ['without its authority', { host, port, tls: { authority: '', serverName: tls?.serverName ?? '' } }],
      ['without a password', { host, port, ...(tls && { tls }) }],
    ] as const;
    for (const [how, address] of attempts) said.push(`${side} ${how}: ${await answerOf(address)}`);
  }
  return said;
}

async function answerOf(address: Parameters<typeof openCache>[0]): Promise<string> {
  try {
    const redis = await openCache(address);
    try {
      return String(await redis.get('key'));
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

test('clients of a cache with TLS and an AUTH token are moved there and back, and nothing is lost', () =>
  thereAndBack(CacheConsistency.FENCED, 'token'));

test('at LIVE, and the agent as a user of a user group that may do what the docs say and no more', () =>
  thereAndBack(CacheConsistency.LIVE, 'user'));

onDemand.each([
  [CacheConsistency.FENCED, 'user'],
  [CacheConsistency.LIVE, 'tokenInJson'],
  [CacheConsistency.COLD, 'token'],
] as const)('%s, where one signs in with %s', thereAndBack);
