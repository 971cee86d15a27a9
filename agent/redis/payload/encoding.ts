import type { Dialect } from '../dialect';
import type { ProbedKey } from '../replication/moving/probe';
import { type Reply, ReplyError } from '../resp/reply';
import type { Command } from '../resp/writer';
import { typeNamed } from './types';
import { Changed, type Store } from './value';

/** How whole values travel: as the server's own dump, or read and rebuilt by type, in the target's dialect. */
export type Encoding = 'dump' | 'typed';

/** The commands that give `key` its value of the source on the target; or why there is nothing to do yet. */
export type Rewrite = readonly Command[] | Changed;

/** The target's RESTORE understands neither newer payloads nor, up to 3.0, older ones, nor another project's. */
export function refusesDump(refusal: ReplyError): boolean {
  return /payload version|checksum are wrong|Bad data format/i.test(refusal.message);
}

/** The RDB types that are no stream, by the first byte of a dump. A newer engine's may be: then it counts as one. */
const OTHER_DUMPS: ReadonlySet<number> = new Set([
  ...[0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 16, 17, 18, 20, 22, 23, 24, 25],
]);

export interface ReadValue {
  readonly rewrite: Rewrite;
  readonly isStream: boolean;
  /** Of a value that travels as a dump. */
  readonly dump?: Buffer;
}

/** Reads the values of keys that exist and are not too big, all at once. The requests go out before the first await. */
export function readValues(
  source: Store,
  target: Dialect,
  database: number,
  keys: readonly ProbedKey[],
  encoding: Encoding,
): Promise<ReadValue[]> {
  return encoding === 'dump' ? dumps(source, target, database, keys) : typedValues(source, target, database, keys);
}

async function dumps(
  source: Store,
  target: Dialect,
  database: number,
  keys: readonly ProbedKey[],
): Promise<ReadValue[]> {
  const payloads = await source.connection.batchIn(
    database,
    keys.map(({ key }): Command => ['DUMP', key]),
  );
  return keys.map((probed, i) => {
    const payload: Reply = payloads[i] ?? null;
    if (payload instanceof ReplyError) throw source.connection.explain(payload);
    if (!Buffer.isBuffer(payload)) return { rewrite: remove(probed.key, target), isStream: false };
    const rewrite = restore(probed, payload, target);
    return { rewrite, isStream: !OTHER_DUMPS.has(payload[0] ?? 0), dump: payload };
  });
}

/** The commands that make a key what was dumped. */
export function restore({ key, expiresAt }: ProbedKey, payload: Buffer, target: Dialect): readonly Command[] {
  if (target.restoreAbsoluteTtl) return [['RESTORE', key, expiresAt, payload, 'REPLACE', 'ABSTTL']];
  const written: Command[] = target.restoreReplace
    ? [['RESTORE', key, 0, payload, 'REPLACE']]
    : [
        ['DEL', key],
        ['RESTORE', key, 0, payload],
      ];
  return expiresAt === 0 ? written : [...written, ['PEXPIREAT', key, expiresAt]];
}

function typedValues(
  source: Store,
  target: Dialect,
  database: number,
  keys: readonly ProbedKey[],
): Promise<ReadValue[]> {
  return Promise.all(
    keys.map(async ({ key, type = 'none', expiresAt }): Promise<ReadValue> => {
      try {
        const value = await typeNamed(type).read({ ...source, database, key });
        const expiry: Command[] = expiresAt === 0 ? [] : [['PEXPIREAT', key, expiresAt]];
        return { rewrite: [['DEL', key], ...value.build(key, target), ...expiry], isStream: type === 'stream' };
      } catch (error) {
        if (error instanceof Changed) return { rewrite: error, isStream: false };
        throw error;
      }
    }),
  );
}

/** UNLINK frees a big value in the background instead of holding the server up. */
export function remove(key: Buffer, target: Dialect): readonly Command[] {
  return [[target.unlink ? 'UNLINK' : 'DEL', key]];
}
