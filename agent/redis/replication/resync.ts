import { isUserKey } from '../key';
import { remove } from '../payload/encoding';
import { absentKeys } from './absent-keys';
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
  /** A temporary key on the target that nobody is assembling any more. */
  readonly isLeftover: (key: Buffer) => boolean;
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

async function findExtras({ source, target, pace, push, isLeftover, onExtras }: ResyncOptions): Promise<void> {
  for (const database of await databasesInUse(target.scan)) {
    await source.control.command('SELECT', database);
    for await (const keys of scanKeys(target.scan, database, { all: true })) {
      await pace();
      const leftovers = keys.filter(isLeftover);
      await target.scan.batchIn(
        database,
        leftovers.flatMap((key) => remove(key, target.dialect)),
      );
      const users = keys.filter(isUserKey);
      const absent = await absentKeys({ connection: source.scan, dialect: source.dialect }, database, users);
      if (absent.length === 0) continue;
      onExtras(database, absent);
      push(database, absent);
    }
  }
}
