import type { ReverseArgs } from '../../contract/cache';
import type { Direction } from '../../contract/common';
import type { Report, Verb } from '../verb';
import type { RedisContext } from './context';
import { explainRedis } from './explain';
import { requireNotServing } from './relay/switch/serving';
import { between, forgetBaseline, recalled, remember, takeOver, targetWritesJournal } from './replicate';
import { PATIENCE_MS } from './replication/health/patience';
import { Replication } from './replication/replication';
import { FULL } from './replication/search/search';

/**
 * Follows the other way: from now on changes of `from` flow to `to`. What clients wrote on `from` while the opposite tail
 * still ran is brought first. Where the host was replaced, that is found by what the copy had left on `from`. Where that
 * is not noted either, both sides are made equal, but in an overlap whatever differs stands on `to`, and counts.
 *
 * In an overlap clients may be on `to` all the while, as where a switch is undone before all clients have seen it: what they
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
  await requireNotServing(context, args);
  const opposite = await whatKnows(context, { from: to, to: from });
  const { overlap } = args;
  const replication = new Replication(context, {
    ...{ from, to, targetIsOurs: true, overlap, unlikeStands: opposite === undefined },
    initial: opposite === undefined ? FULL : 'none',
    ...(opposite !== undefined && { conflicts: opposite.conflicts }),
  });
  // Hears of changes before the opposite tail ends, applies none until it has: neither a gap nor a loop.
  await replication.open();
  if (opposite?.targetWrites !== undefined) await bringLast(opposite, replication, signal);
  if (opposite !== undefined) replication.learnStreams(opposite);
  await replications.replace(replication);
  await targetWritesJournal(context).forget();
  // While clients are on `to`, a host that takes this one's place has to find again what they wrote on `from`.
  if (!overlap && context.consistency === 'LIVE') await forgetBaseline(context, from);
  await remember(context, { from, to, overlap });
  for (const { database, key } of opposite?.targetWrites?.ofBoth() ?? [])
    replication.targetWrites?.claim(database, key);
  replication.begin();
  if (opposite?.targetWrites !== undefined) replication.bring(opposite.targetWrites.all());
}

/** The opposite replication, if it knows what clients wrote. One that has failed has missed some of it. */
async function whatKnows(context: RedisContext, direction: Direction): Promise<Replication | undefined> {
  const running = context.replications.find(direction);
  return running === undefined || running.status().state === 'failed' ? recalled(context, direction) : running;
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
