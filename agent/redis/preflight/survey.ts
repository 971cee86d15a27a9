import type { Consistency, PreflightArgs } from '../../../contract/cache';
import type { Side } from '../../../contract/common';
import type { Client } from '../client';
import type { ConnectedClient } from '../client-list';
import { connectedClients } from '../connected-clients';
import { type Dialect, dialectOf } from '../dialect';
import { address, type ResolvedEndpoint } from '../endpoint';
import type { Info } from '../info';
import { ELASTICACHE_KEY, MARKER_KEYS } from '../key';
import { type ServerVersion, versionOf } from '../version';

/** What one side says of itself, asked once for all checks. */
export interface SurveyedSide {
  readonly side: Side;
  readonly endpoint: ResolvedEndpoint;
  /** `blue (host:port)`, for messages. */
  readonly where: string;
  readonly client: Client;
  readonly info: Info;
  readonly version: ServerVersion;
  readonly dialect: Dialect;
  /** Keys of clients, ElastiCache's own not counted. */
  readonly keys: number;
  readonly clients: readonly ConnectedClient[];
  /** How far its clock is ahead of this host's, in milliseconds. */
  readonly clockAheadMs: number;
}

/** Everything the checks of a preflight go by. */
export interface Survey {
  readonly from: SurveyedSide;
  readonly to: SurveyedSide;
  readonly args: PreflightArgs;
  readonly consistency: Consistency;
  readonly recordName: string;
}

export async function surveySide(side: Side, endpoint: ResolvedEndpoint, client: Client): Promise<SurveyedSide> {
  const clockAheadMs = await clockAhead(client);
  const info = await client.info('all');
  // A node of a cluster refuses keys of slots that are not its own; what a cluster holds is of no interest here.
  const own = info.text('cluster_enabled') === '1' ? [] : [ELASTICACHE_KEY, ...MARKER_KEYS];
  const present = await Promise.all(own.map((key) => client.call('EXISTS', key)));
  const counted = [...info.keyspace().values()].reduce((sum, { keys }) => sum + keys, 0);
  return {
    side,
    endpoint,
    where: `${side} (${address(endpoint)})`,
    client,
    info,
    version: versionOf(info),
    dialect: dialectOf(info),
    keys: counted - present.filter((reply) => reply === 1).length,
    clients: await connectedClients(client),
    clockAheadMs,
  };
}

/** TIME compared with the middle of the time that asking took. */
async function clockAhead(client: Client): Promise<number> {
  const asked = Date.now();
  const reply = await client.call('TIME');
  const here = (asked + Date.now()) / 2;
  const [seconds, microseconds] = Array.isArray(reply) ? reply : [];
  return Number(seconds) * 1000 + Number(microseconds) / 1000 - here;
}
