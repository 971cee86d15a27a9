import { cpus } from 'node:os';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { drain } from '../../agent/mysql/drain';
import { follow } from '../../agent/mysql/follow';
import { Verifications } from '../../agent/mysql/verification/verifications';
import { verify } from '../../agent/mysql/verify';
import type { Databases } from '../../agent/sql/databases';
import { rowDifference } from '../../agent/sql/named-difference';
import { AwsEndpoint } from '../agent/aws-endpoint';
import { DatabaseStage, type RdsDatabase } from '../agent/mysql/stage';
import { listener } from '../agent/redis/stage';

const FORWARD = { from: 'blue', to: 'green' } as const;
const FEW = 100_000;
const MANY = 1_000_000;
const TRANSACTIONS_PER_SECOND = 500;
const MARKS = 200;
const ROUNDS = 9;
const PLANTED = 734_211;

/** What of a freeze is the agent's. */
export interface Freeze {
  readonly transactionsPerSecond: number;
  readonly totalMs: number;
  readonly drainMs: number;
  readonly deltaVerifyMs: number;
  readonly deltaRows: number;
  readonly mismatches: number;
}

/** A source and its replica, each a server of its own, with the agent in this process. */
export interface Pair {
  readonly stage: DatabaseStage;
  readonly blue: RdsDatabase;
  readonly onBlue: Connection;
  readonly onGreen: Connection;
  readonly databases: Databases;
}

/** The MySQL agent's figures, beside those of the engine's own CHECKSUM TABLE on the same rows in the same run. */
export async function benchMysql(): Promise<object> {
  const few = await withPair(async (pair) => {
    await fill(pair, FEW);
    await verify(pair.databases, { ...FORWARD, mode: 'full' }, listener());
    return { rows: FEW, freezeUnderLoad: await freezeUnderLoad(pair, FEW) };
  });
  const many = await withPair(async (pair) => {
    await fill(pair, MANY);
    const rounds = await inTurn(pair);
    return {
      rows: MANY,
      rounds: ROUNDS,
      verify: {
        rowsPerSecond: median(rounds, 'verify'),
        ofChecksumTableOnBoth: Math.round((median(rounds, 'verify') / median(rounds, 'checksumOnBoth')) * 100) / 100,
        maxRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      },
      checksumTable: {
        rowsPerSecond: median(rounds, 'checksum'),
        rowsPerSecondOnBothAtOnce: median(rounds, 'checksumOnBoth'),
      },
      planted: await findPlanted(pair),
      replicationLag: await lagUnderLoad(pair, MANY),
      freezeUnderLoad: await freezeUnderLoad(pair, MANY),
    };
  });
  return { cores: cpus().length, few, many };
}

/** Rows a second. */
interface Round {
  readonly checksum: number;
  readonly checksumOnBoth: number;
  readonly verify: number;
}

/** A machine is not equally fast all the time: each is measured several times, in turn. */
async function inTurn({ onBlue, onGreen, databases }: Pair): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS) {
    const checksum = await ownChecksum([onBlue]);
    const checksumOnBoth = await ownChecksum([onBlue, onGreen]);
    const full = await verify(databases, { ...FORWARD, mode: 'full' }, listener());
    if (full.mismatches > 0) throw new Error(`bench: ${full.mismatches} rows differ, and none should.`);
    rounds.push({ checksum, checksumOnBoth, verify: rate(full.rowsCompared, full.durationMs) });
  }
  return rounds;
}

function median(rounds: readonly Round[], figure: keyof Round): number {
  return rounds.map((round) => round[figure]).toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;
}

async function withPair<T>(work: (pair: Pair) => Promise<T>): Promise<T> {
  const aws = new AwsEndpoint();
  await aws.start();
  Object.assign(process.env, aws.environment);
  const stage = new DatabaseStage(aws);
  let databases: Databases | undefined;
  try {
    const options = { engine: 'mariadb', settings: { innodb_buffer_pool_size: '512M' } } as const;
    const [blue, green] = await Promise.all([stage.database(options), stage.database(options)]);
    databases = await stage.databases(stage.endpoint(blue), stage.endpoint(green));
    await follow(databases, FORWARD, listener());
    const [onBlue, onGreen] = await Promise.all([stage.root(blue), stage.root(green)]);
    return await work({ stage, blue, onBlue, onGreen, databases });
  } finally {
    databases?.keep(Verifications).stop();
    await stage.end();
    await aws.stop();
  }
}

export async function fill(
  { onBlue, databases }: Pick<Pair, 'onBlue' | 'databases'>,
  rows: number,
  engine = 'InnoDB',
): Promise<void> {
  await onBlue.query('CREATE DATABASE bench');
  await onBlue.query('USE bench');
  await onBlue.query(`
    CREATE TABLE accounts (
      id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, balance DECIMAL(12,2) NOT NULL,
      changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, KEY by_name (name)
    ) ENGINE = ${engine}`);
  await onBlue.query('CREATE TABLE marks (id INT NOT NULL PRIMARY KEY)');
  for (let first = 1; first <= rows; first += FEW) {
    await onBlue.query(`
      INSERT INTO accounts SELECT seq, CONCAT('account ', seq), (seq * 31) % 9973, '2026-01-01 00:00:00'
      FROM seq_${first}_to_${first + FEW - 1}`);
  }
  await drain(databases, { ...FORWARD, timeoutSeconds: 600 }, listener());
}

/** Rows a second of the engine's own checksum, which no two versions of it agree on. Of several servers, of the slowest. */
async function ownChecksum(connections: readonly Connection[]): Promise<number> {
  const began = performance.now();
  await Promise.all(connections.map((connection) => connection.query('CHECKSUM TABLE bench.accounts EXTENDED')));
  return rate(MANY, performance.now() - began);
}

/** One row in all of them is made to differ, behind the log's back. @throws Error where it is not found and named */
async function findPlanted({ onGreen, databases }: Pair): Promise<object> {
  await onGreen.query('SET SESSION sql_log_bin = 0');
  const change = (cents: number) =>
    onGreen.query('UPDATE bench.accounts SET balance = balance + ?, changed = changed WHERE id = ?', [cents, PLANTED]);
  await change(0.01);
  const { mismatches, sample, durationMs } = await verify(databases, { ...FORWARD, mode: 'full' }, listener());
  await change(-0.01);
  const difference = rowDifference(String(PLANTED), 'differs in balance');
  if (mismatches !== 1 || sample[0]?.object !== 'bench.accounts' || sample[0].difference !== difference) {
    throw new Error(
      `bench: id ${PLANTED} of bench.accounts differs, and ${mismatches} differences were found: ${JSON.stringify(sample)}`,
    );
  }
  return { table: 'bench.accounts', id: PLANTED, found: difference, durationMs };
}

/** How long a committed row takes to be on the replica, seen from outside. */
async function lagUnderLoad({ stage, blue, onBlue, onGreen }: Pair, rows: number): Promise<object> {
  const load = await startTransfers(stage, blue, rows);
  const lags: number[] = [];
  for (let mark = 1; mark <= MARKS; mark += 1) {
    await onBlue.query('INSERT INTO marks VALUES (?)', [mark]);
    const written = performance.now();
    for (let there = false; !there; ) {
      const [found] = await onGreen.query<RowDataPacket[]>('SELECT id FROM bench.marks WHERE id = ?', [mark]);
      there = found.length > 0;
    }
    lags.push(performance.now() - written);
    await pause(10);
  }
  const transactionsPerSecond = await load.stop();
  lags.sort((a, b) => a - b);
  const at = (part: number) => round(lags[Math.min(lags.length - 1, Math.floor(part * lags.length))] ?? 0);
  return { transactionsPerSecond, samples: lags.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** What of a freeze is the agent's: from the last write to everything applied and compared. */
export async function freezeUnderLoad(
  { stage, blue, databases }: Pick<Pair, 'stage' | 'blue' | 'databases'>,
  rows: number,
): Promise<Freeze> {
  const load = await startTransfers(stage, blue, rows);
  await pause(5000);
  const transactionsPerSecond = await load.stop();
  const began = performance.now();
  const drained = await drain(databases, { ...FORWARD, timeoutSeconds: 60 }, listener());
  const verified = await verify(databases, { ...FORWARD, mode: 'delta' }, listener());
  return {
    transactionsPerSecond,
    totalMs: round(performance.now() - began),
    drainMs: drained.durationMs,
    deltaVerifyMs: verified.durationMs,
    deltaRows: verified.rowsCompared,
    mismatches: verified.mismatches,
  };
}

/** Money moves between two accounts in each transaction. */
async function startTransfers(
  stage: DatabaseStage,
  blue: RdsDatabase,
  rows: number,
): Promise<{ stop(): Promise<number> }> {
  const user = await stage.user(blue, 'bench', 'bench');
  const began = performance.now();
  let running = true;
  let done = 0;
  const working = (async () => {
    while (running) {
      const due = ((performance.now() - began) / 1000) * TRANSACTIONS_PER_SECOND;
      for (; running && done < due; done += 1) {
        const [one, other] = [1 + ((done * 7919) % rows), 1 + ((done * 104_729) % rows)];
        await user.query('START TRANSACTION');
        await user.query('UPDATE accounts SET balance = balance - 1 WHERE id = ?', [one]);
        await user.query('UPDATE accounts SET balance = balance + 1 WHERE id = ?', [other]);
        await user.query('COMMIT');
      }
      await pause(1);
    }
  })();
  return {
    async stop() {
      running = false;
      await working;
      return Math.round((done / (performance.now() - began)) * 1000);
    },
  };
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
