import { setTimeout as sleep } from 'node:timers/promises';
import type { EvictResult } from '../../contract/cache';
import type { Side } from '../../contract/common';
import { AgentError } from '../errors';
import type { Verb } from '../verb';
import { type ConnectedClient, describeGroups, groupClients } from './client-list';
import { closeConnections, connectedClients } from './connected-clients';
import type { RedisContext } from './context';
import { address } from './endpoint';
import { withPrimary } from './primary';

const roundMs = 200;
/** Between two connections, where they are closed one by one. */
const pauseMs = 20;
/** Until one by one those are closed too that never stop asking. */
const patienceMs = 5_000;
const mostGroups = 100;

/**
 * Closes everyone but ourselves, the relay and replication until nobody has been there for `quietSeconds`. A client that
 * reconnects within the quiet time still resolves the record to this side, or never resolves it again: it is named.
 */
export const evict: Verb<RedisContext, 'redis.evict'> = async (context, args, report) =>
  withPrimary(context.endpoints[args.side], 'evict', async (client) => {
    const eviction = new Eviction();
    const began = performance.now();
    const deadline = began + args.timeoutSeconds * 1000;
    let quietSince = began;
    for (;;) {
      report.signal.throwIfAborted();
      if (args.oneByOne === true) requireServed(context);
      const connected = withoutRelay(context, args.side, await connectedClients(client));
      const now = performance.now();
      if (connected.length > 0) {
        quietSince = now;
        if (now >= deadline) throw notEmptied(address(context.endpoints[args.side]), connected, eviction.result());
        const next = args.oneByOne === true ? longestIdle(connected, now - began > patienceMs) : connected;
        if (next.length > 0) {
          await closeConnections(client, next);
          eviction.record(next);
        }
        report.progress({ phase: 'Closing connections', done: eviction.result().closed });
      } else if (now - quietSince >= args.quietSeconds * 1000) {
        return eviction.result();
      }
      await sleep(args.oneByOne === true ? pauseMs : roundMs, undefined, { signal: report.signal });
    }
  });

/** Its connections are those of clients that were moved already. */
function withoutRelay(
  { relays }: RedisContext,
  side: Side,
  connected: readonly ConnectedClient[],
): readonly ConnectedClient[] {
  const upstreams = relays.running?.relay.upstreams(side);
  return upstreams === undefined ? connected : connected.filter(({ peer }) => !upstreams.has(peer));
}

/** Clients that are closed here must be served there: where they are not, they keep what they have. */
function requireServed({ relays }: RedisContext): void {
  const refused = Object.entries(relays.running?.relay.status().refused ?? {});
  if (refused.length === 0) return;
  const why = refused.map(([reason, times]) => `${times} times: ${reason}`).join('; ');
  throw new AgentError(
    'Agent.NotEmptied',
    `Clients tried to connect to the relay and were not served (${why}). No more are closed. The agent's log names some of ` +
      "them: have them accept the relay's certificate, or leave the relay out.",
  );
}

/** The one that has asked for nothing for longest: least likely of all it is asking now. */
function longestIdle(connected: readonly ConnectedClient[], busyToo: boolean): readonly ConnectedClient[] {
  // `b` waits in a command, `x` is in a transaction, `P` subscribes.
  const mayGo = ({ idleSeconds, flags }: ConnectedClient) => idleSeconds > 0 && !/[bxP]/.test(flags);
  const [first] = connected.filter((each) => busyToo || mayGo(each)).toSorted((a, b) => b.idleSeconds - a.idleSeconds);
  return first === undefined ? [] : [first];
}

/** Who was closed, and who of them came back. */
class Eviction {
  private readonly closed = new Set<string>();
  private readonly closedAddresses = new Set<string>();
  private readonly returned: ConnectedClient[] = [];
  private rounds = 0;

  record(connected: readonly ConnectedClient[]): void {
    this.rounds += 1;
    // A connection with output still to send is closed a moment after KILL: seen again, it is the same one.
    const fresh = connected.filter((client) => !this.closed.has(identity(client)));
    this.returned.push(...fresh.filter(({ address }) => this.closedAddresses.has(address)));
    for (const client of fresh) {
      this.closed.add(identity(client));
      this.closedAddresses.add(client.address);
    }
  }

  result(): EvictResult {
    return {
      closed: this.closed.size,
      rounds: this.rounds,
      returned: groupClients(this.returned).slice(0, mostGroups),
    };
  }
}

function identity({ id, peer }: ConnectedClient): string {
  return id ?? peer;
}

function notEmptied(where: string, clients: readonly ConnectedClient[], { rounds }: EvictResult): AgentError {
  return new AgentError(
    'Agent.NotEmptied',
    `After ${rounds} rounds of closing connections ${clients.length} are still on ${where}: ` +
      `${describeGroups(groupClients(clients))}. Stop or restart what runs there, or take away its access, and repeat.`,
  );
}
