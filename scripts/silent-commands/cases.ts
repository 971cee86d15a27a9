export type Call = readonly (string | number)[];

/** One way to call a write command. */
export interface Case {
  /** As INFO commandstats counts it, in lower case, without a subcommand. */
  readonly command: string;
  readonly setup: readonly Call[];
  /** Waits on a connection of its own while `run` is called. */
  readonly blocked?: Call;
  readonly run: readonly Call[];
}

const LIST: Call = ['RPUSH', 'l', 'a', 'b', 'c', 'a'];
const ONE: Call = ['RPUSH', 'l', 'a'];
const SETS: readonly Call[] = [
  ['SADD', 'a', '1', '2', 'x'],
  ['SADD', 'b', '2', '3', 'x'],
  ['SADD', 'apart', '9'],
  ['SADD', 'old', '7'],
];
const ZSETS: readonly Call[] = [
  ['ZADD', 'a', 1, 'x', 2, 'y'],
  ['ZADD', 'b', 3, 'y', 4, 'z'],
  ['ZADD', 'apart', 1, 'q'],
  ['ZADD', 'old', 7, 'seven'],
];
const GEO: Call = ['GEOADD', 'g', 13.36, 38.11, 'palermo', 15.08, 37.5, 'catania'];
const HASH: Call = ['HMSET', 'h', 'f', '1', 'g', '2', 'gone', '3'];
const STREAM: readonly Call[] = [
  ['XADD', 'x', '1-1', 'a', 'b'],
  ['XADD', 'x', '2-1', 'a', 'b'],
  ['XADD', 'x', '3-1', 'a', 'b'],
];
const GROUP: readonly Call[] = [...STREAM, ['XGROUP', 'CREATE', 'x', 'g', '0']];
const READ: readonly Call[] = [...GROUP, ['XREADGROUP', 'GROUP', 'g', 'me', 'COUNT', 2, 'STREAMS', 'x', '>']];
/** Its second consumer is there already: a new one has an event of its own. */
const SHARED: readonly Call[] = [...READ, ['XREADGROUP', 'GROUP', 'g', 'other', 'COUNT', 1, 'STREAMS', 'x', '>']];
const VECTORS: readonly Call[] = [
  ['VADD', 'v', 'VALUES', 2, '1', '2', 'one'],
  ['VADD', 'v', 'VALUES', 2, '2', '1', 'two'],
];
const EXPIRING: Call = ['SET', 'k', '1', 'EX', 1000];
const FIELDS: readonly Call[] = [HASH, ['HEXPIRE', 'h', 1000, 'FIELDS', 1, 'f']];
const IN_AN_HOUR = Math.floor(Date.now() / 1000) + 3600;

/**
 * Every write command with an effect, in each of the ways in which an engine may do something else: the last element
 * taken, a destination overwritten or emptied, an expiry gained or lost, a caller who waited. `$DUMP` is a payload of the
 * engine's own, `$PORT` the port of another server of the same engine.
 */
export const CASES: readonly Case[] = [
  // Keys
  one('del', [['SET', 'k', '1']], ['DEL', 'k']),
  one('delifeq', [['SET', 'k', '1']], ['DELIFEQ', 'k', '1']),
  one('delex', [['SET', 'k', '1']], ['DELEX', 'k']),
  one('unlink', [['SET', 'k', '1']], ['UNLINK', 'k']),
  one('unlink', READ, ['UNLINK', 'x']),
  one('expire', [['SET', 'k', '1']], ['EXPIRE', 'k', 1000]),
  one('expire', [['SET', 'k', '1']], ['EXPIRE', 'k', -1]),
  one('expire', [EXPIRING], ['EXPIRE', 'k', 2000]),
  one('pexpire', [['SET', 'k', '1']], ['PEXPIRE', 'k', 1_000_000]),
  one('pexpire', [['SET', 'k', '1']], ['PEXPIRE', 'k', -1]),
  one('expireat', [['SET', 'k', '1']], ['EXPIREAT', 'k', IN_AN_HOUR]),
  one('expireat', [['SET', 'k', '1']], ['EXPIREAT', 'k', 1]),
  one('pexpireat', [['SET', 'k', '1']], ['PEXPIREAT', 'k', IN_AN_HOUR * 1000]),
  one('pexpireat', [['SET', 'k', '1']], ['PEXPIREAT', 'k', 1]),
  one('persist', [EXPIRING], ['PERSIST', 'k']),
  one('rename', [EXPIRING], ['RENAME', 'k', 'to']),
  one('rename', [EXPIRING, ['SADD', 'to', '1']], ['RENAME', 'k', 'to']),
  one('renamenx', [EXPIRING], ['RENAMENX', 'k', 'to']),
  one('move', [EXPIRING], ['MOVE', 'k', 1]),
  one('copy', [EXPIRING], ['COPY', 'k', 'to']),
  one('copy', [EXPIRING], ['COPY', 'k', 'to', 'DB', 1]),
  one('copy', [EXPIRING, ['SADD', 'to', '1']], ['COPY', 'k', 'to', 'REPLACE']),
  one('restore', [], ['RESTORE', 'k', 0, '$DUMP']),
  one('restore', [], ['RESTORE', 'k', 100_000, '$DUMP']),
  one('restore', [['SADD', 'k', '1']], ['RESTORE', 'k', 0, '$DUMP', 'REPLACE']),
  one('restore', [['SET', 'k', '1']], ['RESTORE', 'k', 0, '$DUMP', 'REPLACE']),
  one('restore', [['SET', 'k', '1']], ['RESTORE', 'k', 1, '$DUMP', 'REPLACE', 'ABSTTL']),
  one('restore-asking', [['SADD', 'k', '1']], ['RESTORE-ASKING', 'k', 0, '$DUMP', 'REPLACE']),
  one('restore-asking', [], ['RESTORE-ASKING', 'k', 0, '$DUMP']),
  one('migrate', [['SET', 'k', '1']], ['MIGRATE', '127.0.0.1', '$PORT', 'k', 0, 5000]),
  one('migrate', [['SET', 'k', '1']], ['MIGRATE', '127.0.0.1', '$PORT', '', 0, 5000, 'KEYS', 'k']),
  one('sort', [LIST], ['SORT', 'l', 'ALPHA', 'STORE', 'to']),
  one('sort', [LIST, ['SET', 'to', '1']], ['SORT', 'l', 'ALPHA', 'STORE', 'to']),
  one('sort', [['RPUSH', 'to', '1']], ['SORT', 'absent', 'STORE', 'to']),
  one('flushdb', [['SET', 'k', '1']], ['FLUSHDB']),
  one('flushall', [['SET', 'k', '1']], ['FLUSHALL']),
  one(
    'swapdb',
    [
      ['SET', 'k', '1'],
      ['SET', 'm', '1'],
      ['MOVE', 'm', 1],
      ['SADD', 'm', '1'],
    ],
    ['SWAPDB', 0, 1],
  ),

  // Strings
  one('set', [], ['SET', 'k', '1']),
  one('set', [], ['SET', 'k', '1', 'EX', 1000]),
  one('set', [EXPIRING], ['SET', 'k', '1']),
  one('set', [['SADD', 'k', '1']], ['SET', 'k', '1']),
  one('set', [EXPIRING], ['SET', 'k', '2', 'KEEPTTL']),
  one('set', [], ['SET', 'k', '1', 'PXAT', 1]),
  one('setnx', [], ['SETNX', 'k', '1']),
  one('setex', [['SET', 'k', '1']], ['SETEX', 'k', 1000, '1']),
  one('psetex', [['SET', 'k', '1']], ['PSETEX', 'k', 1_000_000, '1']),
  one('mset', [EXPIRING], ['MSET', 'k', '2', 'm', '1']),
  one('msetnx', [], ['MSETNX', 'k', '2', 'm', '1']),
  one('msetex', [], ['MSETEX', 1, 'k', '2', 'EX', 100]),
  one('getset', [EXPIRING], ['GETSET', 'k', '2']),
  one('getset', [], ['GETSET', 'k', '2']),
  one('getdel', [EXPIRING], ['GETDEL', 'k']),
  one('getex', [EXPIRING], ['GETEX', 'k', 'PERSIST']),
  one('getex', [EXPIRING], ['GETEX', 'k', 'EX', 5000]),
  one('getex', [EXPIRING], ['GETEX', 'k', 'PXAT', 1]),
  one('append', [['SET', 'k', '1']], ['APPEND', 'k', '2']),
  one('append', [], ['APPEND', 'k', '2']),
  one('setrange', [['SET', 'k', '1']], ['SETRANGE', 'k', 4, '2']),
  one('incr', [EXPIRING], ['INCR', 'k']),
  one('decr', [EXPIRING], ['DECR', 'k']),
  one('incrby', [], ['INCRBY', 'k', 4]),
  one('decrby', [EXPIRING], ['DECRBY', 'k', 4]),
  one('incrbyfloat', [EXPIRING], ['INCRBYFLOAT', 'k', '0.5']),
  one('setbit', [], ['SETBIT', 'k', 7, 1]),
  one('setbit', [['SET', 'k', 'a']], ['SETBIT', 'k', 7, 0]),
  one(
    'bitop',
    [
      ['SET', 'k', 'a'],
      ['SADD', 'to', '1'],
    ],
    ['BITOP', 'NOT', 'to', 'k'],
  ),
  one('bitop', [['SET', 'to', 'a']], ['BITOP', 'NOT', 'to', 'absent']),
  one('bitfield', [['SET', 'k', 'a']], ['BITFIELD', 'k', 'SET', 'u8', 0, 3]),
  one('bitfield', [], ['BITFIELD', 'k', 'INCRBY', 'u8', 0, 3]),
  one('pfadd', [], ['PFADD', 'k', 'a']),
  one('pfadd', [['PFADD', 'k', 'a']], ['PFADD', 'k', 'b']),
  one(
    'pfmerge',
    [
      ['PFADD', 'k', 'a'],
      ['PFADD', 'm', 'b'],
    ],
    ['PFMERGE', 'k', 'm'],
  ),
  one('pfcount', [['PFADD', 'k', 'a']], ['PFCOUNT', 'k']),

  // Lists
  one('rpush', [], ['RPUSH', 'l', 'a']),
  one('lpush', [ONE], ['LPUSH', 'l', 'b']),
  one('rpushx', [ONE], ['RPUSHX', 'l', 'b']),
  one('lpushx', [ONE], ['LPUSHX', 'l', 'b']),
  one('lpop', [LIST], ['LPOP', 'l']),
  one('lpop', [ONE], ['LPOP', 'l']),
  one('rpop', [LIST], ['RPOP', 'l']),
  one('rpop', [ONE], ['RPOP', 'l']),
  one('lpop', [LIST], ['LPOP', 'l', 2]),
  one('lmpop', [LIST], ['LMPOP', 1, 'l', 'LEFT', 'COUNT', 2]),
  one('lmpop', [ONE], ['LMPOP', 1, 'l', 'RIGHT']),
  one('blpop', [LIST], ['BLPOP', 'l', 1]),
  one('blpop', [ONE], ['BLPOP', 'l', 1]),
  one('brpop', [ONE], ['BRPOP', 'l', 1]),
  one('blmpop', [ONE], ['BLMPOP', 1, 1, 'l', 'LEFT']),
  waiting('blpop', ['BLPOP', 'l', 5], ['RPUSH', 'l', 'a', 'b']),
  waiting('brpop', ['BRPOP', 'l', 5], ['RPUSH', 'l', 'a', 'b']),
  waiting('blmpop', ['BLMPOP', 5, 1, 'l', 'LEFT'], ['RPUSH', 'l', 'a', 'b']),
  waiting('brpoplpush', ['BRPOPLPUSH', 'l', 'to', 5], ['RPUSH', 'l', 'a']),
  waiting('brpoplpush', ['BRPOPLPUSH', 'l', 'to', 5], ['RPUSH', 'l', 'a', 'b']),
  waiting('blmove', ['BLMOVE', 'l', 'to', 'LEFT', 'LEFT', 5], ['RPUSH', 'l', 'a', 'b']),
  one('linsert', [LIST], ['LINSERT', 'l', 'BEFORE', 'b', 'z']),
  one('lset', [LIST], ['LSET', 'l', 1, 'z']),
  one('lrem', [LIST], ['LREM', 'l', 0, 'a']),
  one('lrem', [LIST], ['LREM', 'l', -1, 'a']),
  one('lrem', [ONE], ['LREM', 'l', 0, 'a']),
  one('ltrim', [LIST], ['LTRIM', 'l', 0, 1]),
  one('ltrim', [LIST], ['LTRIM', 'l', 9, 10]),
  one('rpoplpush', [LIST], ['RPOPLPUSH', 'l', 'to']),
  one('rpoplpush', [ONE], ['RPOPLPUSH', 'l', 'to']),
  one('rpoplpush', [LIST], ['RPOPLPUSH', 'l', 'l']),
  one('brpoplpush', [ONE], ['BRPOPLPUSH', 'l', 'to', 1]),
  one('lmove', [ONE], ['LMOVE', 'l', 'to', 'LEFT', 'RIGHT']),
  one('blmove', [ONE], ['BLMOVE', 'l', 'to', 'LEFT', 'RIGHT', 1]),

  // Sets
  one('sadd', [], ['SADD', 's', '1']),
  one('sadd', SETS, ['SADD', 'a', 'new']),
  one('srem', SETS, ['SREM', 'a', 'x']),
  one('srem', SETS, ['SREM', 'apart', '9']),
  one('spop', SETS, ['SPOP', 'a']),
  one('spop', SETS, ['SPOP', 'apart']),
  one('spop', SETS, ['SPOP', 'a', 2]),
  one('spop', SETS, ['SPOP', 'a', 9]),
  one('smove', SETS, ['SMOVE', 'a', 'b', '1']),
  one('smove', SETS, ['SMOVE', 'apart', 'new', '9']),
  ...['sinterstore', 'sunionstore', 'sdiffstore'].flatMap((command) => [
    one(command, SETS, [command, 'to', 'a', 'b']),
    one(command, SETS, [command, 'old', 'a', 'b']),
    one(command, [...SETS, ['SET', 'string', '1']], [command, 'string', 'a', 'b']),
    one(command, SETS, [command, 'old', 'absent', 'absent too']),
    one(command, SETS, [command, 'old', 'a', 'absent']),
    one(command, SETS, [command, 'old', 'apart', 'a']),
  ]),
  one('sdiffstore', SETS, ['SDIFFSTORE', 'old', 'a', 'a']),

  // Hashes
  one('hset', [], ['HSET', 'h', 'f', '1']),
  one('hset', [HASH], ['HSET', 'h', 'f', '9']),
  one('hmset', [HASH], ['HMSET', 'h', 'f', '9', 'n', '1']),
  one('hsetnx', [HASH], ['HSETNX', 'h', 'n', '1']),
  one('hincrby', [HASH], ['HINCRBY', 'h', 'f', 4]),
  one('hincrbyfloat', [HASH], ['HINCRBYFLOAT', 'h', 'f', '0.5']),
  one('hdel', [HASH], ['HDEL', 'h', 'gone']),
  one('hdel', [HASH], ['HDEL', 'h', 'f', 'g', 'gone']),
  one('hexpire', [HASH], ['HEXPIRE', 'h', 1000, 'FIELDS', 1, 'f']),
  one('hexpire', [HASH], ['HEXPIRE', 'h', 0, 'FIELDS', 1, 'f']),
  one('hexpire', [HASH], ['HEXPIRE', 'h', 0, 'FIELDS', 3, 'f', 'g', 'gone']),
  one('hpexpire', [HASH], ['HPEXPIRE', 'h', 1_000_000, 'FIELDS', 1, 'f']),
  one('hexpireat', [HASH], ['HEXPIREAT', 'h', IN_AN_HOUR, 'FIELDS', 1, 'f']),
  one('hpexpireat', [HASH], ['HPEXPIREAT', 'h', IN_AN_HOUR * 1000, 'FIELDS', 1, 'f']),
  one('hpersist', FIELDS, ['HPERSIST', 'h', 'FIELDS', 1, 'f']),
  one('hgetdel', [HASH], ['HGETDEL', 'h', 'FIELDS', 1, 'f']),
  one('hgetdel', [HASH], ['HGETDEL', 'h', 'FIELDS', 3, 'f', 'g', 'gone']),
  one('hgetex', [HASH], ['HGETEX', 'h', 'EX', 1000, 'FIELDS', 1, 'f']),
  one('hgetex', FIELDS, ['HGETEX', 'h', 'PERSIST', 'FIELDS', 1, 'f']),
  one('hgetex', [HASH], ['HGETEX', 'h', 'PXAT', 1, 'FIELDS', 3, 'f', 'g', 'gone']),
  one('hsetex', [HASH], ['HSETEX', 'h', 'EX', 1000, 'FIELDS', 1, 'f', '2']),
  one('hsetex', [], ['HSETEX', 'h', 'EX', 1000, 'FIELDS', 1, 'f', '2']),
  one('hsetex', FIELDS, ['HSETEX', 'h', 'FIELDS', 1, 'f', '1']),

  // Sorted sets
  one('zadd', [], ['ZADD', 'z', 1, 'a']),
  one('zadd', ZSETS, ['ZADD', 'a', 9, 'x']),
  one('zadd', ZSETS, ['ZADD', 'a', 'INCR', 9, 'x']),
  one('zincrby', ZSETS, ['ZINCRBY', 'a', 9, 'x']),
  one('zrem', ZSETS, ['ZREM', 'a', 'x']),
  one('zrem', ZSETS, ['ZREM', 'apart', 'q']),
  one('zremrangebyscore', ZSETS, ['ZREMRANGEBYSCORE', 'a', 1, 1]),
  one('zremrangebyscore', ZSETS, ['ZREMRANGEBYSCORE', 'a', 0, 9]),
  one('zremrangebyrank', ZSETS, ['ZREMRANGEBYRANK', 'a', 0, 0]),
  one('zremrangebylex', ZSETS, ['ZREMRANGEBYLEX', 'a', '-', '+']),
  one('zpopmin', ZSETS, ['ZPOPMIN', 'a']),
  one('zpopmin', ZSETS, ['ZPOPMIN', 'apart']),
  one('zpopmax', ZSETS, ['ZPOPMAX', 'a', 2]),
  one('zmpop', ZSETS, ['ZMPOP', 1, 'a', 'MIN']),
  one('zmpop', ZSETS, ['ZMPOP', 1, 'apart', 'MAX']),
  one('bzpopmin', ZSETS, ['BZPOPMIN', 'apart', 1]),
  one('bzpopmax', ZSETS, ['BZPOPMAX', 'a', 1]),
  one('bzmpop', ZSETS, ['BZMPOP', 1, 1, 'apart', 'MIN']),
  waiting('bzpopmin', ['BZPOPMIN', 'z', 5], ['ZADD', 'z', 1, 'a', 2, 'b']),
  waiting('bzpopmax', ['BZPOPMAX', 'z', 5], ['ZADD', 'z', 1, 'a', 2, 'b']),
  waiting('bzmpop', ['BZMPOP', 5, 1, 'z', 'MIN'], ['ZADD', 'z', 1, 'a', 2, 'b']),
  ...['zunionstore', 'zinterstore', 'zdiffstore'].flatMap((command) => [
    one(command, ZSETS, [command, 'to', 2, 'a', 'b']),
    one(command, [...ZSETS, ['SET', 'string', '1']], [command, 'string', 2, 'a', 'b']),
    one(command, ZSETS, [command, 'old', 2, 'absent', 'absent too']),
    one(command, ZSETS, [command, 'old', 2, 'absent', 'a']),
    one(command, ZSETS, [command, 'old', 2, 'a', 'absent']),
  ]),
  one('zdiffstore', ZSETS, ['ZDIFFSTORE', 'old', 2, 'a', 'a']),
  one('zrangestore', ZSETS, ['ZRANGESTORE', 'to', 'a', 0, -1]),
  one('zrangestore', ZSETS, ['ZRANGESTORE', 'old', 'a', 5, 9]),
  one('zrangestore', ZSETS, ['ZRANGESTORE', 'old', 'absent', 0, -1]),
  one('geoadd', [], GEO),
  one('geosearchstore', [GEO], ['GEOSEARCHSTORE', 'to', 'g', 'FROMLONLAT', 15, 37, 'BYRADIUS', 200, 'km']),
  one(
    'geosearchstore',
    [GEO, ['SET', 'to', '1']],
    ['GEOSEARCHSTORE', 'to', 'g', 'FROMLONLAT', 80, 37, 'BYRADIUS', 1, 'km'],
  ),
  one(
    'geosearchstore',
    [['SET', 'to', '1']],
    ['GEOSEARCHSTORE', 'to', 'absent', 'FROMLONLAT', 80, 37, 'BYRADIUS', 1, 'km'],
  ),
  one('georadius', [GEO], ['GEORADIUS', 'g', 15, 37, 200, 'km', 'STORE', 'to']),
  one('georadius', [GEO, ['SET', 'to', '1']], ['GEORADIUS', 'g', 80, 37, 1, 'km', 'STORE', 'to']),
  one('georadius', [['SET', 'to', '1']], ['GEORADIUS', 'absent', 80, 37, 1, 'km', 'STORE', 'to']),
  one('georadiusbymember', [GEO], ['GEORADIUSBYMEMBER', 'g', 'palermo', 200, 'km', 'STOREDIST', 'to']),
  one(
    'georadiusbymember',
    [['SET', 'to', '1']],
    ['GEORADIUSBYMEMBER', 'absent', 'palermo', 200, 'km', 'STOREDIST', 'to'],
  ),

  // Streams
  one('xadd', [], ['XADD', 'x', '1-1', 'a', 'b']),
  one('xadd', STREAM, ['XADD', 'x', 'MAXLEN', 1, '4-1', 'a', 'b']),
  one('xdel', STREAM, ['XDEL', 'x', '2-1']),
  one('xdelex', STREAM, ['XDELEX', 'x', 'KEEPREF', 'IDS', 1, '2-1']),
  one('xtrim', STREAM, ['XTRIM', 'x', 'MAXLEN', 1]),
  one('xtrim', STREAM, ['XTRIM', 'x', 'MAXLEN', 0]),
  one('xsetid', STREAM, ['XSETID', 'x', '9-9']),
  one('xgroup', STREAM, ['XGROUP', 'CREATE', 'x', 'g', '0']),
  one('xgroup', [], ['XGROUP', 'CREATE', 'x', 'g', '0', 'MKSTREAM']),
  one('xgroup', READ, ['XGROUP', 'SETID', 'x', 'g', '3-1']),
  one('xgroup', READ, ['XGROUP', 'DESTROY', 'x', 'g']),
  one('xgroup', READ, ['XGROUP', 'DELCONSUMER', 'x', 'g', 'me']),
  one('xgroup', READ, ['XGROUP', 'CREATECONSUMER', 'x', 'g', 'other']),
  one('xreadgroup', GROUP, ['XREADGROUP', 'GROUP', 'g', 'me', 'STREAMS', 'x', '>']),
  one('xreadgroup', GROUP, ['XREADGROUP', 'GROUP', 'g', 'me', 'NOACK', 'STREAMS', 'x', '>']),
  one('xreadgroup', READ, ['XREADGROUP', 'GROUP', 'g', 'me', 'STREAMS', 'x', '>']),
  one('xreadgroup', READ, ['XREADGROUP', 'GROUP', 'g', 'me', 'STREAMS', 'x', '0']),
  {
    command: 'xreadgroup',
    setup: [...STREAM, ['XGROUP', 'CREATE', 'x', 'g', '$']],
    blocked: ['XREADGROUP', 'GROUP', 'g', 'me', 'BLOCK', 5000, 'STREAMS', 'x', '>'],
    run: [['XADD', 'x', '9-1', 'a', 'b']],
  },
  one('xack', READ, ['XACK', 'x', 'g', '1-1']),
  one('xnack', READ, ['XNACK', 'x', 'g', 'FAIL', 'IDS', 1, '1-1']),
  one('xackdel', READ, ['XACKDEL', 'x', 'g', 'KEEPREF', 'IDS', 1, '1-1']),
  ...[READ, SHARED].flatMap((setup) => [
    one('xclaim', setup, ['XCLAIM', 'x', 'g', 'other', 0, '1-1']),
    one('xclaim', setup, ['XCLAIM', 'x', 'g', 'me', 0, '1-1', 'RETRYCOUNT', 7]),
    one('xautoclaim', setup, ['XAUTOCLAIM', 'x', 'g', 'other', 0, '0']),
  ]),
  one('xcfgset', STREAM, ['XCFGSET', 'x', 'IDMP-DURATION', 300]),

  // Vector sets
  one('vadd', [], ['VADD', 'v', 'VALUES', 2, '1', '2', 'one']),
  one('vadd', VECTORS, ['VADD', 'v', 'VALUES', 2, '3', '2', 'three']),
  one('vrem', VECTORS, ['VREM', 'v', 'one']),
  one('vrem', [['VADD', 'v', 'VALUES', 2, '1', '2', 'one']], ['VREM', 'v', 'one']),
  one('vsetattr', VECTORS, ['VSETATTR', 'v', 'one', '{"a":1}']),
];

function one(command: string, setup: readonly Call[], run: Call): Case {
  return { command, setup, run: [run] };
}

function waiting(command: string, blocked: Call, run: Call): Case {
  return { command, setup: [], blocked, run: [run] };
}
