import type { DatabaseBackend, LogCoordinates, Pair, Switchover } from '../../../aws/rds/backend';
import type { DatabaseServer } from '../database-server';
import { asBefore } from './as-before';
import { admitClients, dismissReplicas, refuseClients, setReadOnly } from './client-access';
import { connected } from './connected';
import { findingsOn } from './guardrails';
import { Replica } from './replica';
import { ResourceServers } from './resource-servers';

export interface ClusterServersProps {
  /** A clone has started: whatever stands in front of it is put there. @default - nothing */
  readonly onServer?: (resourceId: string, server: DatabaseServer) => Promise<void>;
}

/** Of a new green, with what was written while it was made. */
const MAX_CATCH_UP_MS = 120_000;

/** RDS's acts on real MariaDB and MySQL servers: one for each cluster, or instance without a cluster. */
export class ClusterServers extends ResourceServers implements DatabaseBackend {
  constructor(private readonly props: ClusterServersProps = {}) {
    super();
  }

  async createGreen({ blue, green }: Pair): Promise<void> {
    await this.clone(blue, green);
    const source = this.serverOf(blue);
    await connected(this.serverOf(green), async (database) => {
      const replica = new Replica(this.serverOf(green), database);
      const recovered = await replica.recoveredPosition();
      await replica.forget();
      await setReadOnly(database, true);
      await replica.follow(source, recovered);
      const now = await connected(source, (from) => new Replica(source, from).logPosition());
      await replica.reach(now, AbortSignal.timeout(MAX_CATCH_UP_MS));
    });
  }

  async guardrails({ blue, green }: Pair): Promise<readonly string[]> {
    return findingsOn(this.serverOf(blue), this.serverOf(green));
  }

  async switchOver({ blue, green, signal, rename }: Switchover): Promise<LogCoordinates | undefined> {
    const [source, target] = [this.serverOf(blue), this.serverOf(green)];
    return connected(source, (from) =>
      connected(target, async (to) => {
        const replica = new Replica(target, to);
        const sides = [
          { server: source, database: from },
          { server: target, database: to },
        ];
        try {
          for (const side of sides) await refuseClients(side.server, side.database);
          const end = await new Replica(source, from).logPosition();
          await replica.reach(end, signal);
          await replica.stop();
          signal.throwIfAborted();
          rename();
        } catch (error) {
          await asBefore(error, [
            () => setReadOnly(from, false),
            () => admitClients(source, from),
            () => admitClients(target, to),
            () => replica.start(),
          ]);
        }
        const coordinates = await replica.logPosition();
        await replica.forget();
        await setReadOnly(to, false);
        await dismissReplicas(from);
        // Blue stays read-only until it is rebooted: the setting is in no file.
        for (const side of sides) await admitClients(side.server, side.database);
        return coordinates;
      }),
    );
  }

  async clone(source: string, target: string): Promise<void> {
    const server = await this.serverOf(source).clone();
    this.add(server, target);
    await this.props.onServer?.(target, server);
  }

  async promote(cluster: string): Promise<void> {
    const server = this.serverOf(cluster);
    await connected(server, async (database) => {
      const replica = new Replica(server, database);
      await replica.stop();
      await replica.forget();
      await setReadOnly(database, false);
    });
  }

  async liftReadOnly(cluster: string): Promise<void> {
    await connected(this.serverOf(cluster), (database) => setReadOnly(database, false));
  }

  async restart(instance: string): Promise<void> {
    await this.serverOf(instance).restart();
  }
}
