import { setTimeout as sleep } from 'node:timers/promises';
import { serverInfo } from '../../agent/redis/dialect';
import type { ResolvedEndpoint } from '../../agent/redis/endpoint';
import { EventStream } from '../../agent/redis/replication/event-stream';
import { Connection } from '../../agent/redis/resp/connection';
import { type Reply, ReplyError } from '../../agent/redis/resp/reply';
import type { SilentChange, TriedEngine } from '../../agent/redis/silent-commands/tried-engine';
import type { Engine } from '../../rehearsal/engines/engine';
import { type Server, startServer } from '../../rehearsal/engines/redis/server';
import { CASES, type Call, type Case } from './cases';

/** Where a case may leave something: what moves between databases goes from 0 to 1. */
const DATABASES = [0, 1];
/** Between a call that waits and the one that ends its waiting. */
const BLOCKS_MS = 30;

interface State {
  readonly type: string;
  readonly value: string;
  /** Milliseconds left; -1: none. */
  readonly left: number;
  /** Elements; undefined where the type has none. */
  readonly length: number | undefined;
}

export interface Measured {
  readonly tried: TriedEngine;
  /** What a reader of the table should see: commands without a case, or that INFO does not count. */
  readonly notes: readonly string[];
}

/** Calls every write command of the engine, and compares which keys have changed with which keys an event named. */
export async function measure(engine: Engine): Promise<Measured> {
  const server = await startServer(engine, { notifyKeyspaceEvents: 'AKE' });
  const other = await startServer(engine, {});
  try {
    const bench = await Bench.open(server, other.port);
    try {
      return await bench.tryAll();
    } finally {
      bench.close();
    }
  } finally {
    await Promise.all([server.stop(), other.stop()]);
  }
}

class Bench {
  private heard = new Set<string>();

  private constructor(
    private readonly server: Server,
    private readonly otherPort: number,
    private readonly user: Connection,
    private readonly waiter: Connection,
    private readonly events: EventStream,
  ) {}

  static async open(server: Server, otherPort: number): Promise<Bench> {
    const endpoint = endpointOf(server);
    const onKey = (database: number, key: Buffer) => bench.heard.add(`${database}/${key}`);
    const events = await EventStream.open(endpoint, { onKey, onEnd: () => undefined });
    const bench: Bench = new Bench(
      server,
      otherPort,
      await Connection.open(endpoint),
      await Connection.open(endpoint),
      events,
    );
    return bench;
  }

  close(): void {
    for (const connection of [this.user, this.waiter, this.events]) connection.close();
  }

  async tryAll(): Promise<Measured> {
    const tried = new Set<string>();
    const silent = new Map<string, Set<SilentChange>>();
    const notes: string[] = [];
    for (const one of CASES) {
      const changes = await this.try(one);
      if (changes === undefined) continue;
      tried.add(one.command);
      if (changes.length === 0) continue;
      silent.set(one.command, new Set([...(silent.get(one.command) ?? []), ...changes]));
      if (!(await this.isCounted(one))) notes.push(`${one.command} is silent and not counted: ${one.run.join('; ')}`);
    }
    for (const name of await this.writeCommands()) if (!tried.has(name)) notes.push(`${name} has no case that works`);
    const { engine, version } = this.server.engine;
    return {
      tried: {
        engine,
        version,
        commands: [...tried].sort().join(' '),
        silent: Object.fromEntries([...silent].map(([command, changes]) => [command, [...changes].sort()])),
      },
      notes,
    };
  }

  /** What changed without an event. Undefined where the engine does not know the command, or not this way to call it. */
  private async try({ setup, blocked, run }: Case): Promise<readonly SilentChange[] | undefined> {
    const refusal = await this.prepare(setup);
    if (refusal) return undefined;
    const before = await this.states();
    const answered = blocked === undefined ? undefined : this.waiter.batchIn(0, [await this.filled(blocked)]);
    if (answered !== undefined) await sleep(BLOCKS_MS);
    await this.events.barrier();
    this.heard.clear();
    const replies = await this.call(run);
    if (answered !== undefined) replies.push(...(await answered));
    await this.events.barrier();
    if (replies.some((reply) => reply instanceof ReplyError)) return undefined;
    const after = await this.states();
    const changes = new Set<SilentChange>();
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      if (this.heard.has(key)) continue;
      const change = changeOf(before.get(key), after.get(key));
      if (change !== undefined) changes.add(change);
    }
    return [...changes];
  }

  private async prepare(setup: readonly Call[]): Promise<boolean> {
    await this.user.command('FLUSHALL');
    const replies = await this.call(setup);
    return replies.some((reply) => reply instanceof ReplyError);
  }

  /** Whether the command's own counter moves, called plainly and by a script. */
  private async isCounted({ command, setup, blocked, run }: Case): Promise<boolean> {
    const [call = []] = run;
    const script: Call = ['EVAL', 'return redis.call(unpack(ARGV))', 0, ...call];
    const ways = blocked !== undefined || command === 'migrate' ? [call] : [call, script];
    for (const way of ways) {
      await this.prepare(setup);
      const before = await this.calls(command);
      if (blocked !== undefined) return false;
      const [reply] = await this.call([way]);
      if (
        way === script &&
        reply instanceof ReplyError &&
        /not allowed from|Unknown Redis command/i.test(reply.message)
      )
        continue;
      if ((await this.calls(command)) <= before) return false;
    }
    return true;
  }

  private async calls(command: string): Promise<number> {
    const calls = (await serverInfo(this.user, endpointOf(this.server))).calls();
    let sum = 0;
    for (const [name, count] of calls) if (name.split('|')[0] === command) sum += count;
    return sum;
  }

  private async writeCommands(): Promise<string[]> {
    const [reply] = await this.user.batch([['COMMAND']]);
    if (!Array.isArray(reply)) return [];
    return reply
      .filter((entry) => Array.isArray(entry) && Array.isArray(entry[2]) && entry[2].map(String).includes('write'))
      .map((entry) => String(Array.isArray(entry) ? entry[0] : '').toLowerCase());
  }

  private async call(calls: readonly Call[]): Promise<Reply[]> {
    const filled = [];
    for (const call of calls) filled.push(await this.filled(call));
    return this.user.batchIn(0, filled);
  }

  private async filled(call: Call): Promise<(Buffer | string | number)[]> {
    const dump = call.includes('$DUMP') ? await this.dump() : Buffer.alloc(0);
    return call.map((argument) => {
      if (argument === '$DUMP') return dump;
      return argument === '$PORT' ? this.otherPort : argument;
    });
  }

  private async dump(): Promise<Buffer> {
    const [, dump] = await this.user.batchIn(DATABASES.length, [
      ['SET', 'dumped', 'x'],
      ['DUMP', 'dumped'],
      ['DEL', 'dumped'],
    ]);
    if (!Buffer.isBuffer(dump)) throw new Error('DUMP answered without a payload.');
    return dump;
  }

  private async states(): Promise<Map<string, State>> {
    const states = new Map<string, State>();
    for (const database of DATABASES) {
      const [keys] = await this.user.batchIn(database, [['KEYS', '*']]);
      for (const key of Array.isArray(keys) ? keys : []) {
        if (Buffer.isBuffer(key)) states.set(`${database}/${key}`, await this.state(database, key));
      }
    }
    return states;
  }

  private async state(database: number, key: Buffer): Promise<State> {
    const [type, left] = await this.user.batchIn(database, [
      ['TYPE', key],
      ['PTTL', key],
    ]);
    const count = { list: 'LLEN', set: 'SCARD', hash: 'HLEN', zset: 'ZCARD', stream: 'XLEN' }[String(type)];
    const [value, length] = await this.user.batchIn(database, [
      [String(type) === 'string' ? 'GET' : 'DUMP', key],
      count === undefined ? ['EXISTS', key] : [count, key],
    ]);
    return {
      type: String(type),
      value: Buffer.isBuffer(value) ? withoutCachedCount(value).toString('latin1') : '',
      left: Number(left),
      length: count === undefined ? undefined : Number(length),
    };
  }
}

function endpointOf({ host, port, engine: { engine, version } }: Server): ResolvedEndpoint {
  return { host, port, tls: false, engine, engineVersion: version, clusterMode: false };
}

function changeOf(before: State | undefined, after: State | undefined): SilentChange | undefined {
  if (before === undefined) return after === undefined ? undefined : 'new';
  if (after === undefined) return 'gone';
  if (before.type !== after.type) return 'type';
  if (before.value !== after.value) {
    const shorter = before.type === 'list' && before.length !== after.length;
    return shorter ? 'list length' : `${before.type} value`;
  }
  const apart =
    before.left < 0 || after.left < 0 ? before.left !== after.left : Math.abs(before.left - after.left) > 5000;
  return apart ? 'expiry' : undefined;
}

/** PFCOUNT writes the count that it found into the HyperLogLog's header, bytes 8 to 15; that is no change of the value. */
function withoutCachedCount(value: Buffer): Buffer {
  if (value.subarray(0, 4).toString('latin1') !== 'HYLL') return value;
  return Buffer.concat([value.subarray(0, 8), value.subarray(16)]);
}
