import type { Definition } from '../../../sql/definition';
import { objectName } from '../../../sql/object-name';
import { text } from '../../row';
import { readUsersOf } from './information-schema';
import type { Reading } from './reading';

export async function readDatabaseDefinitions({ session, spelling }: Reading): Promise<Definition[]> {
  const rows = await readUsersOf(session, 'SCHEMATA', 'SCHEMA_NAME');
  return rows.map((row) => ({
    object: `database ${objectName(text(row, 'SCHEMA_NAME'))}`,
    aspects: {
      collation: spelling.charset(text(row, 'DEFAULT_COLLATION_NAME')),
      comment: text(row, 'SCHEMA_COMMENT'),
      encryption: text(row, 'DEFAULT_ENCRYPTION') === 'YES' ? 'by default' : '',
    },
  }));
}
