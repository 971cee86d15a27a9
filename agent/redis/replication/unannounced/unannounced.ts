import type { Info } from '../../info';
import type { SilentCommands } from '../../silent-commands/silent-commands';
import type { SilentChange } from '../../silent-commands/tried-engine';

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

/** What happened since the last look that no event told of. */
export interface Unannounced {
  /** Anything may have changed: a restarted server, or reset counters. */
  readonly replaced: boolean;
  /** Writes of a kind of which no event was ever seen: the server may not announce them. */
  readonly silentWrites: boolean;
  /** How keys may have changed by commands that this engine does not announce. */
  readonly changes: ReadonlySet<SilentChange>;
  /** These commands, and how often each was called. */
  readonly calls: ReadonlyMap<string, number>;
}

/**
 * Finds, in the counters of INFO, the changes that keyspace events leave out. `notify-keyspace-events` itself cannot be
 * read (CONFIG is forbidden) nor probed without writing to the clients' cache; so a class of events counts as announced
 * once an event of it was seen, and until then every write of that class is a doubt that a scan must settle.
 */
export class UnannouncedChanges {
  private readonly seen = new Set<string>();
  private readonly knownEvents = new Set<string>();
  private readonly doubted = new Set<string>();
  private last: Counters | undefined;

  constructor(private readonly silentCommands: SilentCommands) {}

  /** Commands in the counters of which nothing is known: whether they write must be asked before `since`. */
  unknown(info: Info): readonly string[] {
    return [...new Counters(info).calls.keys()].filter((name) => !this.silentCommands.knows(name));
  }

  sawEvent(event: string): void {
    if (this.knownEvents.has(event)) return;
    this.knownEvents.add(event);
    for (const [classOf, pattern] of EVENTS) if (pattern.test(event)) this.seen.add(classOf);
  }

  /** Whether there are writes of a kind that was never announced so far. */
  get silent(): boolean {
    return [...this.doubted].some((classOf) => !this.seen.has(classOf));
  }

  /**
   * `info` must be older than the last event handed to `sawEvent`: put a barrier between the two.
   *
   * @param untried - write commands that were tried on no engine: what they change, nothing may announce
   */
  since(info: Info, untried: ReadonlySet<string> = new Set()): Unannounced {
    const now = new Counters(info);
    const before = this.last;
    this.last = now;
    const changes = new Set<SilentChange>();
    const calls = new Map<string, number>();
    if (before === undefined) return { replaced: false, silentWrites: false, changes, calls };
    const silent = this.silentClasses(now, before);
    for (const classOf of silent) this.doubted.add(classOf);
    for (const [name, count] of now.calls) {
      const times = count - (before.calls.get(name) ?? 0);
      const by: readonly SilentChange[] = untried.has(name) ? ['type', 'gone'] : this.silentCommands.changesBy(name);
      if (times <= 0 || by.length === 0) continue;
      calls.set(name, times);
      for (const change of by) changes.add(change);
    }
    const replaced = now.runId !== before.runId || now.wereReset(before);
    return { replaced, silentWrites: silent.length > 0, changes, calls };
  }

  private silentClasses(now: Counters, before: Counters): string[] {
    const silent = Object.entries(COMMANDS)
      .filter(([classOf, commands]) => !this.seen.has(classOf) && now.moved(before, commands.split(' ')))
      .map(([classOf]) => classOf);
    if (!this.seen.has('e') && now.evicted > before.evicted) silent.push('e');
    return silent;
  }
}

class Counters {
  readonly runId: string;
  readonly evicted: number;
  readonly calls: ReadonlyMap<string, number>;

  constructor(info: Info) {
    this.runId = info.text('run_id') ?? '';
    this.evicted = info.number('evicted_keys');
    const calls = new Map<string, number>();
    for (const [command, count] of info.calls()) {
      const [name = ''] = command.split('|');
      calls.set(name, (calls.get(name) ?? 0) + count);
    }
    this.calls = calls;
  }

  moved(before: Counters, commands: readonly string[]): boolean {
    return commands.some((command) => (this.calls.get(command) ?? 0) > (before.calls.get(command) ?? 0));
  }

  /** Each counter only grows, until CONFIG RESETSTAT: what was called before it counts no more. */
  wereReset(before: Counters): boolean {
    return [...before.calls].some(([command, calls]) => (this.calls.get(command) ?? 0) < calls);
  }
}
