import type { Definition } from '../../../sql/definition';
import { objectName } from '../../../sql/object-name';
import { text } from '../../result-row';
import type { Session } from '../../session';
import { readUsersOf } from './information-schema';
import type { Reading } from './reading';

/** READ ONLY, from MySQL 8.0.22 on. */
async function readOptions(session: Session): Promise<ReadonlyMap<string, string>> {
  if (session.dialect.mariadb || !session.dialect.atLeast(8, 0, 22)) return new Map();
  const rows = await readUsersOf(session, 'SCHEMATA_EXTENSIONS', 'SCHEMA_NAME');
  return new Map(rows.map((row) => [text(row, 'SCHEMA_NAME'), text(row, 'OPTIONS')]));
}

export async function readDatabaseDefinitions({ session, spelling }: Reading): Promise<Definition[]> {
  const rows = await readUsersOf(session, 'SCHEMATA', 'SCHEMA_NAME');
  const options = await readOptions(session);
  return rows.map((row) => ({
    object: `database ${objectName(text(row, 'SCHEMA_NAME'))}`,
    aspects: {
      collation: spelling.charset(text(row, 'DEFAULT_COLLATION_NAME')),
      comment: text(row, 'SCHEMA_COMMENT'),
      // No log has it: neither who has it set nor who replicates sets it on the other side.
      options: options.get(text(row, 'SCHEMA_NAME')) ?? '',
      encryption: text(row, 'DEFAULT_ENCRYPTION') === 'YES' ? 'by default' : '',
    },
  }));
}
