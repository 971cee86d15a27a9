import type { AwsEnvironment } from '../../aws/environment';
import { Rds } from '../../aws/rds/rds';
import type { Side } from '../../report/result';
import type { DatabaseMigration } from '../migration';
import type { Databases } from './databases';
import { PostgresqlBackend } from './postgresql-backend';
import { engineOf, putDatabases } from './put-databases';
import { isFollowing } from './replication';
import { ServerBackend } from './server-backend';

/** Milliseconds that a promotion takes beside what the server does, which is restarted. On AWS all of it takes minutes. */
const PROMOTION_MS = 500;

/**
 * Milliseconds: short, as all that RDS takes is here. Where custom endpoints were measured on AWS, an unhealthy instance
 * left after 36 to 40 s and was back after 85 to 150 s.
 *
 * @see docs/aws-facts.md#rds-endpoint-of-unhealthy
 */
const ENDPOINTS_MS = { endpoint: 300, leaveEndpoint: 400, joinEndpoint: 1_000 };

/** RDS with the databases of the migration in it, as the assembly and what was there before have them. */
export class RdsOfMigration {
  readonly rds: Rds;
  private readonly backend: ServerBackend | PostgresqlBackend;

  /** @param servers - what stands behind the databases */
  constructor(
    private readonly migration: DatabaseMigration,
    private readonly servers: Databases,
    environment: AwsEnvironment,
  ) {
    const Backend = servers.green.engine === 'postgresql' ? PostgresqlBackend : ServerBackend;
    this.backend = new Backend(servers.green, (id) => this.clusterOf(id));
    // Nothing here knows all that RDS has: what the migration asks for is taken to be there.
    const { engineVersion } = migration.configuration.green;
    this.rds = new Rds({
      environment,
      backend: this.backend,
      durations: { promote: PROMOTION_MS, ...ENDPOINTS_MS },
      versions: { [engineOf(migration, 'green')]: [engineVersion] },
    });
    for (const { server, resourceIds } of putDatabases(this.rds, migration)) {
      const behind = servers[server];
      if (behind !== undefined) this.backend.add(behind, ...resourceIds);
    }
  }

  /** Who stands behind a host name now; undefined where nothing has it. */
  sideOfEndpoint(name: string): Side | undefined {
    const owner = this.rds.databases.ownerOf(name);
    if (owner === undefined) return undefined;
    return this.backend.serverOf(owner.resourceId) === this.servers.green ? 'green' : 'blue';
  }

  /** Whether a custom endpoint's name leads nowhere now. */
  isAway(name: string): boolean {
    const { databases } = this.rds;
    return databases.customEndpoints.some(({ host }) => host === name) && databases.ownerOf(name) === undefined;
  }

  /** The server that stands for all of a side's instances has died: RDS calls them available, and they do not answer. */
  lose(side: Side): void {
    for (const { health } of this.instancesOf(side)) health.lose();
  }

  recover(side: Side): void {
    for (const { health, identifier } of this.instancesOf(side)) {
      health.recover();
      this.rds.events.write('db-instance', identifier, ['availability'], 'DB instance restarted');
    }
  }

  private instancesOf(side: Side) {
    return this.rds.databases.instances.filter(
      ({ resourceId }) =>
        this.backend.has(this.clusterOf(resourceId)) && this.backend.serverOf(resourceId) === this.servers[side],
    );
  }

  /** Whether green is kept current from blue. */
  greenFollows(): Promise<boolean> {
    const { backend, servers } = this;
    return backend instanceof PostgresqlBackend ? backend.follows(servers.green) : isFollowing(servers.green);
  }

  /** The security groups of the cluster, or the instance, that a server stands for. */
  groupsOf(side: Side): readonly string[] {
    const { clusters, instances } = this.rds.databases;
    const alone = instances.filter(({ clusterResourceId }) => clusterResourceId === undefined);
    const found = [...clusters, ...alone].find(
      ({ resourceId }) => this.backend.has(resourceId) && this.backend.serverOf(resourceId) === this.servers[side],
    );
    return found?.securityGroupIds ?? this.migration.sides[side].securityGroupIds;
  }

  private clusterOf(resourceId: string): string {
    const instance = this.rds.databases.instances.find((one) => one.resourceId === resourceId);
    return instance?.clusterResourceId ?? resourceId;
  }
}
