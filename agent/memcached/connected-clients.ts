import type { MemcachedClientGroup, MemcachedClients } from '../../contract/memcached';
import { nameSome } from '../naming';
import { type Address, type Connection, connected } from './connection';
import { nodesOf } from './nodes';
import { numberIn, statsOf } from './stats';

/** A state's payload has a limit; the most numerous groups say who is there. */
const MAX_GROUPS = 100;

/** @see docs/aws-facts.md#elasticache-memcached-connections */
const OF_ELASTICACHE = 3;

/** Who is connected to a side, over all of its nodes. */
export async function clientsOf(endpoint: Address): Promise<MemcachedClients> {
  const each = await Promise.all((await nodesOf(endpoint)).map((node) => connected(node, clientsOfNode)));
  return {
    connections: each.reduce((sum, { connections }) => sum + connections, 0),
    groups: merged(each.flatMap(({ groups }) => groups)).slice(0, MAX_GROUPS),
  };
}

async function clientsOfNode(connection: Connection): Promise<MemcachedClients> {
  const listed = await listedClients(connection);
  if (listed === undefined) return { connections: await counted(connection), groups: [] };
  const groups = listed.map(
    ({ address, idleSeconds }): MemcachedClientGroup => ({ address, connections: 1, idleSeconds }),
  );
  return { connections: groups.length, groups };
}

interface ListedClient {
  readonly address: string;
  readonly idleSeconds: number;
}

/** Undefined where the version does not list them (before 1.4.18). */
async function listedClients(connection: Connection): Promise<readonly ListedClient[] | undefined> {
  const stats = await statsOf(connection, 'conns');
  if (stats.size === 0) return undefined;
  const byDescriptor = new Map<string, Map<string, string>>();
  for (const [name, value] of stats) {
    const [descriptor = '', field = ''] = name.split(':');
    byDescriptor.set(descriptor, (byDescriptor.get(descriptor) ?? new Map()).set(field, value));
  }
  // The host is the migration's own: whatever comes from it is the agent, here or in another verb.
  const own = ({ address }: ListedClient) => address === plain(connection.localAddress);
  return [...byDescriptor.values()]
    .filter((fields) => fields.get('state') !== 'conn_listening')
    .flatMap(clientIn)
    .filter((client) => !own(client) && !isOnTheNode(client, connection));
}

/** `tcp:10.0.1.7:40123`, `tcp6:[::1]:40123`. */
function clientIn(fields: ReadonlyMap<string, string>): ListedClient[] {
  const [, address] = /^tcp6?:\[?([^\]]+?)\]?:\d+$/.exec(fields.get('addr') ?? '') ?? [];
  if (address === undefined) return [];
  return [{ address: plain(address), idleSeconds: Number(fields.get('secs_since_last_cmd') ?? 0) }];
}

/**
 * Nobody but ElastiCache can be on a node: where the agent is seen to come from elsewhere, what comes from the node itself
 * is its monitoring.
 */
function isOnTheNode({ address }: ListedClient, connection: Connection): boolean {
  return isLoopback(address) && !isLoopback(plain(connection.localAddress));
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

const plain = (address: string) => address.replace(/^::ffff:/, '');

/** Without this connection, the server's own and ElastiCache's. */
async function counted(connection: Connection): Promise<number> {
  const stats = await statsOf(connection);
  const internal = 2 * numberIn(stats, 'threads') + 2;
  return Math.max(0, numberIn(stats, 'curr_connections') - internal - OF_ELASTICACHE - 1);
}

/** One line an address, the most numerous first. */
function merged(groups: readonly MemcachedClientGroup[]): MemcachedClientGroup[] {
  const byAddress = new Map<string, MemcachedClientGroup>();
  for (const { address, connections, idleSeconds } of groups) {
    const before = byAddress.get(address);
    byAddress.set(address, {
      address,
      connections: connections + (before?.connections ?? 0),
      idleSeconds: Math.min(idleSeconds, before?.idleSeconds ?? idleSeconds),
    });
  }
  return [...byAddress.values()].sort(
    (one, other) => other.connections - one.connections || one.address.localeCompare(other.address),
  );
}

/** `10.0.1.7 (12), 10.0.2.9 (3) and 4 more`, for a sentence. */
export function named(groups: readonly MemcachedClientGroup[], most = 5): string {
  return nameSome(
    groups.map(({ address, connections }) => `${address} (${connections})`),
    most,
  );
}
