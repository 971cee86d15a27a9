import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { Migration } from '../../cutover/migration/migration';
import type { CutoverRecord } from '../../cutover/record/cutover-record';
import { assertTold } from '../../cutover/validations/stated';
import { inConstruct } from '../../validation-error';
import { cacheKindOf } from './cache-kinds';
import type { CacheMigrationKind } from './cache-migration-kind';
import type { CacheMigrationProps } from './cache-migration-props';
import { assertCachesStated } from './sides-check';

/**
 * Moves the clients of a cache from blue to green, and can always go back.
 *
 * It holds only what is transient: the weighted record, the migration host, the state machine, alarms. Removing it from
 * the code removes only that; green stays as it is, with the same logical ids, and is the next migration's blue.
 *
 * Start it with `{"action": "preflight"}`, then `{"action": "cutover"}`; `{"action": "rollback"}` returns the clients,
 * `{"action": "retire"}` deletes blue.
 */
export class CacheMigration extends Migration {
  /** The name that clients resolve, and who owns its weights. */
  public readonly record: CutoverRecord;

  /** Goes off when the copy falls behind. */
  public readonly lagAlarm: Alarm;

  /** Goes off when one side should follow the other and does not, or no agent runs at all. None at COLD. */
  public readonly followingAlarm?: Alarm;

  /** Goes off when the host that relays clients is dead, or should relay them and does not. Only with `relay`. */
  public readonly relayAlarm?: Alarm;

  /** @internal */
  declare protected readonly _kind: CacheMigrationKind;

  /**
   * @param scope where it belongs; a stack of its own is removed most easily
   * @param id the construct's id
   * @param props what to move, and how
   */
  constructor(scope: Construct, id: string, props: CacheMigrationProps) {
    assertTold('CacheMigration', { scope, id });
    inConstruct(scope, () => assertCachesStated(props), id);
    super(scope, id, props, (within) => cacheKindOf(within, props));
    const { record, alarms } = this._kind;
    this.record = record;
    this.lagAlarm = alarms.lag;
    this.followingAlarm = alarms.following;
    this.relayAlarm = alarms.relay;
  }
}
