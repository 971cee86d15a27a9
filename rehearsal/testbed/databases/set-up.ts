import { randomBytes } from 'node:crypto';
import type { LogCoordinates } from '../../aws/rds/backend';
import type { MasterUser } from '../../engines/sql/rds/as-rds';

export interface DatabasesOptions {
  /** How many rows are generated. */
  readonly rows: number;
  readonly seed: string;
}

/** An account of a database. */
export interface DatabaseAccount {
  readonly username: string;
  readonly password: string;
}

/** Two servers that look as they do on RDS, with the data on blue. */
export interface SetUp {
  readonly rows: number;
  /** Where in blue's binary log green's copy ends. Absent: green is no copy. */
  readonly copiedAt?: LogCoordinates;
  readonly accounts: {
    readonly master: MasterUser;
    readonly application: DatabaseAccount;
    /** The account of the agent, with what docs/databases.md asks for. */
    readonly agent: DatabaseAccount;
    /** The agent's on the converting replica. Absent: there is none. */
    readonly converter?: DatabaseAccount;
    /** Absent: RDS itself replicates. */
    readonly replication?: DatabaseAccount;
  };
}

export function secret(): string {
  return randomBytes(12).toString('hex');
}
