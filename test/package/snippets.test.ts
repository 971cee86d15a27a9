import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fencesIn } from '../docs/pages';

jest.setTimeout(300_000);

const PROJECT = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'snippets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Snippet {
  readonly didCompile?: boolean;
  readonly translations: Readonly<Record<string, { readonly source: string }>>;
}

test('every snippet of the README compiles, so that jsii-rosetta writes it in Python, Java, C# and Go', () => {
  const tablet = join(folder, 'tablet.json');
  const rosetta = join(PROJECT, 'node_modules/.bin/jsii-rosetta');
  const { status, stderr } = spawnSync(rosetta, ['extract', '--compile', '--fail', '--output', tablet, PROJECT], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const snippets = Object.values(JSON.parse(readFileSync(tablet, 'utf8')).snippets as Record<string, Snippet>);
  expect(snippets).toHaveLength(fencesIn('README.md', 'ts').length);
  for (const { didCompile, translations } of snippets) {
    expect(didCompile).toBe(true);
    expect(Object.keys(translations)).toEqual(expect.arrayContaining(['python', 'java', 'csharp', 'go']));
  }
});
