import type { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { DatabaseStrategy } from '../../../contract/database';
import { assertTold } from '../../cutover/validations/stated';
import type { DatabaseEngine } from '../engine/engine';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';

/** Options of AuroraStrategy.binlogReplica. Both or none: RDS tells them in an event of the clone or restored cluster. */
export interface BinlogReplicaOptions {
  /**
   * The file of blue's binary log at which green holds the same data, e.g. `mysql-bin-changelog.000042`.
   *
   * @default - read from the first event `Binlog position from crash recovery is …` of green's instances. RDS keeps
   * events for 14 days: state it for an older green
   */
  readonly binlogFile?: string;

  /**
   * The position in that file, in bytes, 4 or more.
   *
   * @default - read from the same event
   */
  readonly binlogPosition?: number;
}

/** Options of AuroraStrategy.managedBlueGreen. */
export interface ManagedBlueGreenOptions {
  /** Engine and version that green is to have; of blue's own engine. */
  readonly targetEngine: DatabaseEngine;

  /**
   * The class of green's instances. RDS takes none for Aurora when it makes green; they are changed afterwards.
   *
   * @default - as blue's
   */
  readonly targetInstanceClass?: DatabaseInstanceClass;

  /**
   * Green's cluster parameter group, of the target's family.
   *
   * @default - the default group of the target's family
   */
  readonly targetClusterParameterGroupName?: string;

  /**
   * The parameter group of green's instances, of the target's family.
   *
   * @default - the default group of the target's family
   */
  readonly targetParameterGroupName?: string;

  /**
   * The IAM roles that blue is associated with, by which the engine reaches other services. RDS does not bring them
   * along: they are put on green after the switchover. One that is left out is an error of the preflight.
   *
   * @default - blue has none
   */
  readonly associatedRoles?: IRole[];

  /**
   * How long RDS may take to switch over, 30 s to 1 h. After it RDS puts everything back by itself.
   *
   * @default Duration.minutes(5)
   */
  readonly switchoverTimeout?: Duration;

  /**
   * How long RDS may take to make green and bring it to its class.
   *
   * @default Duration.hours(24)
   */
  readonly createTimeout?: Duration;
}

/** How green comes to hold blue's data, and to be written to. */
export class AuroraStrategy {
  /**
   * RDS makes green beside blue, replicates, and gives it blue's names (RDS Blue/Green Deployments): Aurora MySQL and
   * Aurora PostgreSQL.
   *
   * RDS has no rollback from its switchover. Of Aurora MySQL it reports the binary log's coordinates, from which blue
   * follows green until it is retired: `rollback` returns clients with all they wrote, in the minutes that RDS takes to reboot
   * and rename. Of PostgreSQL it reports nothing like it, and `rollback` is refused.
   *
   * @param options what green is to be
   * @throws if it has no engine
   */
  public static managedBlueGreen(options: ManagedBlueGreenOptions): AuroraStrategy {
    assertTold('AuroraStrategy.managedBlueGreen', { options });
    return new AuroraStrategy('managedBlueGreen', options, undefined);
  }

  /** Green is an Aurora MySQL cluster that was made as a read replica of blue, an instance of RDS for MySQL. */
  public static promoteReplica(): AuroraStrategy {
    return new AuroraStrategy('promoteReplica', undefined, undefined);
  }

  /**
   * Green is an Aurora MySQL cluster made from a clone or a snapshot of blue, an Aurora MySQL cluster too. It follows
   * blue's binary log from where the clone or snapshot was taken, which RDS tells in an event.
   *
   * @param options where to begin, if not where RDS says
   */
  public static binlogReplica(options: BinlogReplicaOptions = {}): AuroraStrategy {
    assertTold('AuroraStrategy.binlogReplica', { options });
    return new AuroraStrategy('binlogReplica', undefined, options);
  }

  /** @internal */
  public readonly _name: DatabaseStrategy;

  /** @internal */
  public readonly _managed?: ManagedBlueGreenOptions;

  /** @internal */
  public readonly _begin?: BinlogReplicaOptions;

  private constructor(
    name: DatabaseStrategy,
    managed: ManagedBlueGreenOptions | undefined,
    begin: BinlogReplicaOptions | undefined,
  ) {
    this._name = name;
    this._managed = managed;
    this._begin = begin;
  }

  /** `AuroraStrategy.promoteReplica`, for messages. */
  public toString(): string {
    return `AuroraStrategy.${this._name}`;
  }
}
