import type { ConnectionGroup, ConnectionsResult } from '../../contract/database';
import { nameSome } from '../naming';

/** A state's payload has a limit; the most numerous groups say who is there. */
const mostGroups = 200;

/** A connection as a server lists it. */
export interface Connection {
  readonly id: number;
  readonly user: string;
  /** Without the port; '' over a socket of the server's own host. */
  readonly host: string;
  readonly database: string;
  readonly kind: ConnectionGroup['kind'];
  /** For how long it has been in its present state: asleep, or in this statement. */
  readonly seconds: number;
}

/** Connections of one user, host, database and kind as one line, the most numerous first. */
export function groupConnections(connections: readonly Connection[]): readonly ConnectionGroup[] {
  const groups = new Map<string, ConnectionGroup>();
  for (const { user, host, database, kind, seconds } of connections) {
    const key = JSON.stringify([user, host, database, kind]);
    const group = groups.get(key);
    groups.set(key, {
      ...{ user, host, database, kind },
      connections: (group?.connections ?? 0) + 1,
      oldestSeconds: Math.max(group?.oldestSeconds ?? 0, seconds),
    });
  }
  return [...groups.values()].sort(
    (one, other) => other.connections - one.connections || one.user.localeCompare(other.user),
  );
}

/** What a verb tells of those who are connected to a side. */
export function tellConnections(all: readonly Connection[]): ConnectionsResult {
  return {
    connections: all.filter(({ kind }) => kind !== 'replication').length,
    groups: groupConnections(all).slice(0, mostGroups),
  };
}

/** `shop@10.0.1.7 (12), batch@10.0.2.9 (3) and 4 more`, for the sentence of an error. */
export function describeGroups(groups: readonly ConnectionGroup[], most = 5): string {
  return nameSome(
    groups.map(({ user, host, connections }) => `${user}@${host} (${connections})`),
    most,
  );
}
