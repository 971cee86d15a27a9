/** Where a server's binary log stands. */
export interface LogCoordinates {
  readonly file: string;
  readonly position: number;
}

/** Two clusters, by their resource ids: those outlive every renaming. */
export interface Pair {
  readonly blue: string;
  readonly green: string;
}

export interface Switchover extends Pair {
  /** Aborted when the time is up: what was done is to be undone, and the promise to be rejected. */
  readonly signal: AbortSignal;
  /** Gives green blue's names and endpoints, and blue those of an old one. To be called between fencing and opening. */
  readonly rename: () => void;
}

/**
 * What happens to the data when the control plane acts: real servers in a rehearsal, nothing at all in a test of the
 * API. Every id is a resource id (`cluster-…`, `db-…`). A rejection becomes the state that RDS shows for a failure.
 */
export interface DatabaseBackend {
  /** A copy of blue that follows it, read-only, of that version. */
  createGreen(pair: Pair, engineVersion: string): Promise<void>;
  /** What RDS would refuse to switch over for, in its words. Empty: nothing. */
  guardrails(pair: Pair): Promise<readonly string[]>;
  /**
   * Stops writes on both sides, drops connections, waits for green to catch up, renames, opens green for writes. Blue
   * stays read-only until it is rebooted; of PostgreSQL, until its parameter says otherwise.
   *
   * @returns where green's log stands, from which the old blue could follow it. Absent: the engine has none.
   */
  switchOver(switchover: Switchover): Promise<LogCoordinates | undefined>;
  /** A copy of the cluster as it is now, replication configuration included. */
  clone(source: string, target: string): Promise<void>;
  /** Stops following its source, and becomes writable. The source is not told. */
  promote(cluster: string): Promise<void>;
  /** What is left of a switchover may be written to again, by those who can connect. */
  liftReadOnly(cluster: string): Promise<void>;
  /** An instance's engine is restarted: by RebootDBInstance or a change of class. */
  restart(instance: string): Promise<void>;
  /** Its servers end, and their data. */
  remove(resource: string): Promise<void>;
}

/** Databases that hold nothing, and are always ready: for what the API itself does. */
export class EmptyBackend implements DatabaseBackend {
  async createGreen(): Promise<void> {}

  async guardrails(): Promise<readonly string[]> {
    return [];
  }

  async switchOver({ rename }: Switchover): Promise<LogCoordinates | undefined> {
    rename();
    return { file: 'mysql-bin-changelog.000003', position: 40_134_574 };
  }

  async clone(): Promise<void> {}

  async promote(): Promise<void> {}

  async liftReadOnly(): Promise<void> {}

  async restart(): Promise<void> {}

  async remove(): Promise<void> {}
}
