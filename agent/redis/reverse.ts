import type { ReverseArgs } from '../../contract/cache';
import type { Report, Verb } from '../verb';
import type { RedisContext } from './context';
import { explainRedis } from './explain';
import { between, remember, takeOver, targetWritesJournal } from './replicate';
import { PATIENCE_MS } from './replication/patience';
import { Replication } from './replication/replication';
import { FULL } from './replication/search';

/**
 * Follows the other way: from now on changes of `from` flow to `to`. What clients wrote on `from` while the opposite tail
 * still ran is brought first. Where this process does not know what that was, because the host was replaced, both
 * sides are made equal instead.
 *
 * In an overlap clients may be on `to` all the while, as where a switch is undone before everybody has seen it: what they
 * write there stands, also where it was written on `from` as well. One that has run since before they could be there, and
 * so tells nobody's writes apart, is taken over.
 */
export const reverse: Verb<RedisContext, 'redis.reverse'> = async (context, args, report) => {
  const { replications } = context;
  try {
    await replications.inTurn(() => changeDirection(context, args, report));
    return { replications: replications.all().map((replication) => replication.status()) };
  } catch (error) {
    throw explainRedis(error, between(context, args));
  }
};

async function changeDirection(context: RedisContext, args: ReverseArgs, { signal }: Report): Promise<void> {
  const { from, to } = args;
  const { replications } = context;
  const running = replications.find({ from, to });
  if (running !== undefined) {
    // Where clients of `to` cannot be heard this is refused, and what runs goes on: nobody may be let on to `to` then.
    if (args.overlap && running.targetWrites === undefined) await takeOver(context, args, running, signal);
    return;
  }
  const opposite = replications.find({ from: to, to: from });
  // Where it is not known what was theirs, nothing can be told apart.
  const overlap = args.overlap && opposite !== undefined;
  const replication = new Replication(context, {
    ...{ from, to, targetIsOurs: true, overlap },
    initial: opposite === undefined ? FULL : 'none',
    ...(opposite !== undefined && { conflicts: opposite.conflicts }),
  });
  // Hears of changes before the opposite tail ends, applies none until it has: neither a gap nor a loop.
  await replication.open();
  if (opposite?.targetWrites !== undefined && opposite.status().state !== 'failed')
    await bringLast(opposite, replication, signal);
  await replications.replace(replication);
  await targetWritesJournal(context).forget();
  await remember(context, { from, to, overlap });
  for (const { database, key } of opposite?.targetWrites?.ofBoth() ?? [])
    replication.targetWrites?.claim(database, key);
  replication.begin();
  if (opposite?.targetWrites !== undefined) replication.bring(opposite.targetWrites.all());
}

/**
 * What clients wrote on `to` before `next` heard of them gets to `from`: else an older value that is on its way there
 * would come back over it. What both sides wrote is known by then, and counted.
 */
async function bringLast(opposite: Replication, next: Replication, signal: AbortSignal): Promise<void> {
  try {
    await opposite.catchUp(signal, PATIENCE_MS);
  } catch (error) {
    await next.stop();
    throw error;
  }
}
