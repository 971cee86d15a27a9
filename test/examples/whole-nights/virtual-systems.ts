import { ElastiCache } from '../../../rehearsal/aws/elasticache/elasticache';
import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import { Rds } from '../../../rehearsal/aws/rds/rds';
import type { AwsService } from '../../../rehearsal/aws/service';
import type { Account } from '../../../rehearsal/testbed/account';
import { engineOf, putDatabases } from '../../../rehearsal/testbed/databases/put-databases';
import type { DatabaseMigration, Migration } from '../../../rehearsal/testbed/migration';
import { sideOf } from '../../../rehearsal/testbed/side-of';
import { KEYS } from './customer-keys';

export type Side = 'blue' | 'green';

/** What is migrated, in virtual time: what AWS knows of it, and no engine. */
export interface VirtualSystem {
  services(environment: AwsEnvironment): readonly AwsService[];
  /** Who is written to; undefined where both or none are. */
  serving(account: Account): Side | undefined;
  readersOn(account: Account): Side | 'both' | undefined;
  /** What a migration changes of the system itself, and must restore. */
  observe(): Readonly<Record<string, string>>;
  /** What would take writes now from those that a security group lets in: its groups. */
  writable(account: Account): readonly { readonly name: string; readonly securityGroupIds: readonly string[] }[];
}

export function systemOf(migration: Migration): VirtualSystem & { readonly rds?: Rds } {
  return migration.kind === 'database' ? new VirtualDatabases(migration) : new VirtualCaches(migration);
}

class VirtualCaches implements VirtualSystem {
  private elasticache?: ElastiCache;

  constructor(private readonly migration: Exclude<Migration, DatabaseMigration>) {}

  services(environment: AwsEnvironment): readonly AwsService[] {
    this.elasticache = new ElastiCache({ environment });
    for (const name of this.migration.parameterGroups) this.elasticache.parameterGroups.add(name, 'redis6.x');
    return [this.elasticache];
  }

  serving(account: Account): Side | undefined {
    return sideOf(account.weights(this.migration.record));
  }

  readersOn(): undefined {
    return undefined;
  }

  observe(): Readonly<Record<string, string>> {
    const value = (group: string) => this.elasticache?.parameterGroups.valueOf(group, 'notify-keyspace-events') ?? '';
    return Object.fromEntries(
      this.migration.parameterGroups.map((group) => [`Keyspace events of ${group}`, value(group)]),
    );
  }

  writable() {
    return (['blue', 'green'] as const).map((name) => ({ name, ...this.migration.sides[name] }));
  }
}

/** As RDS takes its time, of which the guides say minutes. Milliseconds. */
const DURATIONS = {
  ...{ create: 600_000, modify: 120_000, promote: 90_000, reboot: 150_000, switchover: 20_000, securityGroups: 30_000 },
  ...{ endpoint: 20_000, leaveEndpoint: 38_000, joinEndpoint: 120_000 },
};

class VirtualDatabases implements VirtualSystem {
  rds!: Rds;
  /** What blue is called in RDS whatever its name. */
  private blue = '';

  constructor(private readonly migration: DatabaseMigration) {}

  services(environment: AwsEnvironment): readonly AwsService[] {
    const { migration } = this;
    const { engineVersion } = migration.configuration.green;
    this.rds = new Rds({
      environment,
      durations: DURATIONS,
      versions: { [engineOf(migration, 'green')]: [engineVersion] },
    });
    const [blue] = putDatabases(this.rds, migration, KEYS.storage);
    this.blue = String(blue?.resourceIds[0]);
    return [this.rds];
  }

  serving(account: Account): Side | undefined {
    const { record, configuration } = this.migration;
    if (record !== undefined) return sideOf(account.weights(record));
    return this.sideOfName(configuration.blue.host);
  }

  readersOn(account: Account): Side | 'both' | undefined {
    const { readerRecord, record } = this.migration;
    if (readerRecord === undefined) return undefined;
    const weights = account.weights(readerRecord);
    const led = (['blue', 'green'] as const).filter((side) => weights[side] > 0);
    const sides = record === undefined ? led.map((side) => this.sideOfName(readerRecord.targets[side])) : led;
    const [first = 'both'] = sides;
    return sides.every((side) => side === first) ? first : 'both';
  }

  /** Where RDS gives green blue's names, what has them must be in blue's groups. */
  observe(): Readonly<Record<string, string>> {
    const { record, configuration } = this.migration;
    if (record !== undefined) return {};
    const owner = this.rds.databases.ownerOf(configuration.blue.host);
    const cluster = this.rds.databases.clusters.find(({ resourceId }) => resourceId === owner?.resourceId);
    return { 'security groups': cluster?.securityGroupIds.join() ?? '' };
  }

  writable() {
    const { clusters, instances } = this.rds.databases;
    const alone = instances
      .filter(({ clusterResourceId }) => clusterResourceId === undefined)
      .map((instance) => ({ ...instance, readOnlyUntilReboot: false }));
    return [...clusters, ...alone]
      .filter(({ readOnlyUntilReboot, replicationSource }) => !readOnlyUntilReboot && replicationSource === undefined)
      .map(({ identifier, securityGroupIds }) => ({ name: identifier, securityGroupIds }));
  }

  private sideOfName(name: string): Side | undefined {
    const owner = this.rds.databases.ownerOf(name);
    if (owner === undefined) return undefined;
    return owner.resourceId === this.blue ? 'blue' : 'green';
  }
}
