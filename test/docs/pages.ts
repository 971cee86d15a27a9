import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PROJECT = join(__dirname, '../..');

/** A file of the project, e.g. `docs/caches.md`. */
export const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8');

const filesIn = (folder: string) => readdirSync(join(PROJECT, folder), { recursive: true }).map(String);

const isPage = (file: string) => file.endsWith('.md');

/** Every page that people write; those of the API are made. */
export const PAGES = [
  ...readdirSync(PROJECT).filter(isPage),
  ...['docs', 'examples'].flatMap((folder) =>
    filesIn(folder)
      .filter(isPage)
      .map((file) => `${folder}/${file}`)
      .filter((page) => !page.startsWith('docs/api/')),
  ),
].sort();

/** What a page has in a fence of that language. */
export const fencesIn = (page: string, language: string) =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => String(text));

/** Sources of the examples, which other suites compile, synthesize and review. */
const EXAMPLES = filesIn('examples')
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, lines: read(`examples/${file}`).split('\n') }));

/** The example that a snippet stands in word by word, indented as a whole at most. */
export function exampleOf(snippet: string): string | undefined {
  const wanted = snippet.trimEnd().split('\n');
  const standsAt = (lines: readonly string[], start: number) => {
    const indent = /^ */.exec(lines[start] ?? '')?.[0] ?? '';
    return wanted.every((line, offset) => lines[start + offset] === (line === '' ? '' : `${indent}${line}`));
  };
  return EXAMPLES.find(({ lines }) => lines.some((_, start) => standsAt(lines, start)))?.file;
}

/** Code of a page that is no part of an example, and so has to be run by a test of that page. */
export const ownSnippetsIn = (page: string) =>
  fencesIn(page, 'ts').filter((snippet) => exampleOf(snippet) === undefined);
