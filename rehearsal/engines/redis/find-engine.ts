import { compareVersions, ENGINE_TITLE, type Engine, type EngineName, isOfLine } from '../engine';
import { cachedEngines, DEBIAN_ENGINES, type DebianEngine, fetchedEngine } from './fetched-engines';
import { pathEngines } from './path-engines';

/** No server of the wanted kind can be had on this machine. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
}

/** What can be started at once: found on `PATH`, or fetched before. Downloads nothing. */
export async function availableEngines(): Promise<Engine[]> {
  return [...(await pathEngines()), ...(await cachedEngines())];
}

/**
 * A server of exactly this line: on `PATH`, else from Debian's packages, fetched once.
 *
 * @param version - a line: `6.0`, `8`, or a whole version.
 * @throws EngineUnavailable saying what was looked for, where, and what to do.
 */
export async function findEngine(engine: EngineName, version: string): Promise<Engine> {
  const onPath = (await pathEngines()).find((found) => found.engine === engine && isOfLine(found.version, version));
  if (onPath) return onPath;

  const offer = DEBIAN_ENGINES.find(
    (row) => row.engine === engine && (isOfLine(row.version, version) || isOfLine(version, row.version)),
  );
  if (!offer) throw unavailable(engine, version, 'no Debian suite known here holds it');
  const fetched = await fetchOr(offer, (reason) => unavailable(engine, version, reason));
  if (!isOfLine(fetched.version, version)) {
    throw unavailable(engine, version, `Debian ${offer.suite} now holds ${fetched.version}`);
  }
  return fetched;
}

/**
 * The server that stands in best for one that cannot be had, such as ElastiCache's Redis 2.8.24: the same line, else
 * the next newer one, else the newest older one. What is already here is used where nothing can be fetched.
 */
export async function nearestEngine(engine: EngineName, version: string): Promise<Engine> {
  const onPath = (await pathEngines()).filter((found) => found.engine === engine);
  const nearest = closest(version, [...onPath, ...DEBIAN_ENGINES.filter((row) => row.engine === engine)]);
  if (nearest && 'server' in nearest) return nearest;
  if (nearest) {
    try {
      return await fetchedEngine(nearest);
    } catch (error) {
      process.stderr.write(
        `${ENGINE_TITLE[engine]} ${nearest.version} cannot be fetched: ${(error as Error).message}\n`,
      );
    }
  }
  const here = await availableEngines();
  const fallback =
    closest(
      version,
      here.filter((found) => found.engine === engine),
    ) ?? closest(version, here);
  if (!fallback) throw unavailable(engine, version, 'nothing could be fetched either');
  return fallback;
}

/** The first of the same line, else the lowest above, else the highest below. */
export function closest<T extends { readonly version: string }>(version: string, among: readonly T[]): T | undefined {
  const line = version.split('.').slice(0, 2).join('.');
  const sorted = [...among].sort((a, b) => compareVersions(a.version, b.version));
  return (
    sorted.find((one) => isOfLine(one.version, line)) ??
    sorted.find((one) => compareVersions(one.version, version) > 0) ??
    sorted.at(-1)
  );
}

async function fetchOr(offer: DebianEngine, failure: (reason: string) => Error): Promise<Engine> {
  return fetchedEngine(offer).catch((error: Error) => {
    throw failure(error.message);
  });
}

function unavailable(engine: EngineName, version: string, reason: string): EngineUnavailable {
  const offered = DEBIAN_ENGINES.map((row) => `${ENGINE_TITLE[row.engine]} ${row.version} (${row.suite})`).join(', ');
  return new EngineUnavailable(
    `${ENGINE_TITLE[engine]} ${version} cannot be started on this machine. ` +
      `Looked for redis-server and valkey-server of that version in every folder of PATH, and for a Debian package: ${reason}. ` +
      `Known Debian packages: ${offered}. Install ${engine}-server ${version} so that it is on PATH, or run on a machine with apt-get and Debian sources.`,
  );
}
