import type { BinlogPosition, ChainServer } from '../../contract/database';
import { AgentError } from '../errors';
import { type Databases, nameOf } from '../sql/databases';
import { binlogPosition, comparePositions } from './binlog-position';
import { bothOpen } from './both-open';
import { applierHeldUp } from './held-lock';
import { type Replica, replicasOf } from './replicas';
import { figure, text } from './result-row';
import { Session } from './session';

/** One server that replicates from another, as both of them see it. */
export class Following {
  private constructor(
    readonly from: Session,
    readonly to: Session,
    private readonly sourceServerId: number,
  ) {}

  /** Opens a session with either for as long as `use` runs. */
  static async open<T>(
    databases: Databases,
    direction: { readonly from: ChainServer; readonly to: ChainServer },
    purpose: string,
    use: (following: Following) => Promise<T>,
  ): Promise<T> {
    const [from, to] = await bothOpen(
      Session.open(databases.server(direction.from), purpose),
      Session.open(databases.server(direction.to), purpose),
    );
    try {
      return await use(await Following.between(from, to));
    } finally {
      from.close();
      to.close();
    }
  }

  /** Of sessions that somebody else closes. */
  static async between(from: Session, to: Session): Promise<Following> {
    return new Following(from, to, await serverId(from));
  }

  /** Which of the two is meant is plain from the address, unless there is a third. */
  get names(): { readonly from: string; readonly to: string } {
    const { from, to } = this;
    const chained = [from.side, to.side].includes('converting');
    return chained ? { from: from.place, to: to.place } : { from: from.where, to: to.where };
  }

  /** Where `from` stands now. */
  position(): Promise<BinlogPosition> {
    return binlogPosition(this.from);
  }

  /** The channel on which `to` replicates from `from`. Rejects where there is none. */
  async replica(): Promise<Replica> {
    const replicas = await replicasOf(this.to, this.to.side);
    const replica = replicas.find((one) => this.isFromHere(one));
    if (replica !== undefined) return replica;
    const others = replicas.map(({ sourceHost, sourcePort }) => `${sourceHost}:${sourcePort}`).join(', ');
    throw new AgentError(
      'Agent.NotCaughtUp',
      `${this.names.to} does not replicate from ${this.names.from}${others === '' ? '' : `, but from ${others}`}: ` +
        (this.from.side === 'converting' || this.to.side === 'converting'
          ? 'RDS set it up when it made the replica; see why it was cleared, or re-create the replica.'
          : 'start the replication (mysql.follow), or see why it was cleared.'),
    );
  }

  /** By the source's own id: the name that a replica knows it by may be another one, or an address. */
  isFromHere({ sourceServerId }: Replica): boolean {
    return sourceServerId === this.sourceServerId;
  }

  /**
   * Whether `to` has applied everything up to a position of `from`. With GTIDs that is known at once; file and position
   * are noted down less often where several threads apply. They decide as well: a side that was filled from a dump may
   * lack GTIDs of what was in the dump.
   */
  async applied({ status: { applied } }: Replica, position: BinlogPosition): Promise<boolean> {
    if (applied === undefined) return false;
    if (comparePositions(applied, position) >= 0) return true;
    if (position.gtid === undefined || applied.gtid === undefined) return false;
    const row = await this.to.row('SELECT GTID_SUBSET(?, ?) AS applied', [position.gtid, applied.gtid]);
    return figure(row, 'applied') === 1;
  }
}

export async function serverId(session: Session): Promise<number> {
  return Number(text(await session.row('SELECT @@global.server_id AS id'), 'id'));
}

/** Which of the two threads stands, and why, for the sentence of an error. */
export function describeReplica({ status, delaySeconds }: Replica): string {
  const threads = `receiving ${status.receiving ? 'runs' : 'stands'}, applying ${status.applying ? 'runs' : 'stands'}`;
  const lag = status.lagSeconds === undefined ? '' : `, ${status.lagSeconds} s behind`;
  const delay = delaySeconds === 0 ? '' : `, delayed on purpose by ${delaySeconds} s (SOURCE_DELAY)`;
  return `${threads}${lag}${delay}${status.error === undefined ? '' : `: ${status.error}`}`;
}

/** How a replica that lags stands, and what to do about it, for the end of an error's sentence. */
export async function whyBehind({ to }: Following, replica: Replica, otherwise: string): Promise<string> {
  const held = replica.status.applying ? await applierHeldUp(to) : undefined;
  if (held !== undefined) return `(${describeReplica(replica)}, ${held.says}): ${held.remedy}`;
  return `(${describeReplica(replica)}): ${mending(replica, otherwise)}`;
}

/** Ends a delay that a replica was given. */
export function endingDelay({ status: { side } }: Replica): string {
  return (
    `on ${nameOf(side)}: CALL mysql.rds_stop_replication; CALL mysql.rds_set_source_delay(0); CALL mysql.rds_start_replication; ` +
    'where RDS has no such call: CHANGE REPLICATION SOURCE TO SOURCE_DELAY = 0 (MASTER_DELAY in older versions).'
  );
}

/**
 * What to do about a replication that stopped because the two were not equal where the one began to follow the other, or
 * because somebody has written to what follows, or that is late on purpose; else `otherwise`. For the sentence of an error.
 */
export function mending(replica: Replica, otherwise: string): string {
  const side = nameOf(replica.status.side);
  switch (replica.stoppedBy) {
    case 'there already':
      return `what came is there already: ${side} began to follow at a position before the one that its data is of, or somebody has written to it. Create it again as a copy, and begin where that copy ends.`;
    case 'not there':
      return `what is to be changed is not there: ${side} began to follow at a position after the one that its data is of, or somebody has deleted from it. Create it again as a copy, and begin where that copy ends.`;
    default:
      return replica.delaySeconds > 0 && !replica.failed ? `end the delay, ${endingDelay(replica)}` : otherwise;
  }
}
