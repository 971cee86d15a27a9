import { AgentError } from '../../../errors';
import type { RedisContext } from '../../context';
import { bringTouched } from './bring-touched';
import { claim } from './interposing';
import { otherThan, readMarkers } from './serving';

/** Every now and then: markers that were evicted are written again, and what no event told of is brought over. */
export function keepUp(context: RedisContext): Promise<void> {
  return context.relays.inTurn(async () => {
    const { relays, replications, logger } = context;
    const { running } = relays;
    if (running === undefined) return;
    const { relay, host, serving, epoch } = running;
    const copy = replications.find({ from: serving, to: otherThan(serving) });
    if (copy !== undefined) bringTouched(copy, relay.touched());
    if (await isTakenOver(context, host)) {
      logger.warn('Another host has taken over the relay of this one, which ends.', { serving });
      await relays.stop();
      return;
    }
    relays.running = { ...running, epoch: Math.max(epoch, await claim(context, serving, host)) };
  });
}

async function isTakenOver(context: RedisContext, host: string): Promise<boolean> {
  try {
    const { markers } = await readMarkers(context);
    return Object.values(markers).some((marker) => marker !== undefined && marker.host !== host);
  } catch (error) {
    // This process does not need the markers to know who serves; one that starts would.
    if (error instanceof AgentError && error.name === 'Agent.ServingUnknown') return false;
    throw error;
  }
}
