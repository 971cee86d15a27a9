import type { ClientGroup } from '../../contract/cache';
import { nameSome } from '../naming';

/** One line of CLIENT LIST. */
export interface ConnectedClient {
  /** Absent before 2.8.12. */
  readonly id?: string;
  /** Address and port, as CLIENT KILL wants them. */
  readonly peer: string;
  readonly address: string;
  readonly name: string;
  readonly database: number;
  readonly lastCommand: string;
  readonly ageSeconds: number;
  readonly idleSeconds: number;
  readonly flags: string;
}

/** Reads CLIENT LIST: one client a line, `field=value` apart by a blank, of which later versions add more. */
export function parseClientList(text: string): readonly ConnectedClient[] {
  return text
    .split('\n')
    .filter((line) => line.includes('addr='))
    .map(parseClient);
}

function parseClient(line: string): ConnectedClient {
  const fields = new Map<string, string>();
  for (const field of line.trim().split(' ')) {
    const equals = field.indexOf('=');
    if (equals > 0) fields.set(field.slice(0, equals), field.slice(equals + 1));
  }
  const id = fields.get('id');
  const peer = fields.get('addr') ?? '';
  return {
    ...(id === undefined ? {} : { id }),
    peer,
    address: peer.replace(/:\d+$/, ''),
    name: fields.get('name') ?? '',
    database: Number(fields.get('db') ?? 0),
    lastCommand: fields.get('cmd') ?? '',
    ageSeconds: Number(fields.get('age') ?? 0),
    idleSeconds: Number(fields.get('idle') ?? 0),
    flags: fields.get('flags') ?? 'N',
  };
}

export interface UsersOf {
  /** The start of the name that every connection of the agent gives itself. */
  readonly ownPrefix: string;
  /** The address of one of the agent's own connections, as the server sees it. */
  readonly ownAddress: string;
  /** Also who has not yet asked for anything. @default false */
  readonly newcomers?: boolean;
}

/**
 * The clients of the applications: neither the agent's own connections, nor replication (`S`: a replica of this server,
 * `M`: the server this one replicates from), nor ElastiCache itself, nor who has not yet asked for anything.
 *
 * ElastiCache keeps 4 to 6 connections of its own to every node to watch it (CloudWatch's `CurrConnections` counts
 * them, which is why it never reaches 0). They come from the node itself; and nobody else can, because a node has
 * no shell. So where the server sees the agent come from elsewhere, what it sees come from itself is ElastiCache.
 */
export function clientsOf(
  clients: readonly ConnectedClient[],
  { ownPrefix, ownAddress, newcomers = false }: UsersOf,
): ConnectedClient[] {
  const onTheNode = isLoopback(ownAddress) ? () => false : (client: ConnectedClient) => isLoopback(client.address);
  return clients.filter(
    (client) =>
      !client.name.startsWith(ownPrefix) &&
      (newcomers || !isIntroducingItself(client)) &&
      !/[SM]/.test(client.flags) &&
      !onTheNode(client),
  );
}

/**
 * A connection that has only just come and has asked for nothing yet. It may be one of the agent's own, which gives
 * itself its name once it has signed in; a user's is counted with its first command, or once it is older than this.
 */
function isIntroducingItself({ name, lastCommand, ageSeconds }: ConnectedClient): boolean {
  return name === '' && /^(NULL|auth)$/i.test(lastCommand) && ageSeconds <= 1;
}

function isLoopback(address: string): boolean {
  return /^(127\.|\[?::1\]?$|\[?::ffff:127\.|\/|unix)/.test(address) || address === '';
}

/** Clients of one address, name and database as one line, the most numerous first. */
export function groupClients(clients: readonly ConnectedClient[]): readonly ClientGroup[] {
  const groups = new Map<string, { latest: ConnectedClient; connections: number; oldestSeconds: number }>();
  for (const client of clients) {
    const key = JSON.stringify([client.address, client.name, client.database]);
    const group = groups.get(key);
    groups.set(key, {
      latest: group === undefined || client.idleSeconds < group.latest.idleSeconds ? client : group.latest,
      connections: (group?.connections ?? 0) + 1,
      oldestSeconds: Math.max(group?.oldestSeconds ?? 0, client.ageSeconds),
    });
  }
  return [...groups.values()]
    .map(({ latest, connections, oldestSeconds }) => ({
      address: latest.address,
      name: latest.name,
      database: latest.database,
      lastCommand: latest.lastCommand,
      connections,
      oldestSeconds,
    }))
    .sort((one, other) => other.connections - one.connections || one.address.localeCompare(other.address));
}

/** `10.0.1.7 (12), 10.0.2.9 "sidekiq" (3) and 4 more`, for the sentence of an error. */
export function describeGroups(groups: readonly ClientGroup[], most = 5): string {
  const named = groups.map(
    ({ address, name, connections }) => `${address}${name === '' ? '' : ` "${name}"`} (${connections})`,
  );
  return nameSome(named, most);
}
