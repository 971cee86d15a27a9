import type { Assembly } from '../../../rehearsal/assembly';
import { ElastiCache } from '../../../rehearsal/aws/elasticache/elasticache';
import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import type { AwsService } from '../../../rehearsal/aws/service';
import type { Account } from '../../../rehearsal/testbed/account';
import type { DatabaseMigration, Migration } from '../../../rehearsal/testbed/migration';
import { sideOf } from '../../../rehearsal/testbed/side-of';
import { nameOf, putCaches } from './put-caches';
import type { Side, VirtualSystem } from './virtual-system';

/** A snapshot takes minutes, and so does a deletion. Milliseconds. */
const SLOWNESS_MS = 300_000;

/** Longer than a night waits for anything. Milliseconds. */
const LONG_MS = 30 * 24 * 3_600_000;

export class VirtualCaches implements VirtualSystem {
  private elasticache!: ElastiCache;
  private readonly blue: string;

  constructor(
    private readonly migration: Exclude<Migration, DatabaseMigration>,
    private readonly assembly: Assembly,
  ) {
    this.blue = nameOf(migration.configuration.blue.host);
  }

  services(environment: AwsEnvironment): readonly AwsService[] {
    this.elasticache = new ElastiCache({ environment, slownessMs: SLOWNESS_MS });
    for (const name of this.migration.parameterGroups) this.elasticache.parameterGroups.add(name, 'redis6.x');
    putCaches(this.elasticache, this.assembly, this.migration);
    return [this.elasticache];
  }

  serving(account: Account): Side | undefined {
    return sideOf(account.weights(this.migration.record));
  }

  readersOn(): undefined {
    return undefined;
  }

  observe(): Readonly<Record<string, string>> {
    const value = (group: string) => this.elasticache.parameterGroups.valueOf(group, 'notify-keyspace-events') ?? '';
    return Object.fromEntries(
      this.migration.parameterGroups.map((group) => [`Keyspace events of ${group}`, value(group)]),
    );
  }

  writable() {
    return (['blue', 'green'] as const).map((name) => ({ name, ...this.migration.sides[name] }));
  }

  left(): readonly string[] {
    return this.ids().filter((id) => id === this.blue);
  }

  green(): readonly string[] {
    return this.ids().filter((id) => id !== this.blue);
  }

  private ids(): readonly string[] {
    const { caches } = this.elasticache;
    return [...caches.replicationGroups(), ...caches.standaloneClusters()].map(({ id }) => id);
  }

  snapshots(): number {
    return this.elasticache.caches.snapshots.length;
  }

  get snapshotsOfRetire(): number {
    return this.migration.kind === 'memcached' ? 0 : 1;
  }

  /** ElastiCache knows none. */
  liftProtection(): void {}

  /** Somebody changes blue. */
  obstruct(): () => void {
    const { caches } = this.elasticache;
    caches.modify(this.blue, LONG_MS);
    return () => caches.modified(this.blue);
  }
}
