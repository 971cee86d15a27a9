import type { DatabaseServer } from '../../engines/sql/database-server';

/** Restarts of a cluster's instances, which are one server here: it cannot be started twice at a time. */
export class Restarts {
  private readonly last = new Map<DatabaseServer, Promise<void>>();

  async next(server: DatabaseServer, restart: () => Promise<void>): Promise<void> {
    const restarted = (this.last.get(server) ?? Promise.resolve()).then(restart);
    this.last.set(
      server,
      restarted.catch(() => undefined),
    );
    await restarted;
  }
}
