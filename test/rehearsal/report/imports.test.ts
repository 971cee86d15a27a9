import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../../rehearsal/report');

/** The folder itself, what clients saw, and what is shared outside of the rehearsal. */
const ALLOWED = ['report', 'clients', '../agent', '../contract'];

/** Every import of a report's, as the place in the rehearsal that it leads to. */
const places = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    [...readFileSync(join(FOLDER, file), 'utf8').matchAll(/ from '(\.[^']+)'/g)].map(([, to = '']) =>
      join('report', file, '..', to),
    ),
  );

test('reports know what clients saw, and nothing of the stage that it was seen on', () => {
  const folders = new Set(places.map((place) => /^(\.\.\/)?\w+/.exec(place)?.[0]));
  expect([...folders].filter((folder) => !ALLOWED.includes(String(folder)))).toEqual([]);
});
