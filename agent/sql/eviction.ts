import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseEvictResult, DatabaseVerbs } from '../../contract/database';
import { AgentError } from '../errors';
import type { Report } from '../verb';
import { type Connection, describeGroups, groupConnections } from './connection-groups';

const roundMs = 200;
const mostGroups = 100;

/**
 * Closes every client's connection until nobody has been there for `quietSeconds`. Who reconnects within the quiet time
 * still resolves the record to this side, or never resolves it again: they are named.
 *
 * @param round sees who is there and, unless it is late, closes and records them
 */
export async function evictClients(
  where: string,
  { quietSeconds, timeoutSeconds }: DatabaseVerbs['evict']['args'],
  { signal, progress }: Report,
  round: (eviction: Eviction, late: boolean) => Promise<readonly Connection[]>,
): Promise<DatabaseEvictResult> {
  const eviction = new Eviction();
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (let quietSince = performance.now(); ; ) {
    signal.throwIfAborted();
    const late = performance.now() >= deadline;
    const clients = await round(eviction, late);
    if (clients.length > 0) {
      if (late) throw eviction.notEmptied(where, clients);
      quietSince = performance.now();
      progress({ phase: 'Closing connections', done: eviction.result().closed });
    } else if (performance.now() - quietSince >= quietSeconds * 1000) {
      return eviction.result();
    }
    await sleep(roundMs, undefined, { signal });
  }
}

/** Who was closed, and who of them came back. */
export class Eviction {
  private readonly closed = new Set<string>();
  private readonly closedNames = new Set<string>();
  private readonly returned: Connection[] = [];
  private rounds = 0;

  record(where: string, clients: readonly Connection[]): void {
    if (clients.length > 0) this.rounds += 1;
    const identity = ({ id }: Connection) => `${where} ${id}`;
    // A connection that rolls back is closed a moment after the kill: seen again, it is the same one.
    const fresh = clients.filter((client) => !this.closed.has(identity(client)));
    this.returned.push(...fresh.filter((client) => this.closedNames.has(nameOf(client))));
    for (const client of fresh) {
      this.closed.add(identity(client));
      this.closedNames.add(nameOf(client));
    }
  }

  result(): DatabaseEvictResult {
    return {
      closed: this.closed.size,
      rounds: this.rounds,
      returned: groupConnections(this.returned).slice(0, mostGroups),
    };
  }

  /** What to say when clients are left after all the rounds. */
  notEmptied(where: string, left: readonly Connection[]): AgentError {
    return new AgentError(
      'Agent.NotEmptied',
      `${where} still has ${left.length} clients' connections after ${this.rounds} rounds (${this.closed.size} closed): ` +
        `${describeGroups(groupConnections(left))}. They reconnect: take their way to this side away, or restart them.`,
    );
  }
}

function nameOf({ user, host }: Connection): string {
  return `${user}@${host}`;
}
