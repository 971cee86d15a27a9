import type { HttpRequestOfCheck } from '../contract/common';
import type { Credentials } from './credentials';
import type { Log } from './log';
import type { OwnRelay } from './own-relay';
import type { OwnReplication } from './own-replication';
import type { MigrationConfiguration } from './reach';

export interface SidesProps {
  readonly credentials: Credentials;
  /** It exists, where the verbs that keep state run. */
  readonly stateDirectory: string;
  readonly log: Log;
}

/**
 * The two sides of a migration, for the life of the process. What is read from AWS is kept, so that no API call stands
 * inside the freeze; anyone who connects after an `accept` uses what that was given.
 */
export interface Sides {
  readonly migrationName: string;
  /** Those that the deploy gave this host. */
  readonly requests: readonly HttpRequestOfCheck[];
  /** Absent: the sides replicate by themselves, and CloudWatch has their figures. */
  readonly replication?: OwnReplication;
  /** Absent: no clients come through a relay of this host. */
  readonly relay?: OwnRelay;
  /** Takes a configuration over, with the secrets that it names. Tells whether anything is different now. */
  accept(configuration: MigrationConfiguration): Promise<boolean>;
  /** The same, reached where the arguments of a verb say. Absent: they say nothing of it. */
  at?(args: object): Sides;
  /** Ends what goes on in this process; the state directory keeps what is to go on in the next. */
  stop(): Promise<void>;
}
