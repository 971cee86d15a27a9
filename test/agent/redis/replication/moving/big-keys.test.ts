import { learnDialect } from '../../../../../agent/redis/dialect';
import { BigKeyTimes } from '../../../../../agent/redis/replication/health/big-key-times';
import {
  type Application,
  type Applier,
  DirectApplier,
  type Write,
} from '../../../../../agent/redis/replication/moving/applier';
import { BigKeys } from '../../../../../agent/redis/replication/moving/big-keys';
import { probe } from '../../../../../agent/redis/replication/moving/probe';
import { Connection } from '../../../../../agent/redis/resp/connection';
import type { Reply } from '../../../../../agent/redis/resp/reply';
import { endpointOf, Stage } from '../../stage';
import { elementOf, send } from '../support/dataset';

const stage = new Stage();
afterEach(() => stage.end());

const KEY = Buffer.from('big');
const FIELDS = 20_000;

test('what the source lets live on does not expire on the target while it is edited', async () => {
  const [blue, green] = [await store('redis', '6.0'), await store('valkey', '8.1')];
  for (const { user } of [blue, green]) {
    for (let from = 0; from < FIELDS; from += 1000) {
      const fields = Array.from({ length: 1000 }, (_, n) => [elementOf(from + n), 'x'.repeat(40)]).flat();
      await send(user, [['HMSET', KEY, ...fields]]);
    }
  }
  await green.user.pexpire(KEY, 600_000);
  await blue.user.hset(KEY, 'edited', '1');

  const lives: Promise<Reply[]>[] = [];
  const applier: Applier = {
    apply(database: number, writes: readonly Write[]): Application {
      const [name] = writes[0]?.commands[0] ?? [];
      if (name === 'HSET') lives.push(green.connection.batchIn(0, [['PTTL', KEY]]));
      return new DirectApplier(green.connection).apply(database, writes);
    },
  };
  const bigKeys = new BigKeys({
    ...{ source: blue, target: green, applier, written: async () => undefined, times: new BigKeyTimes() },
    ...{ onAgain: () => undefined, onApplied: () => undefined, onStream: () => undefined },
    refused: (refusal) => refusal,
    onFailure: (error) => {
      throw error;
    },
  });
  const [probed] = await probe(blue, 0, [KEY], false);
  if (probed === undefined) throw new Error('The key was to be there.');
  bigKeys.take(0, probed, 0, Promise.resolve());
  await bigKeys.landed();
  expect(await Promise.all(lives)).toEqual([[-1]]);
  expect(await green.user.hget(KEY, 'edited')).toBe('1');
});

async function store(...engine: Parameters<Stage['server']>) {
  const server = await stage.server(...engine);
  const connection = await Connection.open(endpointOf(server));
  stage.later(() => connection.close());
  return { connection, dialect: await learnDialect(connection, endpointOf(server)), user: await stage.user(server) };
}
