import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertDataset } from '../../../../rehearsal/testbed/caches/dataset';
import { findMigration } from '../../../../rehearsal/testbed/migration';
import { rehearsableOf } from '../../../../rehearsal/testbed/rehearsable-of';
import { synthesized } from '../../../examples/example-under-test';
import { removeTemporaryFolders, temporaryFolder } from '../../assembly/written-assembly';

afterAll(removeTemporaryFolders);

const folder = temporaryFolder();
const file = (content: string) => {
  const path = join(folder, `${content.length}.rdb`);
  writeFileSync(path, content);
  return path;
};
test.each(['REDIS0011...', 'VALKEY080....'])('an RDB file that begins with %s is taken', (content) => {
  expect(() => assertDataset(file(content))).not.toThrow();
});

test.each([
  ['a file that is not there', join(folder, 'nowhere.rdb'), /where no file is/],
  ['a folder', folder, /where no file is/],
  ['a file of another form', file('SELECT 1;'), /is no RDB file: it begins with "SELECT"/],
  ['an empty file', file(''), /begins with ""/],
])('%s is refused before anything is started', (_, path, words) => {
  expect(() => assertDataset(path)).toThrow(words);
});

test('a database takes none', () => {
  const database = rehearsableOf(findMigration(synthesized('mysql-to-aurora').assembly));
  expect(() => database.assertDataset(file('REDIS0011'))).toThrow(/--rows/);
});
