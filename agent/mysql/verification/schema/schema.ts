import type { DatabaseVerifyResult } from '../../../../contract/database';
import type { Definition } from '../../../sql/definition';
import { text } from '../../result-row';
import type { Session } from '../../session';
import { type Account, readAccounts } from './accounts';
import { readAutoIncrements } from './auto-increments';
import {
  readEventDefinitions,
  readLibraryDefinitions,
  readRoutineDefinitions,
  readTriggerDefinitions,
  readViewDefinitions,
} from './code';
import type { Accounts } from './compare-accounts';
import { readDatabaseDefinitions } from './databases';
import { readServerDefinitions } from './foreign-servers';
import { readForeignKeyDefinitions } from './indexes';
import type { Reading } from './reading';
import { readSequences, type Sequences } from './sequences';
import { type Between, Spelling } from './spelling';
import { readTableDefinitions } from './tables';
import { readTimeZones, type TimeZones } from './time-zones';

/** Everything that is defined on a side, in one spelling. */
export interface Schema {
  readonly definitions: readonly Definition[];
  /** By `schema.table`. */
  readonly autoIncrements: ReadonlyMap<string, number>;
  readonly sequences: Sequences;
  readonly accounts: Accounts;
  /** Those that somebody has loaded from a library, by name. */
  readonly plugins: ReadonlySet<string>;
  readonly timeZones: TimeZones;
  /** `mysql 8.0`, `mariadb 10.11`: privileges are the same within. */
  readonly line: string;
  /** What SHOW CREATE says of each table. Two versions do not say it in the same words. */
  readonly statements: ReadonlyMap<string, string>;
  readonly notCovered: DatabaseVerifyResult['notCovered'];
}

const readers: readonly ((reading: Reading) => Promise<Definition[]>)[] = [
  readDatabaseDefinitions,
  readTableDefinitions,
  readForeignKeyDefinitions,
  readViewDefinitions,
  readTriggerDefinitions,
  readRoutineDefinitions,
  readLibraryDefinitions,
  readEventDefinitions,
  readServerDefinitions,
];

export async function readSchema(session: Session, between: Between): Promise<Schema> {
  // Statements are shown in the manner of the session that asks.
  await session.query(`SET SESSION sql_mode = '', sql_quote_show_create = 1, time_zone = '+00:00'`);
  const reading: Reading = { session, spelling: new Spelling(between), statements: new Map(), notCovered: [] };
  const definitions: Definition[] = [];
  for (const read of readers) definitions.push(...(await read(reading)));
  const sequences = await readSequences(reading);
  const { dialect } = session;
  return {
    definitions: [...definitions, ...sequences.definitions],
    autoIncrements: await readAutoIncrements(session),
    sequences,
    accounts: await accountsOf(reading, await readAccounts(reading)),
    plugins: await activePlugins(session, 'PLUGIN_LIBRARY IS NOT NULL'),
    timeZones: await readTimeZones(reading),
    line: `${dialect.mariadb ? 'mariadb' : 'mysql'} ${dialect.version.split('.', 2).join('.')}`,
    statements: between.sameVersion ? reading.statements : new Map(),
    notCovered: reading.notCovered,
  };
}

async function accountsOf({ session }: Reading, byName: ReadonlyMap<string, Account>): Promise<Accounts> {
  return { byName, plugins: await activePlugins(session, "PLUGIN_TYPE = 'AUTHENTICATION'"), agent: session.self.user };
}

async function activePlugins(session: Session, condition: string): Promise<ReadonlySet<string>> {
  const rows = await session.query(
    `SELECT PLUGIN_NAME AS name FROM information_schema.PLUGINS WHERE PLUGIN_STATUS = 'ACTIVE' AND ${condition}`,
  );
  return new Set(rows.map((row) => text(row, 'name')));
}
