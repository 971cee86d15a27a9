import type { Redis } from 'ioredis';
import { handover } from '../../../../../agent/redis/handover';
import { interpose } from '../../../../../agent/redis/interpose';
import type { Verbs } from '../../../../../contract/agent';
import type { Side } from '../../../../../contract/common';
import { ReplicatedPair } from '../../replication/support/pair';
import { listener, type Stage } from '../../stage';

export const OTHER = { blue: 'green', green: 'blue' } as const;

/** Two sides that are copied and compared, and a relay in front of blue. */
export async function interposedPair(stage: Stage, fill: (blue: Redis) => Promise<unknown>) {
  const pair = await ReplicatedPair.start(stage);
  await fill(pair.blue);
  await pair.replicate();
  await pair.verify();
  // They would be clients that go round the relay.
  pair.blue.disconnect();
  pair.green.disconnect();
  const { port } = await interpose(pair.context, { serving: 'blue', port: 0, takesOver: false }, listener());
  if (port === undefined) throw new Error('The relay does not listen.');
  const client = (options = {}) => stage.user({ host: '127.0.0.1', port }, options);
  const move = (to: Side, more: Partial<Verbs['redis.handover']['args']> = {}) =>
    handover(pair.context, { from: OTHER[to], to, maxPauseMs: 5000, closesOthers: false, ...more }, listener());
  const markers = async () => {
    const found: string[] = [];
    for (const server of [pair.blueServer, pair.greenServer]) {
      const user = await stage.user(server);
      found.push(String(await user.keys('cdk-cutover:relay:*')).replace('cdk-cutover:relay:', ''));
      user.disconnect();
    }
    return { blue: found[0], green: found[1] };
  };
  return { pair, port, client, move, markers };
}
