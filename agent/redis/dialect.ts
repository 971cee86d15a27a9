import { AgentError } from '../errors';
import { address, type ResolvedEndpoint } from './endpoint';
import { explainRedis } from './explain';
import { Info } from './info';
import type { Connection } from './resp/connection';
import { ReplyError } from './resp/reply';
import { numbers, versionOf } from './version';

/** What a server of its version understands: all that reading, writing and comparing keys depends on. */
export interface Dialect {
  readonly memoryUsage: boolean;
  readonly expireTime: boolean;
  readonly restoreReplace: boolean;
  readonly restoreAbsoluteTtl: boolean;
  /** Whether UNLINK is there and safe: see `streamCrashes`. */
  readonly unlink: boolean;
  /**
   * Whether the server dies by an assertion where it is to free, in the background, a stream whose last group is gone:
   * `lazyfreeGetFreeEffort` of Redis 5.0.10 to 5.0.14, 6.0.7 to 6.0.13 and 6.2.0 to 6.2.3 (src/lazyfree.c at the tags).
   */
  readonly streamCrashes: boolean;
  readonly multiFieldHset: boolean;
  readonly multiKeyExists: boolean;
  readonly streamCreateConsumer: boolean;
  /** XTRIM … MINID. */
  readonly streamTrimById: boolean;
  readonly streamCounters: boolean;
  readonly hashFieldExpiry: boolean;
}

/** Sources: `since` and `history` of each command in the engines' command tables. */
export function dialectOf(info: Info): Dialect {
  const { atLeast } = versionOf(info);
  const valkey = info.text('valkey_version');
  const streamCrashes =
    (atLeast(5, 0, 10) && !atLeast(6, 0)) ||
    (atLeast(6, 0, 7) && !atLeast(6, 0, 14)) ||
    (atLeast(6, 2) && !atLeast(6, 2, 4));
  return {
    memoryUsage: atLeast(4, 0),
    expireTime: atLeast(7, 0),
    restoreReplace: atLeast(3, 0),
    restoreAbsoluteTtl: atLeast(5, 0),
    unlink: atLeast(4, 0) && !streamCrashes,
    streamCrashes,
    multiFieldHset: atLeast(4, 0),
    multiKeyExists: atLeast(3, 0, 3),
    streamCreateConsumer: atLeast(6, 2),
    streamTrimById: atLeast(6, 2),
    streamCounters: atLeast(7, 0),
    // Valkey calls itself Redis 7.2 forever, and has had its own implementation since 9.0.
    hashFieldExpiry: valkey === undefined ? atLeast(7, 4) : (numbers(valkey)[0] ?? 0) >= 9,
  };
}

/** Asks the server what it is, and refuses a cluster: its keys are spread over nodes that one connection cannot see. */
export async function learnDialect(connection: Connection, endpoint: ResolvedEndpoint): Promise<Dialect> {
  const info = await serverInfo(connection, endpoint);
  if (info.text('cluster_enabled') === '1') {
    throw new AgentError(
      'Agent.ClusterMode',
      `${address(endpoint)} is a cluster, but a single node was promised: use a cache with cluster mode disabled.`,
    );
  }
  return dialectOf(info);
}

/** INFO's default sections and the counters of commands, which are not among them. */
export async function serverInfo(connection: Connection, endpoint: ResolvedEndpoint): Promise<Info> {
  const replies = await connection.batch([['INFO'], ['INFO', 'commandstats']]);
  const texts = replies.map((reply) => {
    if (reply instanceof ReplyError) throw explainRedis(reply, address(endpoint));
    return Buffer.isBuffer(reply) ? reply.toString('latin1') : '';
  });
  return new Info(texts.join('\n'));
}
