import type { DatabaseServer } from '../database-server';

/** Which server stands for which of RDS's resources. */
export class ResourceServers {
  private readonly servers = new Map<string, DatabaseServer>();

  /** @param resourceIds - of the cluster and of each of its instances */
  add(server: DatabaseServer, ...resourceIds: readonly string[]): void {
    for (const id of resourceIds) this.servers.set(id, server);
  }

  /** Whether one stands for it. */
  has(resourceId: string): boolean {
    return this.servers.has(resourceId);
  }

  /** @throws where no server stands for it */
  serverOf(resourceId: string): DatabaseServer {
    const server = this.servers.get(resourceId);
    if (!server) throw new Error(`No server of the rehearsal stands for ${resourceId}.`);
    return server;
  }

  async remove(resource: string): Promise<void> {
    const server = this.serverOf(resource);
    for (const [id, other] of this.servers) if (other === server) this.servers.delete(id);
    await server.stop();
  }

  /** Every server that is still there. */
  async stop(): Promise<void> {
    const all = new Set(this.servers.values());
    this.servers.clear();
    await Promise.all([...all].map((server) => server.stop()));
  }
}
