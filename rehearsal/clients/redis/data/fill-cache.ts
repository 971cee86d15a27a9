import { Random } from '../../random';
import { type CacheAddress, openCache } from './cache-address';
import { type DataType, generatedKeys } from './generated-key';

export interface FillOptions {
  readonly keys: number;
  readonly seed: string;
  /** @default - databases 0 to 9, as ten applications that share a cache */
  readonly databases?: readonly number[];
  /** @default - all, streams where the server knows them (5.0) */
  readonly types?: readonly DataType[];
  /** Keys of 20,000 elements, or of megabytes. @default 6 */
  readonly bigKeys?: number;
  /** Called now and then with the number of keys written. */
  readonly progress?: (done: number) => void;
}

export interface Filled {
  readonly keys: number;
  readonly commands: number;
  readonly byType: Readonly<Partial<Record<DataType, number>>>;
}

const TYPES: readonly DataType[] = ['string', 'list', 'set', 'hash', 'zset', 'stream'];
/** Commands sent before their answers are waited for. */
const BATCH = 500;

/** Fills a cache with data of all kinds: every type, expiries, several databases, names that are no text, big keys. */
export async function fillCache(address: CacheAddress, options: FillOptions): Promise<Filled> {
  const redis = await openCache(address);
  try {
    const types = options.types ?? (await typesOf(redis));
    const byType: Partial<Record<DataType, number>> = {};
    const databases = options.databases ?? Array.from({ length: 10 }, (_, index) => index);
    const generator = { keys: options.keys, databases, types, bigKeys: options.bigKeys ?? 6 };
    let keys = 0;
    let commands = 0;
    let size = 0;
    let batch = new Map<number, (readonly (string | number | Buffer)[])[]>();
    const flush = async () => {
      const pipeline = redis.pipeline();
      for (const [database, rows] of batch) {
        pipeline.select(database);
        for (const [name, ...args] of rows) pipeline.call(String(name), ...args);
      }
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
      commands += size;
      size = 0;
      batch = new Map();
      options.progress?.(keys);
    };
    for (const generated of generatedKeys(new Random(options.seed), generator)) {
      const rows = batch.get(generated.database) ?? [];
      rows.push(...generated.commands);
      batch.set(generated.database, rows);
      byType[generated.type] = (byType[generated.type] ?? 0) + 1;
      size += generated.commands.length;
      keys++;
      if (size >= BATCH) await flush();
    }
    await flush();
    return { keys, commands, byType };
  } finally {
    redis.disconnect();
  }
}

async function typesOf(redis: { info(section: string): Promise<string> }): Promise<readonly DataType[]> {
  const major = Number(/^redis_version:(\d+)/m.exec(await redis.info('server'))?.[1] ?? 0);
  return major >= 5 ? TYPES : TYPES.filter((type) => type !== 'stream');
}
