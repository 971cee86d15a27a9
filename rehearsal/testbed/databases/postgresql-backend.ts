import type { DatabaseServer } from '../../engines/sql/database-server';
import { PostgresqlServers } from '../../engines/sql/rds/postgresql/postgresql-servers';
import { Restarts } from './restarts';

/** What RDS does to databases of PostgreSQL, done to the rehearsal's two servers. */
export class PostgresqlBackend extends PostgresqlServers {
  private readonly restarts = new Restarts();

  /**
   * @param green - what RDS makes green of: it is started, and empty
   * @param clusterOf - the cluster of an instance; whatever is no instance of one stands for itself
   */
  constructor(
    green: DatabaseServer,
    private readonly clusterOf: (resourceId: string) => string,
  ) {
    super({ startGreen: async () => green });
  }

  override serverOf(resourceId: string): DatabaseServer {
    return super.serverOf(this.clusterOf(resourceId));
  }

  override async restart(instance: string): Promise<void> {
    await this.restarts.next(this.serverOf(instance), () => super.restart(instance));
  }
}
