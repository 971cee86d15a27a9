import type { Side } from '../../../contract/common';
import type { MemcachedClients, MemcachedEndpoint } from '../../../contract/memcached';
import { clientsOf } from '../connected-clients';
import { connected, inWords } from '../connection';
import { nodesOf } from '../nodes';
import { numberIn, type Stats, statsOf } from '../stats';

/** What one side says of itself, asked once for all checks. */
export interface SurveyedSide {
  readonly side: Side;
  readonly endpoint: MemcachedEndpoint;
  /** `blue (host:port)`, for messages. */
  readonly where: string;
  readonly version: string;
  readonly nodes: readonly SurveyedNode[];
  readonly clients: MemcachedClients;
}

export interface SurveyedNode {
  readonly stats: Stats;
  readonly settings: Stats;
}

/** Everything the checks of a preflight go by. */
export interface Survey {
  readonly from: SurveyedSide;
  readonly to: SurveyedSide;
  readonly recordName: string;
}

export async function surveySide(side: Side, endpoint: MemcachedEndpoint): Promise<SurveyedSide> {
  const nodes = await Promise.all(
    (await nodesOf(endpoint)).map((node) =>
      connected(node, async (connection) => {
        const stats = await statsOf(connection);
        return { stats, settings: await statsOf(connection, 'settings') };
      }),
    ),
  );
  const version = nodes[0]?.stats.get('version') ?? 'unknown';
  return {
    side,
    endpoint,
    where: `${side} (${inWords(endpoint)})`,
    version,
    nodes,
    clients: await clientsOf(endpoint),
  };
}

/** Over all nodes. */
export function sumOf({ nodes }: SurveyedSide, name: string): number {
  return nodes.reduce((sum, { stats }) => sum + numberIn(stats, name), 0);
}

/** Of the first node: all have one parameter group. Undefined where the version does not tell. */
export function settingOf({ nodes }: SurveyedSide, name: string): string | undefined {
  return nodes[0]?.settings.get(name);
}
