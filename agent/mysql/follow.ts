import { setTimeout as sleep } from 'node:timers/promises';
import type { BinlogPosition } from '../../contract/database';
import type { FollowArgs, FollowResult } from '../../contract/mysql';
import { AgentError } from '../errors';
import type { Databases } from '../sql/databases';
import type { Report, Verb } from '../verb';
import { comparePositions, describePosition } from './binlog-position';
import { clearReplication } from './detach';
import { describeReplica, Following, mending } from './following';
import { describeLogs, keptLogs } from './kept-logs';
import { procedureTimeoutMs, type ReplicationProcedures, replicationProcedures } from './procedures';
import { type Replica, replicasOf } from './replicas';
import { requireGreenUntouched } from './stray-writes';

const roundMs = 50;
/** To sign in and to begin. A source that is not reached is tried again forever by the server itself. */
const beginWithinMs = 30_000;

/**
 * Makes `to` replicate from `from`. One that runs already is left alone. One that stands goes on from where it stood, for
 * what it has not applied yet would be missing forever; unless both sides are known to have been equal later than that.
 */
export const follow: Verb<Databases, 'mysql.follow'> = async (databases, args, report) => {
  return Following.open(databases, args, 'follow', async (following) => {
    const replica = await presentReplica(databases, args, following);
    const equalAt = typeof args.position === 'object' ? args.position : await following.position();
    if (replica !== undefined && runs(replica)) return followingFrom(replica.status.applied ?? equalAt, replica);
    if (args.position === 'now' && args.from === 'green') {
      await requireGreenUntouched(databases, following.from, report.signal);
    }
    const procedures = await replicationProcedures(following.to);
    const goesOn = replica !== undefined && !standsBefore(replica, args.position && equalAt);
    const start = (goesOn ? replica.status.applied : undefined) ?? equalAt;
    if (!goesOn) {
      await requireKept(following, start);
      await clearReplication(following.to, args.to);
      await setSource(databases, args, following, procedures, start);
    }
    try {
      await following.to.query(procedures.start, [], { timeoutMs: procedureTimeoutMs });
      return followingFrom(start, await begun(following, args, report));
    } catch (error) {
      // Left over, it would stop the next migration.
      if (!goesOn) await clearReplication(following.to, args.to);
      throw error;
    }
  });
};

function followingFrom({ file, position }: BinlogPosition, { status }: Replica): FollowResult {
  return { replicas: [status], position: { file, position } };
}

function runs({ status }: Replica): boolean {
  return status.receiving && status.applying;
}

function standsBefore({ status: { applied } }: Replica, position: BinlogPosition | undefined): boolean {
  return applied === undefined || (position !== undefined && comparePositions(applied, position) < 0);
}

/** How `to` replicates from `from` now, if it does. Somebody else's replication is not for the agent to end. */
async function presentReplica(
  { endpoints, converting }: Databases,
  { from, to }: FollowArgs,
  following: Following,
): Promise<Replica | undefined> {
  const { host, port } = endpoints[from];
  const replicas = await replicasOf(following.to, to);
  if (
    converting !== undefined &&
    to === 'green' &&
    replicas.some((one) => one.status.receiving && !following.isFromHere(one))
  ) {
    throw byWayOfConverting();
  }
  // The id is of the source that was reached last: only while the connection stands is it surely this one's.
  const isOurs = (one: Replica) =>
    (one.sourceHost === host && one.sourcePort === port) || (one.status.receiving && following.isFromHere(one));
  const other = replicas.find((one) => !isOurs(one));
  if (other === undefined) return replicas[0];
  throw new AgentError(
    'Agent.Failed',
    `${following.to.where} is configured to replicate from ${other.sourceHost}:${other.sourcePort}, which is not ${from}: ` +
      `see whose replication that is, and clear it with "cutover-agent mysql.detach --side ${to}".`,
  );
}

/** RDS ends it with the promotion, after which green follows blue itself. */
function byWayOfConverting(): AgentError {
  return new AgentError(
    'Agent.BadRequest',
    'Green follows by way of the converting replica still, and RDS set that up as it made it of that one: accepted is --from green --to blue, the rollback; or promote green first.',
  );
}

async function setSource(
  databases: Databases,
  { from }: FollowArgs,
  { to }: Following,
  { set }: ReplicationProcedures,
  { file, position }: BinlogPosition,
): Promise<void> {
  const { host, port, tls } = databases.endpoints[from];
  const { username, password } = databases.replicationCredential(from);
  await to.query(set, [host, port, username, password, file, position, tls ? 1 : 0], { timeoutMs: procedureTimeoutMs });
}

/** Said before anything is set up: a server shows itself as receiving for a moment before it is told that there is no such log. */
async function requireKept({ from, to }: Following, start: BinlogPosition): Promise<void> {
  const logs = await keptLogs(from);
  const log = logs.find(({ file }) => file === start.file);
  if (log !== undefined && start.position <= log.size) return;
  const has = log === undefined ? `that source has ${describeLogs(logs)}` : `that log ends at ${log.size}`;
  throw new AgentError(
    'Agent.Failed',
    `${to.where} does not begin to replicate from ${from.where}: it is to begin at ${describePosition(start)}, and ${has}. ` +
      'Either the log was removed since, or the position is of another server: re-create the side that is to follow.',
  );
}

/** What is left out is missing forever, and nobody would be told. */
function whole({ to }: Following, replica: Replica): Replica {
  if (replica.filters.length === 0) return replica;
  throw new AgentError(
    'Agent.Failed',
    `${to.place} leaves out a part of what it replicates (${replica.filters.join(', ')}): remove the replicate-* filters from its parameter group and reboot it.`,
  );
}

const CHECK =
  "check the replication user's privileges (REPLICATION SLAVE) and password, the way from one side to the other, and that the source still has that binary log.";

/** Waits until both threads run. */
async function begun(following: Following, { to }: FollowArgs, report: Report): Promise<Replica> {
  const deadline = performance.now() + beginWithinMs;
  for (;;) {
    report.signal.throwIfAborted();
    const [replica] = await replicasOf(following.to, to);
    // A thread that has just failed is shown as running for a moment, with its error.
    if (replica !== undefined && runs(replica) && replica.status.error === undefined) return whole(following, replica);
    if (replica?.failed || performance.now() >= deadline) {
      throw new AgentError(
        'Agent.Failed',
        `${following.to.where} does not begin to replicate from ${following.from.where} (${replica === undefined ? 'nothing was configured' : describeReplica(replica)}): ` +
          (replica === undefined ? CHECK : mending(replica, CHECK)),
      );
    }
    await sleep(roundMs, undefined, { signal: report.signal });
  }
}
