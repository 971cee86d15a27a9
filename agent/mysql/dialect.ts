/** What a server understands, by what it says of itself. */
export interface Dialect {
  readonly mariadb: boolean;
  /** As the server says it, e.g. `8.0.36`, `10.11.14-MariaDB-log`. */
  readonly version: string;
  /** Shows every channel that the server replicates on. */
  readonly replicaStatement: string;
  /** Shows where the binary log stands. */
  readonly binlogStatement: string;
  /** Whether its version is this one or a later one. MariaDB's numbers are its own. */
  atLeast(major: number, minor: number, patch?: number): boolean;
}

/**
 * REPLICA took SLAVE's place in MySQL 8.0.22 and SLAVE is gone in 8.4; BINARY LOG STATUS took MASTER STATUS's in 8.2.
 * MariaDB keeps the old words, which are also those of Aurora MySQL 2; there, ALL SLAVES shows named connections too.
 */
export function dialectOf(version: string): Dialect {
  const mariadb = /mariadb/i.test(version);
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  const atLeast = (...wanted: readonly number[]): boolean => {
    const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = wanted;
    if (major !== wantedMajor) return major > wantedMajor;
    return minor === wantedMinor ? patch >= wantedPatch : minor > wantedMinor;
  };
  const replicas = !mariadb && atLeast(8, 0, 22) ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS';
  return {
    mariadb,
    version,
    replicaStatement: mariadb ? 'SHOW ALL SLAVES STATUS' : replicas,
    binlogStatement: !mariadb && atLeast(8, 2) ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS',
    atLeast,
  };
}
