import { AgentError } from '../errors';

/** Runs one command. Rejects with an `AgentError`. */
type Call = (command: string, ...args: readonly string[]) => Promise<unknown>;

/**
 * Which of these commands can write, as the server itself flags them (COMMAND INFO, from 2.8.13). One that it does
 * not describe is taken for a write: an error here must never look like no writes.
 */
export async function writesAmong(call: Call, names: readonly string[]): Promise<readonly string[]> {
  const unknown = names.filter((name) => !neverWrites.has(name));
  if (unknown.length === 0) return [];
  const described = await describe(call, unknown);
  return unknown.filter((name) => described.get(name)?.has('write') ?? true);
}

async function describe(call: Call, names: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const flags = new Map<string, ReadonlySet<string>>();
  const reply = await call('COMMAND', 'INFO', ...names).catch((error: unknown) => {
    if (error instanceof AgentError && error.name === 'Agent.CommandForbidden') return [];
    throw error;
  });
  for (const command of Array.isArray(reply) ? reply : []) {
    if (!Array.isArray(command) || !Array.isArray(command[2])) continue;
    flags.set(String(command[0]).toLowerCase(), new Set(command[2].map(String)));
  }
  return flags;
}

/**
 * What is called all the time and never writes, by any version: spares a COMMAND INFO every time that only we, a
 * monitor or readers were there, and lets a server below 2.8.13, which has no such command, be proven without writes.
 */
const neverWrites: ReadonlySet<string> = new Set([
  ...['auth', 'client', 'command', 'echo', 'hello', 'info', 'ping', 'quit', 'select', 'time', 'wait'],
  ...['dbsize', 'dump', 'exists', 'get', 'getbit', 'getrange', 'hexists', 'hget', 'hgetall', 'hkeys', 'hlen', 'hmget'],
  ...['hscan', 'hvals', 'keys', 'lindex', 'llen', 'lrange', 'mget', 'object', 'pttl', 'randomkey', 'scan', 'scard'],
  ...['sdiff', 'sinter', 'sismember', 'smembers', 'srandmember', 'sscan', 'strlen', 'substr', 'sunion', 'ttl', 'type'],
  ...[
    'zcard',
    'zcount',
    'zlexcount',
    'zrange',
    'zrangebylex',
    'zrangebyscore',
    'zrank',
    'zrevrange',
    'zrevrangebyscore',
  ],
  ...['zrevrank', 'zscan', 'zscore', 'bitcount', 'bitpos', 'multi', 'exec', 'discard', 'watch', 'unwatch'],
  ...['psubscribe', 'punsubscribe', 'subscribe', 'unsubscribe', 'pubsub', 'publish', 'monitor', 'slowlog', 'role'],
  ...['eval', 'evalsha', 'script', 'replconf', 'psync', 'sync', 'lastsave', 'config', 'memory', 'latency'],
]);
