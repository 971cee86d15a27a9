import type { DatabaseVerifyResult } from '../../../../contract/database';
import type { Session } from '../../session';
import type { Spelling } from './spelling';

/** A side whose definitions are read, and how they are to be spelt. */
export interface Reading {
  readonly session: Session;
  readonly spelling: Spelling;
  /** What SHOW CREATE says of each table. */
  readonly statements: Map<string, string>;
  /** What was met and cannot be compared. */
  readonly notCovered: DatabaseVerifyResult['notCovered'][number][];
}

/** A table's parts are of the table, so that a table that is missing is said once. */
export interface ReadTable {
  readonly schema: string;
  readonly name: string;
  readonly object: string;
}
