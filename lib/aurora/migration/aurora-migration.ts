import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { Migration } from '../../cutover/migration/migration';
import type { CutoverRecord } from '../../cutover/record/cutover-record';
import { assertTold } from '../../cutover/validations/stated';
import { inConstruct } from '../../validation-error';
import { assertDatabasesStated } from './aurora-migration-checks';
import type { AuroraMigrationProps } from './aurora-migration-props';
import { DatabaseKind } from './database-kind';

/**
 * Moves the clients of a database from blue to green.
 *
 * It holds only what is transient: the weighted records, the migration host, the state machine, alarms. Removing it from
 * the code removes only that; green stays as it is, with the same logical ids, and is the next migration's blue.
 *
 * Start it with `{"action": "preflight"}`, then `{"action": "cutover"}`; `{"action": "rollback"}` returns the clients,
 * `{"action": "retire"}` deletes blue.
 */
export class AuroraMigration extends Migration {
  /** The name that those who write resolve. Undefined where RDS gives green blue's endpoints. */
  public readonly record?: CutoverRecord;

  /** The name that those who only read resolve, if they have one of their own. */
  public readonly readerRecord?: CutoverRecord;

  /** Goes off when the side that follows falls behind. Undefined with managed blue/green, where RDS replicates. */
  public readonly lagAlarm?: Alarm;

  /** @internal */
  declare protected readonly _kind: DatabaseKind;

  /**
   * @param scope where it belongs; a stack of its own is removed most easily
   * @param id the construct's id
   * @param props what to move, and how
   */
  constructor(scope: Construct, id: string, props: AuroraMigrationProps) {
    assertTold('AuroraMigration', { scope, id });
    inConstruct(scope, () => assertDatabasesStated(props), id);
    super(scope, id, props, (within) => new DatabaseKind(within, props));
    const { record, readerRecord, alarms } = this._kind;
    this.record = record;
    this.readerRecord = readerRecord;
    this.lagAlarm = alarms.lag;
  }
}
