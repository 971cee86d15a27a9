import { learnDialect } from '../dialect';
import type { ResolvedEndpoint } from '../endpoint';
import { type Store, sliced } from '../payload/value';
import type { KeyBatch } from '../replication/moving/dirty-keys';
import { absentKeys } from '../replication/search/absent-keys';
import { databasesInUse, scanKeys } from '../replication/search/scan';
import { Connection } from '../resp/connection';
import { compareKeys, type Difference } from './compare';

/** Pages being compared at once: enough to keep both servers busy while replies travel. */
const PAGES_AT_ONCE = 4;
const KEYS_PER_PAGE = 500;

/** Connections to both sides for comparing; nothing is ever written through them. */
export class Comparison {
  private constructor(
    private readonly source: Store,
    private readonly target: Store,
    private readonly scanSource: Connection,
    private readonly scanTarget: Connection,
  ) {}

  static async open(from: ResolvedEndpoint, to: ResolvedEndpoint): Promise<Comparison> {
    const opened: Connection[] = [];
    const open = async (endpoint: ResolvedEndpoint) => {
      const connection = await Connection.open(endpoint, { purpose: 'verify' });
      opened.push(connection);
      return connection;
    };
    try {
      const [source, target, scanSource, scanTarget] = [
        await open(from),
        await open(to),
        await open(from),
        await open(to),
      ];
      const [mine, theirs] = [await learnDialect(source, from), await learnDialect(target, to)];
      // What only one of them can hold is a finding of the preflight, not a difference.
      const hashFieldExpiry = mine.hashFieldExpiry && theirs.hashFieldExpiry;
      return new Comparison(
        { connection: source, dialect: { ...mine, hashFieldExpiry } },
        { connection: target, dialect: { ...theirs, hashFieldExpiry } },
        scanSource,
        scanTarget,
      );
    } catch (error) {
      for (const connection of opened) connection.close();
      throw error;
    }
  }

  /** Compares these keys of one database. */
  keys(database: number, keys: readonly Buffer[]): Promise<Difference[]> {
    return compareKeys(this.source, this.target, database, keys);
  }

  /** Compares the batches that `next` hands out, until it has none. */
  batches(
    next: () => KeyBatch | undefined,
    onBatch: (batch: KeyBatch, differences: readonly Difference[]) => void,
  ): Promise<void> {
    return severalAtOnce(until(next), async (batch) => {
      onBatch(batch, await this.keys(batch.database, batch.keys));
    });
  }

  /**
   * Compares every key of the source, then looks for keys that only the target has.
   *
   * @param pace - resolves when the next page may be compared
   */
  async everything(
    onPage: (keys: number, differences: readonly Difference[]) => void,
    pace: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    for (const database of await databasesInUse(this.scanSource)) {
      await this.target.connection.select(database);
      await severalAtOnce(pages(scanKeys(this.scanSource, database)), async (keys) => {
        await pace();
        onPage(keys.length, await this.keys(database, keys));
      });
    }
    for (const database of await databasesInUse(this.scanTarget)) {
      await this.source.connection.select(database);
      await severalAtOnce(pages(scanKeys(this.scanTarget, database)), async (keys) => {
        await pace();
        const absent = await absentKeys(this.source, database, keys);
        onPage(
          0,
          absent.map((key) => ({ database, key, difference: 'only on the target' })),
        );
      });
    }
  }

  close(): void {
    for (const connection of [this.source.connection, this.target.connection, this.scanSource, this.scanTarget]) {
      connection.close();
    }
  }
}

function* until<T>(next: () => T | undefined): Generator<T> {
  for (let item = next(); item !== undefined; item = next()) yield item;
}

async function* pages(scanned: AsyncIterable<readonly Buffer[]>): AsyncGenerator<readonly Buffer[]> {
  for await (const keys of scanned) yield* sliced(keys, KEYS_PER_PAGE);
}

async function severalAtOnce<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const working = new Set<Promise<void>>();
  for await (const item of items) {
    const one: Promise<void> = work(item).finally(() => working.delete(one));
    // A failure surfaces at the next race or at the end; until then it has a handler.
    one.catch(() => undefined);
    working.add(one);
    if (working.size >= PAGES_AT_ONCE) await Promise.race(working);
  }
  await Promise.all(working);
}
