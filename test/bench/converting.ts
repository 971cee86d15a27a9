import { cpus } from 'node:os';
import { conversions } from '../../agent/mysql/conversions';
import { convert } from '../../agent/mysql/convert';
import { drain } from '../../agent/mysql/drain';
import { follow } from '../../agent/mysql/follow';
import { resumereplica } from '../../agent/mysql/resumereplica';
import { Verifications } from '../../agent/mysql/verification/verifications';
import { verify } from '../../agent/mysql/verify';
import type { Databases } from '../../agent/sql/databases';
import type { Conversion } from '../../contract/database';
import { AwsEndpoint } from '../agent/aws-endpoint';
import { Chained } from '../agent/mysql/converting/chained';
import { DatabaseStage } from '../agent/mysql/stage';
import { listener } from '../agent/redis/stage';
import { type Freeze, fill, freezeUnderLoad, type Pair } from './mysql';

const FORWARD = { from: 'blue', to: 'green' } as const;
const ROWS = 1_000_000;
const FREEZES = 5;
const DECLARED: readonly Conversion[] = [{ kind: 'toInnoDb' }];
const SETTINGS = { innodb_buffer_pool_size: '512M' };

/** The freeze of the same blue, whose table is of MyISAM: where green follows it, and where a converting replica is between. */
export async function benchConverting(): Promise<object> {
  const direct = await onStage(directly);
  const converted = await onStage(byConvertingReplica);
  return { cores: cpus().length, rows: ROWS, direct, converted };
}

async function onStage(work: (stage: DatabaseStage) => Promise<object>): Promise<object> {
  const aws = new AwsEndpoint();
  await aws.start();
  Object.assign(process.env, aws.environment);
  const stage = new DatabaseStage(aws);
  try {
    return await work(stage);
  } finally {
    await stage.end();
    await aws.stop();
  }
}

async function directly(stage: DatabaseStage): Promise<object> {
  const options = { engine: 'mariadb', settings: SETTINGS } as const;
  const [blue, green] = await Promise.all([stage.database(options), stage.database(options)]);
  const databases = await stage.databases(stage.endpoint(blue), stage.endpoint(green));
  await follow(databases, FORWARD, listener());
  const [onBlue, onGreen] = await Promise.all([stage.root(blue), stage.root(green)]);
  await fill({ onBlue, databases }, ROWS, 'MyISAM');
  // As RDS does where it makes green of what Aurora has not.
  await onGreen.query('SET SESSION sql_log_bin = 0');
  await onGreen.query('ALTER TABLE bench.accounts ENGINE = InnoDB');
  return freezes({ stage, blue, databases });
}

async function byConvertingReplica(stage: DatabaseStage): Promise<object> {
  const chained = await Chained.start(stage, 'mariadb', SETTINGS);
  await chained.onBlue.query('SET GLOBAL general_log = OFF');
  await chained.makeGreen();
  const databases = await chained.databases(DECLARED);
  await fill({ onBlue: chained.onBlue, databases }, ROWS, 'MyISAM');
  for (;;) {
    const { next } = await conversions(databases, {}, listener());
    if (next === undefined) break;
    await convert(databases, { step: next.id, timeoutSeconds: 600 }, listener());
  }
  await resumereplica(databases, { timeoutSeconds: 60 }, listener());
  await drain(databases, { ...FORWARD, timeoutSeconds: 600 }, listener());
  return freezes({ stage, blue: chained.blue, databases });
}

async function freezes(pair: Pick<Pair, 'stage' | 'blue' | 'databases'>): Promise<object> {
  await verify(pair.databases, { ...FORWARD, mode: 'full' }, listener());
  const all: Freeze[] = [];
  try {
    for (let left = FREEZES; left > 0; left--) all.push(await freezeUnderLoad(pair, ROWS));
  } finally {
    stop(pair.databases);
  }
  const median = (of: (freeze: Freeze) => number) => all.map(of).toSorted((a, b) => a - b)[Math.floor(FREEZES / 2)];
  return { medianMs: median(({ totalMs }) => totalMs), medianDrainMs: median(({ drainMs }) => drainMs), freezes: all };
}

function stop(databases: Databases): void {
  databases.keep(Verifications).stop();
}
