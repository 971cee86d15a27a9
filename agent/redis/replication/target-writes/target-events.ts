import { AgentError } from '../../../errors';
import { address, type ResolvedEndpoint } from '../../endpoint';
import { temporaryKey } from '../../key';
import type { Connection } from '../../resp/connection';
import { ReplyError } from '../../resp/reply';
import type { Command } from '../../resp/writer';
import type { EventStream } from '../event-stream';

/** Events that must arrive when these commands run on a key of our own, one per class of `notify-keyspace-events`. */
function probes(key: Buffer): readonly (readonly [event: string, command: Command])[] {
  return [
    ['set', ['SET', key, '1', 'PX', '10000']],
    ['del', ['DEL', key]],
    ['rpush', ['RPUSH', key, '1']],
    ['lpop', ['LPOP', key]],
    ['sadd', ['SADD', key, '1']],
    ['srem', ['SREM', key, '1']],
    ['hset', ['HSET', key, '1', '1']],
    ['hdel', ['HDEL', key, '1']],
    ['zadd', ['ZADD', key, '1', '1']],
    ['zrem', ['ZREM', key, '1']],
  ];
}

/**
 * Refuses an overlap in which the clients' writes on the target would go unnoticed. The target is this migration's own
 * until clients come, so that, other than on the source, a key may be written to find out.
 */
export async function requireEvents(
  endpoint: ResolvedEndpoint,
  connection: Connection,
  events: EventStream,
  seen: ReadonlySet<string>,
): Promise<void> {
  const wanted = probes(temporaryKey());
  const replies = await connection.batch(wanted.map(([, command]) => command));
  const refusal = replies.find((reply) => reply instanceof ReplyError);
  if (refusal !== undefined) throw connection.explain(refusal);
  await events.barrier();
  const missing = wanted.map(([event]) => event).filter((event) => !seen.has(event));
  if (missing.length === 0) return;
  throw new AgentError(
    'Agent.Failed',
    `${address(endpoint)} does not announce changes (no event for ${missing.join(', ')}), so what clients write there during a LIVE ` +
      'overlap could not be protected: set notify-keyspace-events to AKE in its parameter group.',
  );
}
