import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertDataset } from '../../../../rehearsal/stage/caches/dataset';
import { removeTemporaryFolders, temporaryFolder } from '../../assembly/written-assembly';

afterAll(removeTemporaryFolders);

const folder = temporaryFolder();
const file = (content: string) => {
  const path = join(folder, `${content.length}.rdb`);
  writeFileSync(path, content);
  return path;
};
const cache = { kind: 'cache' } as const;

test.each(['REDIS0011...', 'VALKEY080....'])('an RDB file that begins with %s is taken', (content) => {
  expect(() => assertDataset(file(content), cache)).not.toThrow();
});

test.each([
  ['a file that is not there', join(folder, 'nowhere.rdb'), /where no file is/],
  ['a folder', folder, /where no file is/],
  ['a file of another form', file('SELECT 1;'), /is no RDB file: it begins with "SELECT"/],
  ['an empty file', file(''), /begins with ""/],
])('%s is refused before anything is started', (_, path, words) => {
  expect(() => assertDataset(path, cache)).toThrow(words);
});

test('a database takes none', () => {
  expect(() => assertDataset(file('REDIS0011'), { kind: 'database' })).toThrow(/--rows/);
});
