import type { LogCoordinates, Pair, Switchover } from '../../aws/rds/backend';
import type { DatabaseServer } from '../../engines/sql/database-server';
import { ClusterServers } from '../../engines/sql/rds/cluster-servers';
import { isFollowing, restartAsItWas, restartWith } from './replication';
import { Restarts } from './restarts';

/** What RDS does to databases of MySQL, done to the rehearsal's two servers. */
export class ServerBackend extends ClusterServers {
  private readonly restarts = new Restarts();
  /** Clients may only read there, until it is restarted. */
  private old: DatabaseServer | undefined;

  /**
   * @param green - what RDS makes where it is to make a green: it is there, and follows blue already
   * @param clusterOf - the cluster of an instance; whatever is no instance of one stands for itself
   */
  constructor(
    private readonly green: DatabaseServer,
    private readonly clusterOf: (resourceId: string) => string,
  ) {
    super();
  }

  override serverOf(resourceId: string): DatabaseServer {
    return super.serverOf(this.clusterOf(resourceId));
  }

  override async createGreen({ green }: Pair): Promise<void> {
    if (!(await isFollowing(this.green))) throw new Error('Green does not follow blue.');
    this.add(this.green, green);
  }

  override async switchOver(switchover: Switchover): Promise<LogCoordinates | undefined> {
    const coordinates = await super.switchOver(switchover);
    this.old = this.serverOf(switchover.blue);
    return coordinates;
  }

  override async liftReadOnly(cluster: string): Promise<void> {
    await super.liftReadOnly(cluster);
    this.old = undefined;
  }

  override async restart(instance: string): Promise<void> {
    const server = this.serverOf(instance);
    await this.restarts.next(server, () => this.start(server));
  }

  private async start(server: DatabaseServer): Promise<void> {
    if (server !== this.old) return restartAsItWas(server);
    await restartWith(server, false);
    this.old = undefined;
  }
}
