import type { Verdict } from '../client/kept-connection';
import type { Credentials } from '../protocol';
import type { Link } from './client/link';
import type { Comparable } from './data/comparable';
import type { Filling } from './data/filling';
import type { TablesOfUsers } from './data/tables';
import type { DatabaseAddress } from './database-address';
import type { SqlProcessSettings } from './protocol';

/** Questions to a server, and who it is. */
export interface OpenDatabase {
  rows<T>(sql: string): Promise<T[]>;
  /** What no other server of the rehearsal says of itself. */
  identity(): Promise<number>;
  close(): Promise<void>;
}

/** All that differs between the databases that clients of a rehearsal work with. */
export interface SqlDialect {
  /** For a client. @throws where it does not answer in time; nothing is left open then */
  openLink(settings: SqlProcessSettings, address: string, target: string): Promise<Link>;
  /** @param error of the client's driver */
  verdictOn(error: unknown): Verdict;
  /**
   * Past any firewall.
   *
   * @param schema what the rows are in. @default - the server itself
   * @throws Error that names the address and never the password
   */
  open(address: DatabaseAddress, schema?: string): Promise<OpenDatabase>;
  /** Makes the schema, its tables and the user that applications sign in as. */
  beginFilling(address: DatabaseAddress, application: Required<Credentials>, tables: TablesOfUsers): Promise<Filling>;
  /** Every table of clients. */
  compare(address: DatabaseAddress): Promise<Comparable>;
}
