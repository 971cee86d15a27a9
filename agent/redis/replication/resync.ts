import { isTemporary, isUserKey } from '../key';
import { remove } from '../payload/encoding';
import { ReplyError } from '../resp/reply';
import type { Links } from './links';
import { databasesInUse, scanKeys } from './scan';

/**
 * What a resynchronisation looks at: `copy` brings over every key of the source; `extras` finds keys of the target
 * that the source lacks; `full` is both.
 */
export type ResyncKind = 'copy' | 'extras' | 'full';

export interface ResyncOptions {
  readonly source: Links;
  readonly target: Links;
  /** Resolves when the next batch of a scan may be pushed. */
  readonly pace: () => Promise<void>;
  /** Hands keys on to be read again and brought over; one that the source lacks is thereby deleted, in order with its changes. */
  readonly push: (database: number, keys: readonly Buffer[]) => void;
  readonly onScanned: (keys: number) => void;
  readonly onExtras: (database: number, keys: readonly Buffer[]) => void;
}

/** Makes the target equal to the source, whatever was missed. Concurrent changes come through their events. */
export async function resync(kind: ResyncKind, options: ResyncOptions): Promise<void> {
  if (kind !== 'extras') await copyAll(options);
  if (kind !== 'copy') await findExtras(options);
}

async function copyAll({ source, target, pace, push, onScanned }: ResyncOptions): Promise<void> {
  for (const database of await databasesInUse(source.scan)) {
    await target.control.command('SELECT', database);
    for await (const keys of scanKeys(source.scan, database)) {
      await pace();
      push(database, keys);
      onScanned(keys.length);
    }
  }
}

async function findExtras({ source, target, pace, push, onExtras }: ResyncOptions): Promise<void> {
  for (const database of await databasesInUse(target.scan)) {
    await source.control.command('SELECT', database);
    for await (const keys of scanKeys(target.scan, database, { all: true })) {
      await pace();
      const leftovers = keys.filter(isTemporary);
      // Of an agent that died while it assembled them; our own are the source's business only.
      await target.scan.batchIn(
        database,
        leftovers.flatMap((key) => remove(key, target.dialect)),
      );
      const users = keys.filter(isUserKey);
      const absent = await absentKeys(source, database, users);
      if (absent.length === 0) continue;
      onExtras(database, absent);
      push(database, absent);
    }
  }
}

/** One EXISTS for the page tells whether any is missing; only then each is asked for. */
export async function absentKeys(links: Links, database: number, keys: readonly Buffer[]): Promise<Buffer[]> {
  if (keys.length === 0) return [];
  if (links.dialect.multiKeyExists) {
    const [count] = await links.scan.batchIn(database, [['EXISTS', ...keys]]);
    if (count instanceof ReplyError) throw links.scan.explain(count);
    if (count === keys.length) return [];
  }
  const replies = await links.scan.batchIn(
    database,
    keys.map((key) => ['EXISTS', key]),
  );
  return keys.filter((_, i) => replies[i] === 0);
}
