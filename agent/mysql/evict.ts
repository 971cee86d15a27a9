import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseEvictResult } from '../database-contract';
import type { Databases } from '../databases';
import { AgentError } from '../errors';
import type { Verb } from '../verb';
import { type Connected, closeConnections, connectedUsers, describeGroups, groupConnections } from './connected';
import { withSession } from './session';

const roundMs = 200;
const mostGroups = 100;

/**
 * Closes every user's connection until nobody has been there for `quietSeconds`. Who reconnects within the quiet time
 * still resolves the record to this side, or never resolves it again: they are named.
 */
export const evict: Verb<Databases, 'mysql.evict'> = async ({ endpoints }, args, report) =>
  withSession(endpoints[args.side], 'evict', async (session) => {
    const eviction = new Eviction();
    const deadline = performance.now() + args.timeoutSeconds * 1000;
    let quietSince = performance.now();
    for (;;) {
      report.signal.throwIfAborted();
      const users = await connectedUsers(session);
      const now = performance.now();
      if (users.length > 0) {
        quietSince = now;
        if (now >= deadline) throw notEmptied(session.where, users, eviction.result());
        await closeConnections(session, users);
        eviction.record(users);
        report.progress({ phase: 'Closing connections', done: eviction.result().closed });
      } else if (now - quietSince >= args.quietSeconds * 1000) {
        return eviction.result();
      }
      await sleep(roundMs, undefined, { signal: report.signal });
    }
  });

/** Who was closed, and who of them came back. */
class Eviction {
  private readonly closed = new Set<number>();
  private readonly closedNames = new Set<string>();
  private readonly returned: Connected[] = [];
  private rounds = 0;

  record(users: readonly Connected[]): void {
    this.rounds += 1;
    // A connection that rolls back is closed a moment after the kill: seen again, it is the same one.
    const fresh = users.filter(({ id }) => !this.closed.has(id));
    this.returned.push(...fresh.filter((user) => this.closedNames.has(nameOf(user))));
    for (const user of fresh) {
      this.closed.add(user.id);
      this.closedNames.add(nameOf(user));
    }
  }

  result(): DatabaseEvictResult {
    return {
      closed: this.closed.size,
      rounds: this.rounds,
      returned: groupConnections(this.returned).slice(0, mostGroups),
    };
  }
}

function nameOf({ user, host }: Connected): string {
  return `${user}@${host}`;
}

function notEmptied(where: string, left: readonly Connected[], { closed, rounds }: DatabaseEvictResult): AgentError {
  return new AgentError(
    'Agent.NotEmptied',
    `${where} still has ${left.length} users' connections after ${rounds} rounds (${closed} closed): ` +
      `${describeGroups(groupConnections(left))}. They reconnect: take their way to this side away, or restart them.`,
  );
}
