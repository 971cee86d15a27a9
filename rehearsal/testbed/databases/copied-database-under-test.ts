import type { AwsEnvironment } from '../../aws/environment';
import type { LogCoordinates } from '../../aws/rds/backend';
import type { AwsService } from '../../aws/service';
import type { PhaseRun, Side } from '../../report/result';
import { type DatabaseMigration, knownOf } from '../migration';
import { isOf } from '../parts-of-phases';
import { DatabaseUnderTest } from './database-under-test';
import { Databases } from './databases';
import { isFollowing } from './replication';
import type { DatabasesOptions } from './set-up';

/** A database that is replaced by a copy of it: the migration itself has the copy follow, from where it was made. */
export class CopiedDatabaseUnderTest extends DatabaseUnderTest {
  static override async start(
    migration: DatabaseMigration,
    options: DatabasesOptions,
  ): Promise<CopiedDatabaseUnderTest> {
    return new CopiedDatabaseUnderTest(migration, await Databases.startCopied(migration, options));
  }

  readonly replaced = this.beginAtCopy();

  /** With the event in which RDS says where a copy ends. */
  override services(environment: AwsEnvironment): readonly AwsService[] {
    const services = super.services(environment);
    const [instance] = this.migration.rds.green.instances;
    const { file, position } = this.copiedAt();
    this.rds?.rds.events.write(
      'db-instance',
      instance?.identifier ?? '',
      [],
      `Binlog position from crash recovery is ${file} ${position}`,
    );
    return services;
  }

  /** Nobody has it follow before Replicate. */
  override async follows(other: Side, phases: readonly PhaseRun[] = []): Promise<boolean> {
    const replicated = phases.some(({ of, outcome }) => isOf(of, 'replicate') && outcome === 'succeeded');
    return replicated ? super.follows(other) : isFollowing(this.servers[other]);
  }

  private copiedAt(): LogCoordinates {
    const { copiedAt } = this.servers;
    if (copiedAt === undefined) throw new Error('Green is no copy of blue.');
    return copiedAt;
  }

  /** A position that the app states is one of a log on AWS. */
  private beginAtCopy(): string | undefined {
    const { file, position } = this.copiedAt();
    const variable = this.migration.manifest.standIns.binlogPosition;
    if (variable === undefined) return undefined;
    const known = knownOf(this.migration.stateMachine);
    const stated = known[variable] as unknown as LogCoordinates;
    Object.assign(known, { [variable]: { file, position } });
    return `The app has green begin at ${stated.file}:${stated.position}; the copy that was made here ends at ${file}:${position} of blue's log, and begins there`;
  }
}
