import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseEvictResult } from '../database-contract';
import type { Databases } from '../databases';
import { AgentError } from '../errors';
import type { Verb } from '../verb';
import { type Connected, closeConnections, connectedUsers, describeGroups, groupConnections } from './connected';
import { atReader } from './reader';
import { type Session, withSession } from './session';

const roundMs = 200;
const mostGroups = 100;

/**
 * Closes every user's connection until nobody has been there for `quietSeconds`. Who reconnects within the quiet time
 * still resolves the record to this side, or never resolves it again: they are named.
 */
export const evict: Verb<Databases, 'mysql.evict'> = async ({ endpoints }, args, report) =>
  withSession(endpoints[args.side], 'evict', async (writer) => {
    const eviction = new Eviction();
    const deadline = performance.now() + args.timeoutSeconds * 1000;
    let quietSince = performance.now();
    for (;;) {
      report.signal.throwIfAborted();
      const late = performance.now() >= deadline;
      const see = async (session: Session) => {
        const users = await connectedUsers(session);
        if (late) return users;
        await closeConnections(session, users);
        eviction.record(session, users);
        return users;
      };
      const users = [...(await see(writer)), ...((await atReader(endpoints[args.side], 'evict', writer, see)) ?? [])];
      if (users.length > 0) {
        if (late) throw notEmptied(writer.where, users, eviction.result());
        quietSince = performance.now();
        report.progress({ phase: 'Closing connections', done: eviction.result().closed });
      } else if (performance.now() - quietSince >= args.quietSeconds * 1000) {
        return eviction.result();
      }
      await sleep(roundMs, undefined, { signal: report.signal });
    }
  });

/** Who was closed, and who of them came back. */
class Eviction {
  private readonly closed = new Set<string>();
  private readonly closedNames = new Set<string>();
  private readonly returned: Connected[] = [];
  private rounds = 0;

  record({ where }: Session, users: readonly Connected[]): void {
    if (users.length > 0) this.rounds += 1;
    const identity = ({ id }: Connected) => `${where} ${id}`;
    // A connection that rolls back is closed a moment after the kill: seen again, it is the same one.
    const fresh = users.filter((user) => !this.closed.has(identity(user)));
    this.returned.push(...fresh.filter((user) => this.closedNames.has(nameOf(user))));
    for (const user of fresh) {
      this.closed.add(identity(user));
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
