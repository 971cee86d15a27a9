import type { Dialect } from '../dialect';
import type { Info } from '../info';

/** The classes of `notify-keyspace-events`, each of which is on or off by itself. */
const COMMANDS: Readonly<Record<string, string>> = {
  g: 'del unlink expire pexpire expireat pexpireat persist rename renamenx move copy getdel getex restore restore-asking',
  $: 'set setnx setex psetex setrange append incr decr incrby decrby incrbyfloat getset mset msetnx setbit bitop bitfield pfadd pfmerge',
  l: 'lpush rpush lpushx rpushx lpop rpop linsert lset lrem ltrim rpoplpush lmove lmpop blpop brpop blmove brpoplpush blmpop',
  s: 'sadd srem spop smove sinterstore sunionstore sdiffstore',
  h: 'hset hmset hsetnx hincrby hincrbyfloat hdel hexpire hpexpire hexpireat hpexpireat hpersist hgetdel hgetex hsetex',
  z: 'zadd zincrby zrem zremrangebyscore zremrangebyrank zremrangebylex zpopmin zpopmax bzpopmin bzpopmax zmpop bzmpop zunionstore zinterstore zdiffstore zrangestore geoadd georadius georadiusbymember geosearchstore',
  t: 'xadd xdel xtrim xgroup xsetid',
};

/** An event of the class, as a pattern over the event's name, that no other class emits. */
const EVENTS: readonly (readonly [classOf: string, event: RegExp])[] = [
  ['g', /^(del|expire|persist|rename_(from|to)|move_(from|to)|copy_to|restore)$/],
  ['$', /^(set|setrange|append|incrby|decrby|incrbyfloat|setbit|pfadd)$/],
  ['l', /^([lr]push|[lr]pop|linsert|lset|lrem|ltrim|sortstore)$/],
  ['s', /^s(add|rem|pop|interstore|unionstore|diffstore)$/],
  ['h', /^h(set|incrby|incrbyfloat|del|expire|persist|expired)$/],
  ['z', /^(z(add|incr|rem|remrangeby.*|popmin|popmax|unionstore|interstore|diffstore|rangestore)|geo.*store)$/],
  ['t', /^x/],
  ['e', /^evicted$/],
];

/** Commands that change a consumer group and emit nothing, in any version. */
const GROUP_READERS = ['xreadgroup', 'xack', 'xclaim', 'xautoclaim', 'xackdel'];

/** What happened since the last look that no event told of. */
export interface Unannounced {
  /** FLUSHDB or FLUSHALL: keys may be gone from any database. */
  readonly flushed: boolean;
  /** Anything may have changed: SWAPDB, a restarted server or reset counters. */
  readonly replaced: boolean;
  /** Writes of a kind of which no event was ever seen: the server may not announce them. */
  readonly silentWrites: boolean;
  /** Consumers read from or acknowledged to a stream's group. */
  readonly groupsMoved: boolean;
}

/**
 * Finds, in the counters of INFO, the changes that keyspace events leave out. `notify-keyspace-events` itself cannot be
 * read (CONFIG is forbidden) nor probed without writing to the users' cache; so a class of events counts as announced
 * once an event of it was seen, and until then every write of that class is a doubt that a scan must settle.
 */
export class UnannouncedChanges {
  private readonly seen = new Set<string>();
  private readonly knownEvents = new Set<string>();
  private readonly doubted = new Set<string>();
  private last: Counters | undefined;

  constructor(private readonly dialect: Dialect) {}

  sawEvent(event: string): void {
    if (this.knownEvents.has(event)) return;
    this.knownEvents.add(event);
    for (const [classOf, pattern] of EVENTS) if (pattern.test(event)) this.seen.add(classOf);
  }

  /** Whether there are writes of a kind that was never announced so far. */
  get silent(): boolean {
    return [...this.doubted].some((classOf) => !this.seen.has(classOf));
  }

  /** `info` must be older than the last event handed to `sawEvent`: put a barrier between the two. */
  since(info: Info): Unannounced {
    const now = new Counters(info);
    const before = this.last;
    this.last = now;
    if (before === undefined) return { flushed: false, replaced: false, silentWrites: false, groupsMoved: false };
    const silent = this.silentClasses(now, before);
    for (const classOf of silent) this.doubted.add(classOf);
    const replaced = now.runId !== before.runId || now.total() < before.total();
    return {
      flushed: now.moved(before, ['flushdb', 'flushall']),
      replaced: replaced || now.moved(before, ['swapdb']),
      silentWrites: silent.length > 0,
      groupsMoved: now.moved(before, GROUP_READERS),
    };
  }

  private silentClasses(now: Counters, before: Counters): string[] {
    const silent = Object.entries(COMMANDS)
      .filter(([classOf, commands]) => !this.seen.has(classOf) && now.moved(before, commands.split(' ')))
      .map(([classOf]) => classOf);
    if (!this.seen.has('e') && now.evicted > before.evicted) silent.push('e');
    // Below 6.0 RESTORE is never announced, whatever the settings.
    if (!this.dialect.restoreEmitsEvent && now.moved(before, ['restore', 'restore-asking'])) silent.push('restore');
    return silent;
  }
}

class Counters {
  readonly runId: string;
  readonly evicted: number;
  private readonly calls = new Map<string, number>();

  constructor(info: Info) {
    this.runId = info.text('run_id') ?? '';
    this.evicted = info.number('evicted_keys');
    for (const [command, calls] of info.calls()) {
      const [name = ''] = command.split('|');
      this.calls.set(name, (this.calls.get(name) ?? 0) + calls);
    }
  }

  moved(before: Counters, commands: readonly string[]): boolean {
    return commands.some((command) => (this.calls.get(command) ?? 0) > (before.calls.get(command) ?? 0));
  }

  total(): number {
    let total = 0;
    for (const calls of this.calls.values()) total += calls;
    return total;
  }
}
