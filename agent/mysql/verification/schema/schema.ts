import type { Definition } from '../../../sql/definition';
import type { Session } from '../../session';
import { readAutoIncrements } from './auto-increments';
import { readEventDefinitions, readRoutineDefinitions, readTriggerDefinitions, readViewDefinitions } from './code';
import type { Privileges } from './grants';
import { readForeignKeyDefinitions, readIndexDefinitions } from './indexes';
import { readColumnDefinitions, readTableDefinitions } from './tables';
import { readUsers } from './users';

/** Everything that is defined on a side, in one spelling. */
export interface Schema {
  readonly definitions: readonly Definition[];
  /** By `schema.table`. */
  readonly autoIncrements: ReadonlyMap<string, number>;
  /** By `user@host`. */
  readonly users: ReadonlyMap<string, Privileges>;
  /** `mysql 8`, `mariadb 10`: privileges are the same within. */
  readonly line: string;
}

const readers: readonly ((session: Session) => Promise<Definition[]>)[] = [
  readTableDefinitions,
  readColumnDefinitions,
  readIndexDefinitions,
  readForeignKeyDefinitions,
  readViewDefinitions,
  readTriggerDefinitions,
  readRoutineDefinitions,
  readEventDefinitions,
];

export async function readSchema(session: Session): Promise<Schema> {
  const definitions: Definition[] = [];
  for (const read of readers) definitions.push(...(await read(session)));
  const { dialect } = session;
  return {
    definitions,
    autoIncrements: await readAutoIncrements(session),
    users: await readUsers(session),
    line: `${dialect.mariadb ? 'mariadb' : 'mysql'} ${dialect.version.split('.', 1).join('')}`,
  };
}
