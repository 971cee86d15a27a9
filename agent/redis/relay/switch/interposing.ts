import type { InterposeArgs, WithdrawArgs } from '../../../../contract/cache';
import type { Side } from '../../../../contract/common';
import { AgentError } from '../../../errors';
import type { RedisContext } from '../../context';
import { address } from '../../endpoint';
import type { MarkerState } from '../../key';
import { type RelayCertificate, requireAccepted } from '../certificate';
import { newHost, type RelayNotes, readNotes, writeNotes } from './relay-notes';
import type { RunningRelay } from './running-relay';
import { otherThan, readMarkers, requireOwnMarkers, SIDES, settled, withMarked } from './serving';
import type { Marker } from './who-serves';

/** Has the relay run and serve the side that the markers say; where there are none, the one that is named. */
export function interpose(context: RedisContext, args: InterposeArgs): Promise<RunningRelay> {
  return context.relays.inTurn(async () => {
    const { running } = context.relays;
    if (running !== undefined) return sameAs(running, args);
    const certificate = await certificateOf(context);
    if (certificate !== undefined) requireAccepted(certificate, context.recordName, context.now());
    const notes = (await readNotes(context)) ?? { host: newHost() };
    // First of all: a second host must be known as another, whatever becomes of this attempt.
    await writeNotes(context, notes);
    if (!args.takesOver) await requireOwnMarkers(context);
    const serving = (await settled(context)) ?? args.serving;
    if (serving !== args.serving) throw servesAnother(serving);
    const epoch = await claim(context, serving, notes.host);
    return begin(context, { ...notes, port: args.port }, serving, epoch);
  });
}

/** Rule 13: a process that starts again goes on with the relay, on the side that the markers say. */
export function resumeRelay(context: RedisContext): Promise<void> {
  return context.relays.inTurn(async () => {
    const notes = await readNotes(context);
    if (notes?.port === undefined || context.relays.running !== undefined) return;
    await requireOwnMarkers(context);
    const serving = await settled(context);
    if (serving === undefined) throw markersAreGone();
    await begin(context, notes, serving, await claim(context, serving, notes.host));
    context.logger.info('The relay goes on.', { serving });
  });
}

/** Ends the relay, and forgets that there was one. Refused while anyone is connected to it who is not to be closed. */
export function withdraw(
  context: RedisContext,
  { closesWithinSeconds }: WithdrawArgs,
  signal: AbortSignal,
): Promise<void> {
  return context.relays.inTurn(async () => {
    const { running } = context.relays;
    if (closesWithinSeconds !== undefined) await running?.relay.dismiss(closesWithinSeconds * 1000, signal);
    const clients = running?.relay.status().clients ?? 0;
    if (clients > 0) {
      throw new AgentError(
        'Agent.NotEmptied',
        `${clients} clients are connected to the relay: have the record lead them past it, and repeat once they have gone.`,
      );
    }
    const notes = await readNotes(context);
    if (notes === undefined) return;
    await requireOwnMarkers(context);
    const serving = await settled(context);
    await context.relays.stop();
    await writeNotes(context, { host: notes.host });
    if (serving === undefined) return;
    // The one of the side that serves last: alone it still says who does.
    for (const side of [otherThan(serving), serving]) {
      await withMarked(context, side, async (server) => {
        const marker = await server.read();
        if (marker !== undefined) await server.remove(marker);
      });
    }
  });
}

async function begin(context: RedisContext, notes: RelayNotes, serving: Side, epoch: number): Promise<RunningRelay> {
  const { relays, logger, recordName, relayAddress = '0.0.0.0' } = context;
  const certificate = await certificateOf(context);
  const { host, port = 0 } = notes;
  const sides = sidesOf(context);
  const relay = await relays.open({
    listen: { host: relayAddress, port },
    ...{ sides, serving, recordName, logger },
    ...(certificate !== undefined && { certificate }),
  });
  const running: RunningRelay = { relay, host, serving, epoch };
  relays.running = running;
  await writeNotes(context, { host, port: relay.port });
  return running;
}

/** Both sides as the relay connects to them: from where it listens. */
function sidesOf({ endpoints, relayAddress: localAddress }: RedisContext): RedisContext['endpoints'] {
  if (localAddress === undefined) return endpoints;
  return { blue: { ...endpoints.blue, localAddress }, green: { ...endpoints.green, localAddress } };
}

/** Both markers say that `serving` serves, and that this host wrote them. Gives the epoch. */
export async function claim(context: RedisContext, serving: Side, host: string): Promise<number> {
  const { markers } = await readMarkers(context);
  const epoch = Math.max(markers.blue?.epoch ?? 0, markers.green?.epoch ?? 0, 1);
  await mark(context, serving, 'serves', { epoch, host });
  // Where the other side does not answer, its marker is written later: this one tells enough.
  await mark(context, otherThan(serving), 'left', { epoch, host }).catch((error: unknown) => {
    context.logger.warn('The marker of the other side is not corrected yet.', { reason: String(error) });
  });
  return epoch;
}

async function mark(
  context: RedisContext,
  side: Side,
  state: MarkerState,
  { epoch, host }: { readonly epoch: number; readonly host: string },
): Promise<void> {
  await withMarked(context, side, async (server) => {
    const present = await server.read();
    const isRight =
      present?.state === state && present.host === host && (state !== 'serves' || present.epoch === epoch);
    const marker: Marker = { state, epoch, host, migration: context.migrationName, runId: server.runId };
    if (!isRight && !(await server.write(present, marker))) {
      throw new AgentError(
        'Agent.ServingUnknown',
        `The marker on ${side} was changed meanwhile: another agent works on this migration. Find out which, and repeat.`,
      );
    }
    // What this process has only read, a failover may lose still: the one before may have ended before it waited.
    await server.replicated(AbortSignal.timeout(CONFIRMS_WITHIN_MS));
  });
}

/** Of replicas; the agent asks again where they do not. */
const CONFIRMS_WITHIN_MS = 10_000;

function sameAs(running: RunningRelay, { serving, port }: InterposeArgs): RunningRelay {
  if (running.serving !== serving) throw servesAnother(running.serving);
  if (port !== 0 && running.relay.port !== port) {
    throw new AgentError('Agent.BadRequest', `The relay listens on port ${running.relay.port}, not on ${port}.`);
  }
  return running;
}

/**
 * What the relay shows its clients; nothing where they speak to the caches in clear text. Throws where it would speak otherwise
 * to clients than a cache does: they would have to be changed twice.
 */
async function certificateOf({ endpoints, relayCertificate }: RedisContext): Promise<RelayCertificate | undefined> {
  for (const side of SIDES) {
    const { tls, clusterMode } = endpoints[side];
    const where = `${side} (${address(endpoints[side])})`;
    if (clusterMode) throw notCarried(`${where} is a cluster: the relay carries caches without cluster mode.`);
    if (tls && relayCertificate === undefined) {
      throw notCarried(
        `${where} encrypts in transit, and the relay has no certificate: state relay.certificate, and deploy.`,
      );
    }
    if (!tls && relayCertificate !== undefined) {
      throw notCarried(
        `${where} does not encrypt in transit, and the relay has a certificate: leave relay.certificate out, and deploy.`,
      );
    }
  }
  return relayCertificate?.();
}

function notCarried(why: string): AgentError {
  return new AgentError('Agent.BadRequest', why);
}

function servesAnother(serving: Side): AgentError {
  return new AgentError(
    'Agent.SideServes',
    `${serving} serves the relay's clients: say --serving ${serving}, and move them by redis.handover.`,
  );
}

function markersAreGone(): AgentError {
  return new AgentError(
    'Agent.ServingUnknown',
    'A relay ran here, and neither side has its marker: nobody is served. Find out which side clients wrote to last, and ' +
      'say so: redis.interpose --serving.',
  );
}
