import { DEBIAN_ENGINES, type DebianEngine, fetchedEngine } from '../../../../rehearsal/engines/redis/fetched-engines';
import { findEngine, nearestEngine } from '../../../../rehearsal/engines/redis/find-engine';

jest.mock('../../../../rehearsal/engines/redis/fetched-engines', () => {
  const actual = jest.requireActual('../../../../rehearsal/engines/redis/fetched-engines');
  return { ...actual, fetchedEngine: jest.fn(actual.fetchedEngine) };
});

// The first run fetches packages.
jest.setTimeout(180_000);

/** Packages of a suite that an archive no longer has, or a machine without a network. */
function outOfReach(suite: string): void {
  const fetch = jest.requireActual('../../../../rehearsal/engines/redis/fetched-engines').fetchedEngine;
  jest.mocked(fetchedEngine).mockImplementation(async (offer: DebianEngine) => {
    if (offer.suite === suite) throw new Error('the archive is out of reach');
    return fetch(offer);
  });
}

test('an engine that cannot be fetched is refused with the reason', async () => {
  outOfReach('bullseye');
  await expect(findEngine('redis', '6.0')).rejects.toThrow(/Redis 6\.0 cannot be started.*the archive is out of reach/);
});

test('what is here already stands in for what cannot be fetched', async () => {
  const trixie = DEBIAN_ENGINES.find(({ engine, version }) => engine === 'valkey' && version === '8.1');
  if (!trixie) throw new Error('not among the known packages');
  const here = await fetchedEngine(trixie);
  outOfReach('trixie');
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(await nearestEngine('valkey', '7.2')).toEqual(here);
    expect(stderr).toHaveBeenCalledWith('Valkey 8.1 cannot be fetched: the archive is out of reach\n');
  } finally {
    process.env.PATH = PATH;
    stderr.mockRestore();
  }
});
