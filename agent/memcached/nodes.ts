import type { Address, Connection } from './connection';
import { connected } from './connection';

/**
 * What a cluster of ElastiCache answers with its nodes. Before 1.4.14 they stood under a key, where anybody else who wants
 * auto discovery still puts them.
 *
 * @see docs/aws-facts.md#elasticache-auto-discovery
 */
const COMMANDS = ['config get cluster', 'get AmazonElastiCache:cluster'];

/** Every node of an endpoint: those of a cluster, or the server itself. */
export async function nodesOf(endpoint: Address): Promise<readonly Address[]> {
  return connected(endpoint, async (connection) => {
    const listed = await listedNodes(connection);
    return listed.length === 0 ? [endpoint] : listed.map(({ host, port }) => ({ ...nodeAt(endpoint, host), port }));
  });
}

/** ElastiCache's certificates name every node; a server of one's own has the name that was stated. */
function nodeAt({ tls, serverName }: Address, host: string): Omit<Address, 'port'> {
  return { host, tls, ...(serverName !== undefined && { serverName }) };
}

interface ListedNode {
  readonly host: string;
  readonly port: number;
}

async function listedNodes(connection: Connection): Promise<readonly ListedNode[]> {
  for (const command of COMMANDS) {
    const lines = (await connection.lines(command)) ?? [];
    const nodes = lines.flatMap((line) => line.split(/\s+/)).flatMap(nodeIn);
    if (nodes.length > 0) return nodes;
  }
  return [];
}

/** `name|address|port`; the address is left out where the node has none yet. */
function nodeIn(text: string): ListedNode[] {
  const [, name = '', address = '', port] = /^([^|]+)\|([^|]*)\|(\d+)$/.exec(text) ?? [];
  return port === undefined ? [] : [{ host: name === '' ? address : name, port: Number(port) }];
}
