import type { Redis } from 'ioredis';
import { BIG_KINDS, bigKeyOf, type Call, DATABASES, elementOf, KINDS, type Kind, keyOf, make } from './dataset';
import type { Random } from './random';

export interface LoadOptions {
  readonly perSecond: number;
  /** Indexes of keys that are written; the data set has as many of each kind. */
  readonly perKind: number;
  /** Now and then FLUSHDB, and SWAPDB of two databases. */
  readonly sweeping: boolean;
}

const TICK_MS = 10;

/** Users who write every kind of change, everywhere, until they are stopped. */
export class Load {
  private running = true;
  private writing: Promise<void> = Promise.resolve();
  /** Commands the server has acknowledged. */
  written = 0;

  constructor(
    private readonly server: Redis,
    private readonly random: Random,
    private readonly options: LoadOptions,
  ) {}

  start(): void {
    this.writing = this.write();
  }

  /** Resolves when the last write has been acknowledged, or has failed with its connection. */
  async stop(): Promise<void> {
    this.running = false;
    await this.writing;
  }

  private async write(): Promise<void> {
    const began = performance.now();
    while (this.running) {
      const due = Math.floor(((performance.now() - began) / 1000) * this.options.perSecond) - this.written;
      if (due > 0) {
        const pipeline = this.server.pipeline();
        pipeline.call('SELECT', this.random.below(DATABASES));
        for (let i = 0; i < Math.min(due, 500); i += 1) {
          for (const [command, ...args] of this.change()) pipeline.call(command, ...args);
          this.written += 1;
        }
        await pipeline.exec();
      }
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }

  private change(): Call[] {
    const { random, options } = this;
    if (options.sweeping && random.chance(0.0002)) return this.sweep();
    if (random.chance(0.01)) return this.editBigKey();
    const kind = random.pick(KINDS);
    const key = keyOf(kind, random.below(options.perKind));
    switch (random.below(8)) {
      case 0:
        return [['DEL', key]];
      case 1:
        return [['PEXPIRE', key, random.chance(0.3) ? 1 + random.below(300) : 60_000 + random.below(600_000)]];
      case 2:
        return [['PERSIST', key]];
      case 3:
        // RENAME of a key that is not there fails, as a user's does.
        return [['RENAME', key, keyOf(kind, random.below(options.perKind))]];
      case 4:
        return [['DEL', key], ...make(random, kind, key)];
      default:
        return [this.edit(kind, key)];
    }
  }

  private edit(kind: Kind, key: Buffer): Call {
    const { random } = this;
    const value = random.value(60);
    switch (kind) {
      case 'string':
        return random.pick<Call>([
          ['SET', key, value],
          ['SET', key, value, 'PX', 50 + random.below(100_000)],
          ['APPEND', key, value],
          ['INCR', keyOf(kind, 1_000_000 + random.below(50))],
          ['SETRANGE', key, random.below(100), value],
        ]);
      case 'list':
        return random.pick<Call>([
          ['RPUSH', key, value],
          ['LPUSH', key, value, value],
          ['LPOP', key],
          ['LTRIM', key, 0, 20],
          ['LSET', key, 0, value],
        ]);
      case 'set':
        return random.pick<Call>([
          ['SADD', key, value],
          ['SPOP', key],
          ['SREM', key, String(random.below(40))],
          ['SUNIONSTORE', key, keyOf(kind, 1), keyOf(kind, 2)],
        ]);
      case 'hash':
        return random.pick<Call>([
          ['HSET', key, `field ${random.below(60)}`, value],
          ['HDEL', key, `field ${random.below(60)}`],
          ['HINCRBY', key, 'counter', 1],
        ]);
      case 'zset':
        return random.pick<Call>([
          ['ZADD', key, random.next(), `member ${random.below(60)}`],
          ['ZREM', key, `member ${random.below(60)}`],
          ['ZINCRBY', key, 0.1, `member ${random.below(60)}`],
          ['ZREMRANGEBYRANK', key, 0, 0],
        ]);
      case 'stream':
        return random.pick<Call>([
          ['XADD', key, '*', 'v', value],
          ['XTRIM', key, 'MAXLEN', 20],
          ['XREADGROUP', 'GROUP', 'workers', 'first', 'COUNT', 2, 'STREAMS', key, '>'],
        ]);
      case 'hyperloglog':
        return random.chance(0.3) ? ['PFCOUNT', key] : ['PFADD', key, value];
      case 'bitmap':
        return ['SETBIT', key, random.below(20_000), 1];
      case 'geo':
        return ['GEOADD', key, random.next() * 90, random.next() * 40, `place ${random.below(60)}`];
    }
  }

  private editBigKey(): Call[] {
    const { random } = this;
    const kind = random.pick(BIG_KINDS);
    const key = bigKeyOf(kind);
    const element = elementOf(random.below(10_000));
    const select: Call = ['SELECT', 0];
    switch (kind) {
      case 'string':
        return [select, ['SETRANGE', key, random.below(1_000_000), 'edited']];
      case 'list':
        return [
          select,
          random.pick<Call>([
            ['LPOP', key],
            ['RPUSH', key, element],
            ['LPUSH', key, element],
          ]),
        ];
      case 'set':
        return [select, random.chance(0.5) ? ['SADD', key, element] : ['SREM', key, element]];
      case 'hash':
        return [select, random.chance(0.5) ? ['HSET', key, element, 'edited'] : ['HDEL', key, element]];
      case 'zset':
        return [select, random.chance(0.5) ? ['ZADD', key, random.next(), element] : ['ZREM', key, element]];
      case 'stream':
        return [select, ['XADD', key, '*', 'v', element]];
    }
  }

  private sweep(): Call[] {
    const { random } = this;
    if (random.chance(0.5)) return [['SELECT', 1 + random.below(DATABASES - 1)], ['FLUSHDB']];
    return [['SWAPDB', 1 + random.below(DATABASES - 1), 1 + random.below(DATABASES - 1)]];
  }
}
