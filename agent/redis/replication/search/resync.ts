import { isClientKey } from '../../key';
import { remove } from '../../payload/encoding';
import type { Store } from '../../payload/value';
import type { Links } from '../links';
import { absentKeys } from './absent-keys';
import { databasesInUse, scanKeys } from './scan';
import type { Search } from './search';
import { unlikeKeys } from './unlike-keys';

export interface ResyncOptions {
  readonly source: Links;
  readonly target: Links;
  /** Resolves when the next batch of a scan may be pushed. */
  readonly pace: () => Promise<void>;
  /** Hands keys on to be read again and brought over; one that the source lacks is so deleted, in order with its changes. */
  readonly push: (database: number, keys: readonly Buffer[]) => void;
  readonly onScanned: (keys: number) => void;
  /** A temporary key on the target that nobody is assembling any more. */
  readonly isLeftover: (key: Buffer) => boolean;
  /** Keys that were found to differ, or that may: changed on the source as if an event had told of them. */
  readonly onFound: (database: number, keys: readonly Buffer[]) => void;
}

/** Makes the target equal in what is sought. Concurrent changes come through their events. */
export async function resync(search: Search, options: ResyncOptions): Promise<void> {
  if (search.has('everything')) await copyAll(options);
  else if ([...search].some((sought) => sought !== 'gone')) await findUnlike(search, options);
  if (search.has('gone')) await findExtras(options);
}

async function copyAll({ source, target, pace, push, onScanned }: ResyncOptions): Promise<void> {
  for (const database of await databasesInUse(source.scan)) {
    await target.scan.select(database);
    for await (const keys of scanKeys(source.scan, database)) {
      await pace();
      push(database, keys);
      onScanned(keys.length);
    }
  }
}

async function findUnlike(
  search: Search,
  { source, target, pace, push, onScanned, onFound }: ResyncOptions,
): Promise<void> {
  const mine: Store = { connection: source.scan, dialect: source.dialect };
  const theirs: Store = { connection: target.scan, dialect: target.dialect };
  for (const database of await databasesInUse(source.scan)) {
    await target.scan.select(database);
    for await (const keys of scanKeys(source.scan, database)) {
      await pace();
      onScanned(keys.length);
      const unlike = await unlikeKeys(mine, theirs, database, keys, search);
      if (unlike.length === 0) continue;
      onFound(database, unlike);
      push(database, unlike);
    }
  }
}

async function findExtras({ source, target, pace, push, isLeftover, onFound }: ResyncOptions): Promise<void> {
  for (const database of await databasesInUse(target.scan)) {
    await source.scan.select(database);
    for await (const keys of scanKeys(target.scan, database, { all: true })) {
      await pace();
      const leftovers = keys.filter(isLeftover);
      await target.scan.batchIn(
        database,
        leftovers.flatMap((key) => remove(key, target.dialect)),
      );
      const users = keys.filter(isClientKey);
      const absent = await absentKeys({ connection: source.scan, dialect: source.dialect }, database, users);
      if (absent.length === 0) continue;
      onFound(database, absent);
      push(database, absent);
    }
  }
}
