import { AgentError } from '../../errors';
import { type Dialect, learnDialect, serverInfo } from '../dialect';
import { address, type ResolvedEndpoint } from '../endpoint';
import { ELASTICACHE_KEY, MARKER_KEYS } from '../key';
import { Connection } from '../resp/connection';
import { type SilentCommands, silentCommandsOf } from '../silent-commands/silent-commands';
import { versionOf } from '../version';

/** The connections of one side, each with one use, so that none waits behind another's work. */
export interface Links {
  readonly dialect: Dialect;
  readonly silentCommands: SilentCommands;
  /** Bulk reads of the source, bulk writes to the target. */
  readonly values: Connection;
  readonly scan: Connection;
  readonly bigKeys: Connection;
  /** INFO, PING, and what else must be answered at once. */
  readonly control: Connection;
}

const PURPOSES = ['values', 'scan', 'big-keys', 'control'] as const;

/** Opens all connections to one side, or none. */
export async function openLinks(endpoint: ResolvedEndpoint, onEnd: (error: Error | undefined) => void): Promise<Links> {
  const opened: Connection[] = [];
  try {
    for (const purpose of PURPOSES) opened.push(await Connection.open(endpoint, { purpose, onEnd }));
    const [values, scan, bigKeys, control] = opened;
    if (values === undefined || scan === undefined || bigKeys === undefined || control === undefined) {
      throw new Error('A connection for each purpose was to be opened.');
    }
    const dialect = await learnDialect(control, endpoint);
    const silentCommands = silentCommandsOf(versionOf(await serverInfo(control, endpoint)));
    return { values, scan, bigKeys, control, dialect, silentCommands };
  } catch (error) {
    for (const connection of opened) connection.close();
    throw error;
  }
}

export function closeLinks({ values, scan, bigKeys, control }: Links): void {
  for (const connection of [values, scan, bigKeys, control]) connection.close();
}

/** Fails where the target holds keys of anybody's but ElastiCache's, and a relay's marker. */
export async function requireEmpty(links: Links, endpoint: ResolvedEndpoint): Promise<void> {
  const info = await serverInfo(links.control, endpoint);
  const databases = [...info.keyspace()];
  const own = await links.control.batch([ELASTICACHE_KEY, ...MARKER_KEYS].map((key) => ['EXISTS', key]));
  const keys =
    databases.reduce((sum, [, database]) => sum + database.keys, 0) - own.filter((reply) => reply === 1).length;
  if (keys <= 0) return;
  throw new AgentError(
    'Agent.TargetNotEmpty',
    `${address(endpoint)} holds ${keys} keys in database ${databases.map(([number]) => number).join(', ')}: ` +
      "replicate into an empty cache, or state that its keys are this migration's own (targetIsOurs), which deletes what the source lacks.",
  );
}
