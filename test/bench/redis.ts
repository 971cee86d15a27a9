import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { Connection } from '../../agent/redis/resp/connection';
import type { Command } from '../../agent/redis/resp/writer';
import type { Server } from '../../rehearsal/engines/redis/server';
import { KINDS, keyOf, make } from '../agent/redis/replication/support/dataset';
import { Random } from '../agent/redis/replication/support/random';
import { endpointOf } from '../agent/redis/stage';
import { type Bench, FORWARD, fillStrings, stringKey, VALUE, withBench } from './agent-between';

const run = promisify(execFile);

const STRINGS = 1_000_000;
const MANY_STRINGS = 5_000_000;
const MIXED = 300_000;
const PLAIN = 100_000;
const MiB = 1024 * 1024;

/** The Redis agent's figures, beside those of a plain loop and of the servers themselves, in one run. */
export async function benchRedis(): Promise<object> {
  const strings = await withBench(async (bench) => {
    await fillStrings(bench.source, STRINGS);
    const copied = await copy(bench, STRINGS);
    const verified = await bench.agent.run('redis.verify', { ...FORWARD, mode: 'full' });
    const memory = await bench.agent.usage();
    const lag = await lagUnder(bench, 10_000);
    await bench.agent.run('redis.verify', { ...FORWARD, mode: 'full' });
    const freeze = await freezeAfter(bench, 5000);
    const servers = await ownLimits(bench);
    return {
      copy: copied,
      verify: { mismatches: verified.mismatches, keysPerSecond: rate(verified.keysCompared, verified.durationMs) },
      peakRssMiB: Math.round(memory.peakRssBytes / MiB),
      lagUnder10000WritesPerSecond: lag,
      freezeUnder5000WritesPerSecond: freeze,
      serversOwnLimitPerSecond: servers,
    };
  });
  const plain = await withBench(async (bench) => {
    await fillStrings(bench.source, PLAIN);
    return plainLoops(bench);
  });
  const mixed = await withBench(async (bench) => {
    await fillMixed(bench.source, MIXED);
    const copied = await copy(bench, MIXED);
    const verified = await bench.agent.run('redis.verify', { ...FORWARD, mode: 'full' });
    return {
      copy: copied,
      verify: { mismatches: verified.mismatches, keysPerSecond: rate(verified.keysCompared, verified.durationMs) },
    };
  });
  const many = await withBench(async (bench) => {
    await fillStrings(bench.source, MANY_STRINGS);
    const copied = await copy(bench, MANY_STRINGS);
    await bench.agent.run('redis.verify', { ...FORWARD, mode: 'full' });
    return { copy: copied, peakRssMiB: Math.round((await bench.agent.usage()).peakRssBytes / MiB) };
  });
  return {
    cores: cpus().length,
    strings: { keys: STRINGS, ...strings },
    plainIoredisLoop: {
      keys: PLAIN,
      ...plain,
      timesFasterThanOneByOne: round(strings.copy.keysPerSecond / plain.oneByOneKeysPerSecond),
      timesFasterThanPipelined: round(strings.copy.keysPerSecond / plain.pipelinedByPageKeysPerSecond),
    },
    mixedTypes: { keys: MIXED, ...mixed },
    manyStrings: { keys: MANY_STRINGS, ...many },
  };
}

async function fillMixed(server: Connection, count: number): Promise<void> {
  const random = new Random(1);
  for (let from = 0; from < count; from += 900) {
    const commands: Command[] = [];
    for (let i = from; i < Math.min(count, from + 900); i += 1) {
      const kind = KINDS[i % KINDS.length] ?? 'string';
      commands.push(...make(random, kind, keyOf(kind, i), 5));
      if (i % 3 === 0) commands.push(['PEXPIRE', keyOf(kind, i), 3_600_000]);
    }
    await server.batch(commands);
  }
}

interface Copied {
  readonly keysPerSecond: number;
  readonly durationMs: number;
  /** What the copy cost whom, so that runs on a busy machine can be compared too. */
  readonly cpuSeconds: { readonly agent: number; readonly source: number; readonly target: number };
}

async function copy({ agent, source, target }: Bench, keys: number): Promise<Copied> {
  const cpu = async () => {
    const { user, system } = (await agent.usage()).cpu;
    return [(user + system) / 1e6, await cpuSeconds(source), await cpuSeconds(target)] as const;
  };
  const before = await cpu();
  const { durationMs } = await agent.run('redis.replicate', { ...FORWARD, targetIsOurs: false, overlap: false });
  const after = await cpu();
  return {
    keysPerSecond: rate(keys, durationMs),
    durationMs,
    cpuSeconds: {
      agent: round(after[0] - before[0]),
      source: round(after[1] - before[1]),
      target: round(after[2] - before[2]),
    },
  };
}

/** CPU of a server since it was started, in seconds; of what is measured, the difference of two. */
async function cpuSeconds(server: Connection): Promise<number> {
  const info = String(await server.command('INFO', 'cpu'));
  return ['used_cpu_sys', 'used_cpu_user'].reduce(
    (sum, field) => sum + Number(new RegExp(`^${field}:([\\d.]+)`, 'm').exec(info)?.[1]),
    0,
  );
}

/** How long a change takes to be on the target, seen from outside: a marker is written and polled for. */
async function lagUnder(bench: Bench, writesPerSecond: number): Promise<object> {
  const load = startWrites(bench.blue, writesPerSecond);
  const marks = await Connection.open(endpointOf(bench.blue));
  const lags: number[] = [];
  await pause(1000);
  for (let i = 0; i < 400; i += 1) {
    const mark = `mark:${i}`;
    const written = performance.now();
    await marks.command('SET', mark, String(i));
    while ((await bench.target.command('EXISTS', mark)) !== 1) await pause(1);
    lags.push(performance.now() - written);
    await pause(10);
  }
  const achieved = await load.stop();
  marks.close();
  lags.sort((a, b) => a - b);
  const at = (part: number) => round(lags[Math.min(lags.length - 1, Math.floor(part * lags.length))] ?? 0);
  return { writesPerSecond: achieved, samples: lags.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** What of a freeze is the agent's: from the last write to everything there and compared. */
async function freezeAfter(bench: Bench, writesPerSecond: number): Promise<object> {
  const load = startWrites(bench.blue, writesPerSecond);
  await pause(8000);
  const achieved = await load.stop();
  const began = performance.now();
  const drained = await bench.agent.run('redis.drain', { ...FORWARD, timeoutSeconds: 60 });
  const verified = await bench.agent.run('redis.verify', { ...FORWARD, mode: 'delta' });
  return {
    writesPerSecond: achieved,
    totalMs: round(performance.now() - began),
    drainMs: drained.durationMs,
    deltaVerifyMs: verified.durationMs,
    deltaKeys: verified.keysCompared,
    mismatches: verified.mismatches,
  };
}

function startWrites(server: Server, perSecond: number): { stop(): Promise<number> } {
  let running = true;
  let written = 0;
  const began = performance.now();
  const writing = (async () => {
    const connection = await Connection.open(endpointOf(server));
    const random = new Random(7);
    while (running) {
      const due = Math.floor(((performance.now() - began) / 1000) * perSecond) - written;
      const commands = Array.from({ length: Math.min(due, 1000) }, (): Command => {
        const key = stringKey(random.below(STRINGS));
        if (random.chance(0.05)) return ['DEL', key];
        return random.chance(0.1) ? ['SET', key, VALUE, 'PX', 600_000] : ['SET', key, random.bytes(64)];
      });
      await connection.batch(commands);
      written += commands.length;
      await pause(5);
    }
    connection.close();
  })();
  return {
    async stop() {
      running = false;
      const seconds = (performance.now() - began) / 1000;
      await writing;
      return Math.round(written / seconds);
    },
  };
}

/** What most people would write first, and the same with a pipeline per page. */
async function plainLoops({
  blue,
  green,
}: Bench): Promise<{ oneByOneKeysPerSecond: number; pipelinedByPageKeysPerSecond: number }> {
  const options = { protocol: 2, disableClientInfo: true } as const;
  const source = new Redis(blue.port, blue.host, options);
  const target = new Redis(green.port, green.host, options);
  try {
    const few = 20_000;
    let began = performance.now();
    let keys = 0;
    for (let cursor = '0'; keys < few; ) {
      const [next, page] = await source.scan(cursor, 'COUNT', 1000);
      for (const key of page) {
        const [ttl, payload] = await Promise.all([source.pttl(key), source.dumpBuffer(key)]);
        if (payload !== null) await target.restore(key, Math.max(0, ttl), payload, 'REPLACE');
        keys += 1;
      }
      cursor = next;
    }
    const oneByOneKeysPerSecond = rate(keys, performance.now() - began);
    began = performance.now();
    keys = 0;
    let cursor = '0';
    do {
      const [next, page] = await source.scan(cursor, 'COUNT', 1000);
      const reads = source.pipeline();
      for (const key of page) reads.pttl(key).dumpBuffer(key);
      const values = (await reads.exec()) ?? [];
      const writes = target.pipeline();
      page.forEach((key, i) => {
        const payload = values[2 * i + 1]?.[1];
        if (Buffer.isBuffer(payload)) writes.restore(key, Math.max(0, Number(values[2 * i]?.[1])), payload, 'REPLACE');
      });
      await writes.exec();
      keys += page.length;
      cursor = next;
    } while (cursor !== '0');
    return { oneByOneKeysPerSecond, pipelinedByPageKeysPerSecond: rate(keys, performance.now() - began) };
  } finally {
    source.disconnect();
    target.disconnect();
  }
}

/** The servers' pace for the commands that a copy of one key takes, each measured alone by the engines' own tool. */
async function ownLimits({ blue, green }: Bench): Promise<Record<string, number>> {
  const key = 'key:__rand_int__';
  return {
    sourcePexpiretime: await engineBenchmark(blue, ['PEXPIRETIME', key]),
    sourceMemoryUsage: await engineBenchmark(blue, ['MEMORY', 'USAGE', key]),
    sourceDump: await engineBenchmark(blue, ['DUMP', key]),
    targetSet: await engineBenchmark(green, ['SET', key, VALUE.toString()]),
  };
}

async function engineBenchmark(server: Server, command: readonly string[]): Promise<number> {
  const tool = server.engine.benchmark;
  if (tool === undefined) throw new Error(`${server.engine.origin} comes without its benchmark tool.`);
  const load = [
    '-h',
    server.host,
    '-p',
    String(server.port),
    '-c',
    '1',
    '-P',
    '500',
    '-n',
    '500000',
    '-r',
    String(STRINGS),
  ];
  const { stdout } = await run(tool.file, [...tool.args, ...load, '--csv', ...command], {
    env: { ...process.env, ...tool.env },
    maxBuffer: 16 * MiB,
  });
  const rows = stdout.trim().split('\n');
  return Math.round(Number(/^"[^"]*","([\d.]+)"/.exec(rows[rows.length - 1] ?? '')?.[1]));
}

function rate(count: number, milliseconds: number): number {
  return Math.round((count / milliseconds) * 1000);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
