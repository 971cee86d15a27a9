import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import { Rds } from '../../../rehearsal/aws/rds/rds';
import type { AwsService } from '../../../rehearsal/aws/service';
import type { Account } from '../../../rehearsal/testbed/account';
import { engineOf, putDatabases } from '../../../rehearsal/testbed/databases/put-databases';
import type { DatabaseMigration } from '../../../rehearsal/testbed/migration';
import { sideOf } from '../../../rehearsal/testbed/side-of';
import { KEYS } from './customer-keys';
import type { Side, VirtualSystem } from './virtual-system';

/** As RDS takes its time, of which the guides say minutes. Milliseconds. */
const DURATIONS = {
  ...{ create: 600_000, modify: 120_000, promote: 90_000, reboot: 150_000, switchover: 20_000, securityGroups: 30_000 },
  ...{ endpoint: 20_000, leaveEndpoint: 38_000, joinEndpoint: 120_000 },
};

export class VirtualDatabases implements VirtualSystem {
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

  readonly snapshotsOfRetire = 1;

  left(): readonly string[] {
    const { cluster, instance } = this.blueItself();
    const members = cluster === undefined ? [] : this.rds.databases.members(cluster);
    return [cluster, ...members, instance].flatMap((each) => each?.identifier ?? []);
  }

  green(): readonly string[] {
    const { clusters, instances } = this.rds.databases;
    const others = new Set([...this.left(), this.migration.converting?.identifier]);
    return [...clusters, ...instances].map(({ identifier }) => identifier).filter((each) => !others.has(each));
  }

  snapshots(): number {
    const { clusterSnapshots, instanceSnapshots } = this.rds.snapshots;
    return clusterSnapshots.length + instanceSnapshots.length;
  }

  liftProtection(): void {
    const { identifier } = this.migration.converting ?? {};
    for (const each of this.rds.databases.instances)
      if (each.identifier === identifier) each.deletionProtection = false;
  }

  obstruct(): () => void {
    const { cluster, instance } = this.blueItself();
    const protect = (isOn: boolean) => {
      for (const each of [cluster, instance]) if (each !== undefined) each.deletionProtection = isOn;
    };
    protect(true);
    return () => protect(false);
  }

  private blueItself() {
    const { clusters, instances } = this.rds.databases;
    const isBlue = ({ resourceId }: { readonly resourceId: string }) => resourceId === this.blue;
    return { cluster: clusters.find(isBlue), instance: instances.find(isBlue) };
  }

  private sideOfName(name: string): Side | undefined {
    const owner = this.rds.databases.ownerOf(name);
    if (owner === undefined) return undefined;
    return owner.resourceId === this.blue ? 'blue' : 'green';
  }
}
