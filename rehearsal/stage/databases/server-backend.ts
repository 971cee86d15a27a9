import type { DatabaseBackend, LogCoordinates, Pair, Switchover } from '../../aws/rds/backend';
import type { Side } from '../../report/result';
import { changePlaces } from './change-places';
import type { Databases } from './databases';
import { isFollowing, isReplica, promote, restartAsItWas } from './replication';

/** What RDS does to databases, done to the rehearsal's servers. */
export class ServerBackend implements DatabaseBackend {
  /**
   * @param sideOf - the side that a resource id of RDS stands for
   * @param madeGreen - told of the cluster that RDS has made
   */
  constructor(
    private readonly servers: Databases,
    private readonly sideOf: (resourceId: string) => Side,
    private readonly madeGreen: (cluster: string) => void,
  ) {}

  /** It is there and follows blue already; RDS takes hours for it. */
  async createGreen({ green }: Pair): Promise<void> {
    this.madeGreen(green);
    if (!(await isFollowing(this.servers.green))) throw new Error('Green does not follow blue.');
  }

  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-switching.html */
  async guardrails(): Promise<readonly string[]> {
    const { blue, green } = this.servers;
    return [
      ...((await isReplica(blue))
        ? ['Switchover is not supported while blue is configured as a replica of an external source.']
        : []),
      ...((await isFollowing(green)) ? [] : ['Replication from blue to green is not healthy.']),
    ];
  }

  async switchOver({ rename, signal }: Switchover): Promise<LogCoordinates | undefined> {
    return changePlaces(this.servers.blue, this.servers.green, rename, signal);
  }

  async promote(cluster: string): Promise<void> {
    await promote(this.servers[this.sideOf(cluster)]);
  }

  async restart(instance: string): Promise<void> {
    await restartAsItWas(this.servers[this.sideOf(instance)]);
  }

  async remove(resource: string): Promise<void> {
    await this.servers[this.sideOf(resource)].stop();
  }

  clone(): Promise<void> {
    return Promise.reject(new Error('A clone is not rehearsed: green is made before the migration begins.'));
  }
}
