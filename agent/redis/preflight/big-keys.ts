import type { Finding } from '../../../contract/common';
import { learnDialect } from '../dialect';
import { keyHash } from '../key';
import { type ProbedKey, probe } from '../replication/moving/probe';
import { scanKeys } from '../replication/search/scan';
import { Connection } from '../resp/connection';
import type { Survey } from './survey';

/** As many keys of each database are looked at: enough to meet what is common, cheap enough for any hour. */
const sampledKeys = 5_000;
const bigBytes = 8 * 1024 ** 2;
const hugeBytes = 128 * 1024 ** 2;
const mostNamed = 5;

/** The largest keys of a sample, and types that cannot be copied. Keys are named by hash. */
export async function checkSample({ from }: Survey): Promise<readonly Finding[]> {
  const connection = await Connection.open(from.endpoint, { purpose: 'preflight' });
  try {
    const store = { connection, dialect: await learnDialect(connection, from.endpoint) };
    const sampled: (ProbedKey & { readonly database: number })[] = [];
    for (const database of from.info.keyspace().keys()) {
      let left = sampledKeys;
      for await (const keys of scanKeys(connection, database)) {
        const probed = await probe(store, database, keys, true);
        sampled.push(...probed.map((key) => ({ ...key, database })));
        left -= keys.length;
        if (left <= 0) break;
      }
    }
    return [...bigKeys(from.where, sampled), ...foreignTypes(from.where, sampled)];
  } finally {
    connection.close();
  }
}

type Sampled = ProbedKey & { readonly database: number };

function bigKeys(where: string, sampled: readonly Sampled[]): readonly Finding[] {
  const big = sampled.filter(({ bytes }) => bytes >= bigBytes).sort((one, other) => other.bytes - one.bytes);
  const [largest] = big;
  if (largest === undefined) return [];
  const named = big
    .slice(0, mostNamed)
    .map(({ key, type, bytes, database }) => `${keyHash(key)} (${type}, ${mebibytes(bytes)}, database ${database})`);
  return [
    {
      id: 'redis.big-keys',
      severity: largest.bytes >= hugeBytes ? 'warning' : 'info',
      message: `Of ${sampled.length} sampled keys of ${where} ${big.length} are of 8 MiB or more: ${named.join(', ')}.`,
      remedy:
        'They are copied in pieces. One that is edited all the time is compared again each time: if it is huge, quiesce its writers before the freeze.',
    },
  ];
}

const copiedTypes: ReadonlySet<string> = new Set(['string', 'list', 'set', 'hash', 'zset', 'stream', 'none']);

function foreignTypes(where: string, sampled: readonly Sampled[]): readonly Finding[] {
  const types = [...new Set(sampled.map(({ type = 'none' }) => type))].filter((type) => !copiedTypes.has(type));
  if (types.length === 0) return [];
  return [
    {
      id: 'redis.module-types',
      severity: 'warning',
      message: `${where} holds keys of types that belong to modules: ${types.join(', ')}.`,
      remedy: 'They are copied between servers of one payload version that both have the module, and not otherwise.',
    },
  ];
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}
