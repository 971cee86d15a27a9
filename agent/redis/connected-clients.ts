import type { Client } from './client';
import { type ConnectedClient, clientsOf, parseClientList } from './client-list';
import { CLIENT_NAME } from './resp/connection';

/** The clients connected to a server that are neither the agent's nor replication nor ElastiCache's own. */
export async function connectedClients(client: Client): Promise<readonly ConnectedClient[]> {
  const clients = parseClientList(await client.text('CLIENT', 'LIST'));
  const own = clients.find(({ name }) => name.startsWith(CLIENT_NAME));
  return clientsOf(clients, { ownPrefix: CLIENT_NAME, ownAddress: own?.address ?? '' });
}

/** Closes these connections. One that has gone by itself meanwhile is as good as closed. */
export async function closeConnections(client: Client, connected: readonly ConnectedClient[]): Promise<void> {
  // Client ids, and with them KILL's filters, came with 2.8.12; before, the address and port are the only handle.
  await client.batch(
    connected.map(({ id, peer }) => (id === undefined ? ['CLIENT', 'KILL', peer] : ['CLIENT', 'KILL', 'ID', id])),
    { unless: /No such client/i },
  );
}
