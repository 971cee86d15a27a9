import { setTimeout as sleep } from 'node:timers/promises';
import type { BinlogPosition } from '../../../contract/database';
import { AgentError } from '../../errors';
import type { ResolvedDatabase } from '../../sql/databases';
import type { Report } from '../../verb';
import { BinlogStream, connectToLog } from '../binlog/binlog-stream';
import type { BinlogListener } from '../binlog/event-reader';
import { describeReplica, type Following, mending } from '../following';
import { procedureTimeoutMs, replicationProcedures } from '../procedures';
import type { Replica } from '../replicas';
import { figure } from '../result-row';

const ROUND_MS = 100;
const STOPS_WITHIN_MS = 120_000;
const FIRST_EVENT_WITHIN_MS = 10_000;

export function runs({ status }: Replica): boolean {
  return status.receiving && status.applying;
}

function stands({ status }: Replica): boolean {
  return !status.receiving && !status.applying;
}

/** Has the converting replica follow no more, for a while. Idempotent. */
export async function stopFollowing(following: Following, report: Report): Promise<void> {
  const replica = await following.replica();
  if (stands(replica) && replica.status.error === undefined) return;
  const { to } = following;
  const procedures = await replicationProcedures(to);
  // Stopping what stands is an error of its own.
  if (!stands(replica)) await to.query(procedures.stop(replica.channel), [], { timeoutMs: procedureTimeoutMs });
  const deadline = performance.now() + STOPS_WITHIN_MS;
  for (;;) {
    report.signal.throwIfAborted();
    const now = await following.replica();
    if (stands(now)) return;
    if (performance.now() >= deadline) {
      throw new AgentError(
        'Agent.Failed',
        `The replication of ${to.place} does not stop (${describeReplica(now)}): see what its applier does or waits for, and repeat. Nothing was converted.`,
      );
    }
    await sleep(ROUND_MS, undefined, { signal: report.signal });
  }
}

/** Has it follow again, and waits until both threads run. Idempotent. Rejects with why they do not. */
export async function resumeFollowing(
  following: Following,
  timeoutSeconds: number,
  signal?: AbortSignal,
): Promise<Replica> {
  const { to, from } = following;
  const before = await following.replica();
  if (!runs(before)) {
    const procedures = await replicationProcedures(to);
    await to.query(procedures.start, [], { timeoutMs: procedureTimeoutMs });
  }
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    signal?.throwIfAborted();
    const replica = await following.replica();
    // A thread that has just failed is shown as running for a moment, with its error.
    if (runs(replica) && replica.status.error === undefined) return replica;
    if (replica.failed || performance.now() >= deadline) {
      throw new AgentError(
        'Agent.NotCaughtUp',
        `${to.place} does not follow ${from.place} again (${describeReplica(replica)}): ${mending(replica, OTHERWISE)}`,
      );
    }
    await sleep(ROUND_MS, undefined, signal === undefined ? {} : { signal });
  }
}

const OTHERWISE =
  'see that the source still has the log that it stands at, mend what stopped it, and repeat (mysql.resumereplica).';

/**
 * How long ago blue made the oldest change that has not been applied; 0 where none is left. By the time in blue's own log:
 * while its replication stands a replica says nothing of its lag.
 */
export async function secondsBehind(following: Following, source: ResolvedDatabase): Promise<number> {
  const replica = await following.replica();
  const { applied } = replica.status;
  if (applied === undefined || (await following.applied(replica, await following.position()))) return 0;
  const at = await firstEventAfter(source, applied);
  if (at === undefined) return 0;
  const now = figure(await following.from.row('SELECT UNIX_TIMESTAMP() AS now'), 'now') ?? 0;
  return Math.max(0, now - at);
}

/** In seconds of the epoch. */
async function firstEventAfter(endpoint: ResolvedDatabase, from: BinlogPosition): Promise<number | undefined> {
  let found: (at: number) => void = () => undefined;
  const first = new Promise<number>((resolve) => {
    found = resolve;
  });
  const listener: BinlogListener = { ...silent, onHeader: ({ seconds }) => found(seconds) };
  const stream = await BinlogStream.open(await connectToLog(endpoint, 'convert'), from, listener);
  try {
    const ended = stream.ended.then(() => undefined);
    return await Promise.race([first, ended, sleep(FIRST_EVENT_WITHIN_MS, undefined, { ref: false })]);
  } finally {
    stream.close();
  }
}

const silent: BinlogListener = {
  wantedColumns: () => undefined,
  onRows: () => undefined,
  onStatement: () => undefined,
  onPrepared: () => undefined,
  onTransactionEnd: () => undefined,
};
