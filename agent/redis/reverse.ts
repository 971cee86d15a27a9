import type { Direction } from '../contract';
import { explain } from '../errors';
import type { Verb } from '../verb';
import type { RedisContext } from './context';
import { between, remember } from './replicate';
import { Replication } from './replication/replication';
import { FULL } from './replication/search';

/**
 * Follows the other way: from now on changes of `from` flow to `to`. What users wrote on `from` while the opposite tail
 * still ran is brought first. Where this process does not know what that was, because the host was replaced, both
 * sides are made equal instead.
 */
export const reverse: Verb<RedisContext, 'redis.reverse'> = async (context, { from, to }) => {
  const { replications } = context;
  try {
    await replications.inTurn(() => turnRound(context, { from, to }));
    return { replications: replications.all().map((replication) => replication.status()) };
  } catch (error) {
    throw explain(error, between(context, { from, to }));
  }
};

async function turnRound(context: RedisContext, { from, to }: Direction): Promise<void> {
  const { replications } = context;
  if (replications.find({ from, to }) !== undefined) return;
  const opposite = replications.find({ from: to, to: from });
  const replication = new Replication(context, {
    ...{ from, to, targetIsOurs: true, overlap: false },
    initial: opposite === undefined ? FULL : 'none',
  });
  // Hears of changes before the opposite tail ends, applies none until it has: neither a gap nor a loop.
  await replication.open();
  await replications.replace(replication);
  await remember(context, { from, to, overlap: false });
  replication.begin();
  if (opposite?.theirs !== undefined) replication.bring(opposite.theirs.all());
}
