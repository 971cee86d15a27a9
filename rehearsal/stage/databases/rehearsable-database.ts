import type { DatabaseMigration } from '../migration';
import { type ActOptions, GREEN_MAY_DIE, type Rehearsable, type Window } from '../rehearsable';
import { CopiedDatabaseAct } from './copied-database-act';
import { DatabaseAct } from './database-act';
import { ManagedDatabaseAct } from './managed-database-act';
import { ManagedPostgresqlAct } from './managed-postgresql-act';

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

  get faults(): Readonly<Partial<Record<'kill-green' | keyof DatabaseAct['faults'], Window | undefined>>> {
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
      }),
    };
  }

  assertDataset(): never {
    throw new Error('--dataset takes an RDB file, and this migration is of a database: fill it with --rows.');
  }

  start(options: ActOptions): Promise<DatabaseAct> {
    return this.act.start(this.migration, options);
  }

  private get act() {
    if (this.isManaged) return this.isPostgresql ? ManagedPostgresqlAct : ManagedDatabaseAct;
    return this.migration.configuration.strategy === 'binlogReplica' ? CopiedDatabaseAct : DatabaseAct;
  }

  private get isManaged(): boolean {
    return this.migration.configuration.strategy === 'managedBlueGreen';
  }

  private get isPostgresql(): boolean {
    return this.migration.configuration.blue.engine.includes('postgres');
  }
}
