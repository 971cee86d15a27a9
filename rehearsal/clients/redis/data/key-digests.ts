import type Redis from 'ioredis';

/** What a key holds, short enough to be compared by the hundred thousand. */
export interface KeyDigest {
  /** `none`: no such key. */
  readonly type: string;
  /** Milliseconds; below 0: it never expires. */
  readonly remainingMs: number;
  /** Milliseconds since the epoch, by the server's clock; without meaning where it never expires. */
  readonly expiresAtMs: number;
  /** Of the content, whatever its encoding; the order counts only where the type keeps one. */
  readonly digest: string;
}

/**
 * Reads keys on the server and answers with digests, so that contents stay there. Lengths go in with the values, or
 * two lists could look alike. Scores are compared as numbers: 1e3 and 1000 are one, however a version writes them.
 */
const SCRIPT = `
local function joined(values)
  local parts = {}
  for i, value in ipairs(values) do parts[i] = #value .. ':' .. value end
  return table.concat(parts)
end
local function pairsOf(values, second)
  local parts = {}
  for i = 1, #values, 2 do parts[#parts + 1] = joined({ values[i], second(values[i + 1]) }) end
  return parts
end
local function same(value) return value end
local function number(value) return string.format('%.17g', tonumber(value)) end
local read = {
  string = function(key) return redis.call('GET', key) end,
  list = function(key) return joined(redis.call('LRANGE', key, 0, -1)) end,
  set = function(key)
    local members = redis.call('SMEMBERS', key)
    table.sort(members)
    return joined(members)
  end,
  hash = function(key)
    local fields = pairsOf(redis.call('HGETALL', key), same)
    table.sort(fields)
    return joined(fields)
  end,
  zset = function(key) return joined(pairsOf(redis.call('ZRANGE', key, 0, -1, 'WITHSCORES'), number)) end,
  stream = function(key)
    local entries = {}
    for i, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do
      entries[i] = joined({ entry[1], joined(entry[2]) })
    end
    return joined(entries)
  end,
}
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
-- A machine that is busy lets the server stand still between two calls, and an expiry would look later than it is.
local function expiry(key)
  for _ = 1, 20 do
    local before = now()
    local left = redis.call('PTTL', key)
    if now() - before <= 50 then return left, before + left end
  end
  error('no two calls within 50 ms')
end
local answers = {}
for i, key in ipairs(ARGV) do
  local type = redis.call('TYPE', key).ok
  local digest = '-'
  if read[type] then digest = redis.sha1hex(read[type](key) or '') end
  local left, at = expiry(key)
  answers[i] = type .. ' ' .. left .. ' ' .. string.format('%.0f', at) .. ' ' .. digest
end
return answers`;

const TYPES = new Set(['string', 'list', 'set', 'hash', 'zset', 'stream', 'none']);

/** Digests of the keys of the selected database, in their order. */
export async function keyDigests(redis: Redis, keys: readonly Buffer[]): Promise<KeyDigest[]> {
  if (keys.length === 0) return [];
  const answers = (await redis.eval(SCRIPT, 0, ...keys)) as string[];
  return answers.map((answer) => {
    const [type = '', remainingMs, expiresAtMs, digest = ''] = answer.split(' ');
    if (!TYPES.has(type)) {
      throw new Error(`Keys of the type ${type} cannot be compared; those of ${[...TYPES].join(', ')} can.`);
    }
    return { type, remainingMs: Number(remainingMs), expiresAtMs: Number(expiresAtMs), digest };
  });
}
