import type { Redis } from 'ioredis';
import { DATABASES } from './dataset';

/**
 * A second opinion on whether two servers hold the same: plain commands, key by key, sharing no code with the agent.
 * Lists what differs, readable.
 */
export async function differences(one: Redis, other: Redis): Promise<string[]> {
  const found: string[] = [];
  for (let database = 0; database < DATABASES; database += 1) {
    const [mine, theirs] = [await snapshot(one, database), await snapshot(other, database)];
    for (const [key, value] of mine) {
      const externalSystem = theirs.get(key);
      // What expires between the two looks is gone from the second.
      if (externalSystem === undefined && (value.expiresAt ?? Number.POSITIVE_INFINITY) <= Date.now()) continue;
      if (externalSystem === undefined) found.push(`${database}/${key}: missing`);
      else if (externalSystem.value !== value.value) {
        found.push(`${database}/${key}: ${apart(value.value, externalSystem.value)}`);
      } else if (!sameExpiry(value.expiresAt, externalSystem.expiresAt)) {
        found.push(`${database}/${key}: expires at ${value.expiresAt}, there at ${externalSystem.expiresAt}`);
      }
    }
    for (const key of theirs.keys()) if (!mine.has(key)) found.push(`${database}/${key}: extra`);
  }
  await Promise.all([one.select(0), other.select(0)]);
  return found;
}

/** Where two texts part. */
function apart(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 40);
  return `…${one.slice(from, at + 120)} (${one.length}) became …${other.slice(from, at + 120)} (${other.length})`;
}

interface Seen {
  readonly value: string;
  readonly expiresAt: number | undefined;
}

function sameExpiry(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Math.abs(one - other) < 500;
}

async function snapshot(server: Redis, database: number): Promise<Map<string, Seen>> {
  await server.select(database);
  const result = new Map<string, Seen>();
  const keys = (await server.callBuffer('KEYS', '*')) as Buffer[];
  for (let from = 0; from < keys.length; from += 500) {
    const page = keys.slice(from, from + 500);
    const now = Date.now();
    const facts = server.pipeline();
    for (const key of page) facts.type(key).pttl(key);
    const answers = (await facts.exec()) ?? [];
    const values = server.pipeline();
    page.forEach((key, i) => {
      const [command, ...args] = readOf(String(answers[2 * i]?.[1]));
      values.callBuffer(command, key, ...args);
    });
    const read = (await values.exec()) ?? [];
    for (const [i, key] of page.entries()) {
      const type = String(answers[2 * i]?.[1]);
      if (type === 'none') continue;
      // It has expired between the two reads.
      if (read[i]?.[1] === null) continue;
      const left = Number(answers[2 * i + 1]?.[1]);
      let value = canonical(type, read[i]?.[1]);
      if (type === 'stream') {
        const listed = await groups(server, key);
        // It has expired before its groups were read.
        if (listed === undefined) continue;
        value += listed;
      }
      result.set(key.toString('latin1'), { value, expiresAt: left < 0 ? undefined : now + left });
    }
  }
  return result;
}

function readOf(type: string): [string, ...string[]] {
  if (type === 'list') return ['LRANGE', '0', '-1'];
  if (type === 'set') return ['SMEMBERS'];
  if (type === 'hash') return ['HGETALL'];
  if (type === 'zset') return ['ZRANGE', '0', '-1', 'WITHSCORES'];
  if (type === 'stream') return ['XRANGE', '-', '+'];
  return ['GET'];
}

function canonical(type: string, value: unknown): string {
  const plain = latin(value);
  if (type === 'set' && Array.isArray(plain)) return JSON.stringify(plain.map(String).sort());
  if ((type === 'hash' || type === 'zset') && Array.isArray(plain)) {
    const entries: string[] = [];
    for (let i = 0; i < plain.length; i += 2) {
      const second = String(plain[i + 1]);
      entries.push(JSON.stringify([plain[i], type === 'zset' && !second.includes('inf') ? Number(second) : second]));
    }
    return entries.sort().join();
  }
  const text = String(plain);
  // The cached cardinality of a HyperLogLog is no data: PFCOUNT rewrites it.
  if (type === 'string' && text.startsWith('HYLL')) return `${text.slice(0, 8)}${text.slice(16)}`;
  return JSON.stringify(plain);
}

/** Undefined where the stream is gone: XINFO refuses a key that is not there. */
async function groups(server: Redis, key: Buffer): Promise<string | undefined> {
  if ((await server.exists(key)) === 0) return undefined;
  const lines: unknown[] = [];
  const listed = latin(await server.callBuffer('XINFO', 'GROUPS', key));
  for (const group of Array.isArray(listed) ? listed : []) {
    const fields = Array.isArray(group) ? group : [];
    const name = Buffer.from(String(fields[1]), 'latin1');
    const pending = latin(await server.callBuffer('XPENDING', key, name, '-', '+', 10_000));
    const rows = Array.isArray(pending) ? pending : [];
    const position = fields[fields.indexOf('last-delivered-id') + 1];
    lines.push([fields[1], position, rows.map((row) => (Array.isArray(row) ? [row[0], row[1], row[3]] : row))]);
  }
  return JSON.stringify(lines);
}

/** Buffers as text of one character a byte, all the way down. */
function latin(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  return Array.isArray(value) ? value.map(latin) : value;
}
