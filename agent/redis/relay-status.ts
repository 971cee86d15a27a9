import type { RelayResult } from '../../contract/cache';
import type { Verb } from '../verb';
import type { RedisContext } from './context';
import { readMarkers } from './relay/switch/serving';

/** Who is connected to the relay, and which side serves them: once a switch that is under way has ended. */
export const relayStatus: Verb<RedisContext, 'redis.relay'> = (context) =>
  context.relays.inTurn(() => statusOf(context));

export async function statusOf(context: RedisContext): Promise<RelayResult> {
  const { running } = context.relays;
  if (running === undefined) return { ...(await byMarkers(context)), ...NOBODY };
  const { serving, epoch, relay } = running;
  const { clients, blocked, subscribed, inTransaction, cannotBeCarried, unknownScripts, refused } = relay.status();
  const notCarried = Object.entries(cannotBeCarried).map(([reason, count]) => ({ reason, clients: count }));
  return {
    ...{ serving, epoch, port: relay.port, clients, blocked, subscribed, inTransaction, notCarried },
    unknownScripts: unknownScripts.length,
    refused: Object.entries(refused).map(([reason, times]) => ({ reason, times })),
  };
}

const NOBODY = {
  ...{ clients: 0, blocked: 0, subscribed: 0, inTransaction: 0, unknownScripts: 0 },
  ...{ notCarried: [], refused: [] },
} as const;

async function byMarkers(context: RedisContext): Promise<Pick<RelayResult, 'serving' | 'epoch'>> {
  const { serving, markers } = await readMarkers(context);
  if (typeof serving !== 'object') return {};
  const { side } = serving;
  const epoch = markers[side]?.epoch;
  return { serving: side, ...(epoch !== undefined && { epoch }) };
}
