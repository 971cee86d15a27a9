import type { BinlogPosition, ChainDirection } from '../../contract/database';
import { AgentError } from '../errors';
import type { Databases, ResolvedDatabase } from '../sql/databases';
import { comparePositions, describePosition } from './binlog-position';
import { allOpen } from './both-open';
import { Following, whyBehind } from './following';
import { type Replica, replicasOf } from './replicas';
import { Session } from './session';

/** What goes on between two servers: one replication, or two with the converting replica between them. */
export class Chain {
  private constructor(readonly hops: readonly [Following, ...Following[]]) {}

  /** Opens a session with each server on the way for as long as `use` runs. */
  static async open<T>(
    databases: Databases,
    direction: ChainDirection,
    purpose: string,
    use: (chain: Chain) => Promise<T>,
  ): Promise<T> {
    const ends = [databases.server(direction.from), databases.server(direction.to)];
    const sessions = [...(await allOpen(ends.map((server) => Session.open(server, purpose))))];
    try {
      const [from, to] = sessions;
      const over = from && to && (await serverBetween(databases, direction, { from, to }));
      if (over !== undefined) sessions.splice(1, 0, await Session.open(over, purpose));
      return await use(await Chain.of(sessions));
    } finally {
      for (const session of sessions) session.close();
    }
  }

  /** Of sessions that somebody else closes, each with the server that replicates from the one before. */
  static async of(sessions: readonly Session[]): Promise<Chain> {
    const hops: Following[] = [];
    for (const [index, from] of sessions.entries()) {
      const to = sessions[index + 1];
      if (to !== undefined) hops.push(await Following.between(from, to));
    }
    const [first, ...others] = hops;
    if (first === undefined) throw new RangeError('Nothing flows from a server to itself.');
    return new Chain([first, ...others]);
  }

  /** Where data comes from. */
  get from(): Session {
    return this.hops[0].from;
  }

  /** Where data arrives. */
  get to(): Session {
    return (this.hops.at(-1) ?? this.hops[0]).to;
  }

  /** What is on the way, where there is anything. */
  get converting(): Session | undefined {
    return this.hops[1]?.from;
  }

  get names(): { readonly from: string; readonly to: string } {
    const last = this.hops.at(-1) ?? this.hops[0];
    return { from: this.hops[0].names.from, to: last.names.to };
  }

  /** How each server on the way follows the one before it. Rejects where one does not, and names it. */
  replicas(): Promise<readonly Replica[]> {
    return Promise.all(this.hops.map((hop) => hop.replica()));
  }

  /** Which replication is behind, how it stands and what to do about it, for the end of an error's sentence. */
  async whyBehind(replicas: readonly Replica[], behind: number, otherwise: string): Promise<string> {
    const [hop, replica] = [this.hops[behind], replicas[behind]];
    if (hop === undefined || replica === undefined) return '.';
    const where = this.hops.length === 1 ? '' : `, on the way from ${hop.names.from} to ${hop.names.to}`;
    return `${where} ${await whyBehind(hop, replica, otherwise)}`;
  }

  /** Where `from` stands now, to be looked for on `to`. */
  async mark(): Promise<Mark> {
    return new Mark(this.hops, await this.hops[0].position());
  }

  markAt(position: BinlogPosition): Mark {
    return new Mark(this.hops, position);
  }
}

/**
 * A position of the first server on its way to the last. Each server has a log of its own: once one has applied the
 * position, all of it is in front of where its own log stands then, and that is what the next one must have applied.
 */
export class Mark {
  private at: BinlogPosition;
  private passed = 0;

  constructor(
    private readonly hops: readonly [Following, ...Following[]],
    readonly position: BinlogPosition,
  ) {
    this.at = position;
  }

  /** The replication that has not applied it yet, or the last. */
  get behind(): number {
    return Math.min(this.passed, this.hops.length - 1);
  }

  /** @param replicas of each hop, as they were seen a moment ago */
  async hasArrived(replicas: readonly Replica[]): Promise<boolean> {
    for (;;) {
      const [hop, replica] = [this.hops[this.passed], replicas[this.passed]];
      if (hop === undefined || replica === undefined) return true;
      if (!(await hop.applied(replica, this.at))) return false;
      this.passed += 1;
      const next = this.hops[this.passed];
      if (next === undefined) continue;
      this.at = await next.position();
      requireLog(next, replicas[this.passed], this.at);
    }
  }
}

/**
 * What was applied a moment ago stands in the log of its source now, unless that has begun a new one: then positions of the
 * two say nothing of each other, and what was in the old one may never have arrived.
 */
function requireLog({ names }: Following, replica: Replica | undefined, end: BinlogPosition): void {
  const applied = replica?.status.applied;
  if (applied === undefined || comparePositions(applied, end) <= 0) return;
  throw new AgentError(
    'Agent.NotCaughtUp',
    `${names.to} has applied the log of ${names.from} up to ${describePosition(applied)}, and that ends at ${describePosition(end)}: ` +
      `${names.from} has lost its log or started it over, and nobody can tell what ${names.to} lacks. Create it again.`,
  );
}

/**
 * In a rollback blue follows green directly: what was converted is converted on green. So does a green that was promoted
 * once follow blue, for RDS makes no replica of a database again.
 */
export async function serverBetween(
  { converting }: Databases,
  { from, to }: ChainDirection,
  sessions: { readonly from: Session; readonly to: Session },
): Promise<ResolvedDatabase | undefined> {
  if (converting === undefined || from !== 'blue' || to !== 'green') return undefined;
  const directly = await Following.between(sessions.from, sessions.to);
  const replicas = await replicasOf(sessions.to, to);
  return replicas.some((replica) => directly.isFromHere(replica)) ? undefined : converting.endpoint;
}
