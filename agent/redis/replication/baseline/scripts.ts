import { BIG_VALUE_BYTES } from '../moving/mover';
import { DIGEST_LENGTH, UNKNOWN_DIGEST } from './note';

/**
 * What a key holds, as the server itself sees it: the value never travels. DUMP tells no expiry; and a big value would
 * hold the server up, so that of it only the expiry is told.
 */
const STATE = `
local function state(key)
  local left = redis.call('PTTL', key)
  if left == -2 then return false end
  local digest = '${UNKNOWN_DIGEST}'
  if redis.call('MEMORY', 'USAGE', key) <= ${BIG_VALUE_BYTES} then
    digest = string.sub(redis.sha1hex(redis.call('DUMP', key)), 1, ${DIGEST_LENGTH})
  end
  if left == -1 then return digest, '' end
  local now = redis.call('TIME')
  return digest, string.format('%.0f', now[1] + math.floor((now[2] / 1000 + left) / 1000))
end`;

/**
 * KEYS: bucket and key, again and again. ARGV: HSET, or HSETNX where what is noted already stands; then field and origin
 * of each. Within the transaction that writes the keys, so that no crash comes between a value and its note.
 */
export const NOTE = `${STATE}
for i = 1, #KEYS, 2 do
  local digest, expiry = state(KEYS[i + 1])
  if digest then
    redis.call(ARGV[1], KEYS[i], ARGV[i + 1], digest .. ARGV[i + 2] .. expiry)
  elseif ARGV[1] == 'HSET' then
    redis.call('HDEL', KEYS[i], ARGV[i + 1])
  end
end
return 1`;

/** KEYS: buckets. ARGV: fields. Says of each that a client has written it, and keeps what was noted before. */
export const MARK = `
for i = 1, #KEYS do
  local noted = redis.call('HGET', KEYS[i], ARGV[i]) or ''
  if string.sub(noted, 1, 1) ~= '!' then redis.call('HSET', KEYS[i], ARGV[i], '!' .. noted) end
end
return 1`;

/** KEYS: bucket and key, again and again. ARGV: fields. The time, then of each key its note and its present state. */
export const READ = `${STATE}
local answer = { redis.call('TIME')[1] }
for i = 1, #KEYS, 2 do
  local digest, expiry = state(KEYS[i + 1])
  answer[#answer + 1] = redis.call('HGET', KEYS[i], ARGV[(i + 1) / 2]) or ''
  answer[#answer + 1] = digest and digest .. expiry or ''
end
return answer`;
