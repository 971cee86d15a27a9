import type { Direction, Side } from '../../../../contract/common';
import { AgentError } from '../../../errors';
import type { RedisContext } from '../../context';
import { MarkedServer } from './marker';
import { readNotes } from './relay-notes';
import { type Marker, type Seen, type Serving, whoServes } from './who-serves';

export const SIDES: readonly Side[] = ['blue', 'green'];

export function otherThan(side: Side): Side {
  return side === 'blue' ? 'green' : 'blue';
}

export interface ReadMarkers {
  readonly markers: Readonly<Partial<Record<Side, Marker>>>;
  readonly serving: Serving;
}

/** Both markers, as they are. Rejects where a side that does not answer is needed to tell who serves. */
export async function readMarkers(context: RedisContext): Promise<ReadMarkers> {
  const failures: unknown[] = [];
  const read = async (side: Side): Promise<Marker | 'missing' | 'no answer'> => {
    try {
      return (await withMarked(context, side, (server) => server.read())) ?? 'missing';
    } catch (error) {
      if (!(error instanceof AgentError) || error.name !== 'Agent.Unreachable') throw error;
      failures.push(error);
      return 'no answer';
    }
  };
  const [blue, green] = await Promise.all([read('blue'), read('green')]);
  requireOwn(context, { blue, green });
  const serving = whoServes({ blue, green });
  if (serving === 'unknown') throw failures[0] ?? unknown(context, { blue, green });
  return {
    serving,
    markers: { ...(typeof blue === 'object' && { blue }), ...(typeof green === 'object' && { green }) },
  };
}

/** Which side serves, once no attempt is undecided any more. `undefined`: no relay was here. */
export async function settled(context: RedisContext): Promise<Side | undefined> {
  for (;;) {
    const { serving, markers } = await readMarkers(context);
    if (typeof serving !== 'object') return undefined;
    if (!serving.undecided) return serving.side;
    const other = otherThan(serving.side);
    const asked = markers[other];
    if (asked === undefined) continue;
    context.logger.warn('The relay’s switch was not decided: it is given up.', { serving: serving.side });
    await withMarked(context, other, async (server) => {
      await server.rename(asked, 'left');
      await server.replicated(AbortSignal.timeout(SETTLES_WITHIN_MS));
    });
  }
}

const SETTLES_WITHIN_MS = 10_000;

/** Nothing is copied over the side that clients of the relay write to. */
export async function requireNotServing(context: RedisContext, { to }: Pick<Direction, 'to'>): Promise<void> {
  const { serving } = await readMarkers(context);
  if (typeof serving !== 'object' || serving.side !== to) return;
  throw new AgentError(
    'Agent.SideServes',
    `The relay's markers say that ${to} serves clients: what they write there would be overwritten. Copy the other way, ` +
      'or hand clients over first (redis.handover).',
  );
}

/** Rule 15: a host that only seems dead may wake up as a second relay. */
export async function requireOwnMarkers(context: RedisContext): Promise<void> {
  const host = (await readNotes(context))?.host;
  const { markers } = await readMarkers(context);
  for (const side of SIDES) {
    const marker = markers[side];
    if (marker === undefined || marker.host === host) continue;
    throw new AgentError(
      'Agent.SideServes',
      `Another migration host (${marker.host}) wrote the relay's marker on ${side}. End it, or shut it out of both sides ` +
        '(its security group, then redis.evict on each), and then interpose with --takes-over.',
    );
  }
}

/** What is to be copied, by the markers: from the side that serves, whatever was noted. */
export async function directionBy<D extends Direction>(context: RedisContext, direction: D): Promise<D> {
  await requireOwnMarkers(context);
  const serving = await settled(context);
  if (serving !== direction.to) return direction;
  context.logger.warn('The markers say that the other side serves: it is copied from there.', { serving });
  return { ...direction, from: direction.to, to: direction.from, overlap: false };
}

export async function withMarked<T>(
  { endpoints }: RedisContext,
  side: Side,
  use: (server: MarkedServer) => Promise<T>,
  timeoutMs?: number,
): Promise<T> {
  const server = await MarkedServer.open(endpoints[side], timeoutMs);
  try {
    return await use(server);
  } finally {
    server.close();
  }
}

function requireOwn({ migrationName }: RedisContext, seen: Readonly<Record<Side, Marker | string>>): void {
  for (const side of SIDES) {
    const marker = seen[side];
    if (typeof marker === 'string' || marker.migration === migrationName) continue;
    throw new AgentError(
      'Agent.Failed',
      `On ${side} is the marker of a relay of another migration, ${marker.migration}: end it there first (redis.withdraw).`,
    );
  }
}

function unknown({ endpoints }: RedisContext, seen: Readonly<Record<Side, Seen>>): AgentError {
  const said = SIDES.map((side) => {
    const one = seen[side];
    return `${side} (${endpoints[side].host}): ${typeof one === 'string' ? one : `${one.state}, epoch ${one.epoch}`}`;
  });
  return new AgentError(
    'Agent.ServingUnknown',
    `The relay's markers do not tell who serves: ${said.join('; ')}. Nobody is served and nothing is copied meanwhile. ` +
      'Find out which side clients wrote to last: docs/relay.md says how.',
  );
}
