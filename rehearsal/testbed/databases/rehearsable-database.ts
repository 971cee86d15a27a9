import type { FaultKind } from '../faults/kinds';
import type { DatabaseMigration } from '../migration';
import { GREEN_MAY_DIE, type Rehearsable, type SystemOptions, type Window } from '../rehearsable';
import { CopiedDatabaseUnderTest } from './copied-database-under-test';
import { DatabaseUnderTest } from './database-under-test';
import { ManagedDatabaseUnderTest } from './managed-database-under-test';
import { ManagedPostgresqlUnderTest } from './managed-postgresql-under-test';

/** While green follows by the converting replica. */
const CONVERTED: Window = { from: 'canary', to: 'drain' };

/** From when RDS has made green until it renames and reboots it: what it does when an engine dies meanwhile is not known. */
const KEPT_BY_RDS: Window = { from: 'canary', to: 'quiesce' };

export class RehearsableDatabase implements Rehearsable {
  readonly isExclusive = true;
  readonly keepsWrites = true;

  constructor(private readonly migration: DatabaseMigration) {}

  get isPrepared(): boolean {
    return this.migration.converting !== undefined;
  }

  get faults(): Readonly<Partial<Record<'kill-green' | keyof DatabaseUnderTest['faults'], Window | undefined>>> {
    const { isManaged, isPostgresql } = this;
    return {
      'kill-green': isManaged ? KEPT_BY_RDS : GREEN_MAY_DIE,
      'crash-green': undefined,
      'leftover-replication': isManaged ? { from: 'preflight', to: 'quiesce' } : undefined,
      ...(isPostgresql && { 'ddl-on-blue': isManaged ? KEPT_BY_RDS : undefined }),
      ...(this.isPrepared && {
        'stop-converting': CONVERTED,
        'lag-converting': CONVERTED,
        'write-converting': CONVERTED,
        'lose-log-converting': CONVERTED,
        'kill-converting': CONVERTED,
        'lock-converting': undefined,
        'fill-converting': undefined,
      }),
    };
  }

  /** One that is gone for good cannot be converted, and is made again by a deploy. */
  get faultsOfPrepare(): readonly FaultKind[] {
    if (!this.isPrepared) return [];
    return ['stop-converting', 'write-converting', 'lose-log-converting', 'lock-converting', 'fill-converting'];
  }

  assertDataset(): never {
    throw new Error('--dataset takes an RDB file, and this migration is of a database: fill it with --rows.');
  }

  start(options: SystemOptions): Promise<DatabaseUnderTest> {
    return this.system.start(this.migration, options);
  }

  private get system() {
    if (this.isManaged) return this.isPostgresql ? ManagedPostgresqlUnderTest : ManagedDatabaseUnderTest;
    return this.migration.configuration.strategy === 'binlogReplica' ? CopiedDatabaseUnderTest : DatabaseUnderTest;
  }

  private get isManaged(): boolean {
    return this.migration.configuration.strategy === 'managedBlueGreen';
  }

  private get isPostgresql(): boolean {
    return this.migration.configuration.blue.engine.includes('postgres');
  }
}
