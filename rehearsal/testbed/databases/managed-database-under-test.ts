import type { Zone } from '../../network/zone';
import type { PhaseRun, Side } from '../../report/result';
import type { DatabaseMigration } from '../migration';
import { isOf } from '../parts-of-phases';
import type { JudgedLoad, LoadSettings, WeighedRecords } from '../system-under-test';
import type { TestbedNetwork } from '../testbed-network';
import { DatabaseUnderTest } from './database-under-test';
import { Databases } from './databases';
import { RdsZone } from './rds-zone';
import { isFollowing, knowHost } from './replication';
import type { DatabasesOptions } from './set-up';

/** A database whose successor RDS makes, and gives its names to. */
export class ManagedDatabaseUnderTest extends DatabaseUnderTest {
  static override async start(
    migration: DatabaseMigration,
    options: DatabasesOptions,
  ): Promise<ManagedDatabaseUnderTest> {
    return new ManagedDatabaseUnderTest(migration, await Databases.start(migration, options));
  }

  readonly namesEndpoints = true;

  /** Names as they are. No TLS: the certificates would have to be made out to a name that RDS makes up later. */
  override configuration(): string {
    const { configuration } = this.migration;
    const plain = { tls: false };
    return JSON.stringify({
      ...configuration,
      blue: { ...configuration.blue, ...plain },
      green: { ...configuration.green, ...plain },
    });
  }

  override get authority(): undefined {
    return undefined;
  }

  override endpointZones(addressOf: (side: Side) => string): readonly Zone[] {
    return [new RdsZone((name) => this.sideOf(name), addressOf)];
  }

  /** All or nothing: RDS moves a name from one server to the other. */
  override weights(): Readonly<Record<Side, number>> {
    const serving = this.sideOf(this.migration.configuration.blue.host);
    return { blue: serving === 'blue' ? 100 : 0, green: serving === 'green' ? 100 : 0 };
  }

  /** Both of the record's names are one, and lead to one server, but for while green is tried under its own. */
  override readersOn(account: WeighedRecords): Side | 'both' | undefined {
    const { readerRecord } = this.migration;
    if (readerRecord === undefined) return undefined;
    const weights = account.weights(readerRecord);
    const sides = (['blue', 'green'] as const)
      .filter((side) => weights[side] > 0)
      .map((side) => this.sideOf(readerRecord.targets[side]) ?? 'both');
    const [first = 'both'] = sides;
    return sides.every((side) => side === first) ? first : 'both';
  }

  groupsOf(side: Side): readonly string[] {
    return this.rds?.groupsOf(side) ?? this.migration.sides[side].securityGroupIds;
  }

  /** The side with the name that clients know must have blue's ingress. */
  observe(): Readonly<Record<string, string>> {
    const serving = this.sideOf(this.migration.configuration.blue.host);
    return { 'security groups': serving === undefined ? '' : this.groupsOf(serving).join() };
  }

  override async startClients(network: TestbedNetwork, options: LoadSettings): Promise<JudgedLoad> {
    // What clients have left follows the name that they know.
    const { host } = this.migration.configuration.blue;
    if (this.rollsBack) await knowHost(this.servers.blue, host, network.address('green'));
    return super.startClients(network, options);
  }

  /**
   * RDS keeps green current until the switchover. From then on blue follows, once it was told to, which an execution that is
   * stopped in between has not done; a green that was left does not.
   */
  override async follows(other: Side, phases: readonly PhaseRun[]): Promise<boolean> {
    if (other === 'blue') {
      const told = phases.some(({ of, outcome }) => isOf(of, 'reverse') && outcome === 'succeeded');
      return this.rollsBack && (told ? super.follows(other, phases) : isFollowing(this.servers.blue));
    }
    return !phases.some(({ of }) => isOf(of, 'return')) && super.follows(other, phases);
  }

  private get rollsBack(): boolean {
    return this.servers.blue.engine !== 'postgresql';
  }

  private sideOf(name: string): Side | undefined {
    return this.rds?.sideOfEndpoint(name);
  }
}
