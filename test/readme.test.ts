import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..');
const PAGES = [
  'README.md',
  'docs/batch-hosts.md',
  ...[
    'aurora-managed',
    'aurora-postgres',
    'batch-host',
    'maintenance-night',
    'mysql-to-aurora',
    'pure-cache',
    'shared-cache',
  ].map((name) => `examples/${name}/README.md`),
];

const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8');

/** Sources of the examples, which are compiled, synthesized and reviewed by other suites. */
const EXAMPLES = readdirSync(join(PROJECT, 'examples'), { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, lines: read(join('examples', file)).split('\n') }));

const SNIPPETS = PAGES.flatMap((page) => [...read(page).matchAll(/```ts\n(.*?)```/gs)].map(([, text]) => String(text)));

/** Where a snippet stands word by word, indented as a whole at most. */
function sourceOf(snippet: string): string | undefined {
  const wanted = snippet.trimEnd().split('\n');
  const standsAt = (lines: readonly string[], start: number) => {
    const indent = /^ */.exec(lines[start] ?? '')?.[0] ?? '';
    return wanted.every((line, offset) => lines[start + offset] === (line === '' ? '' : `${indent}${line}`));
  };
  return EXAMPLES.find(({ lines }) => lines.some((_, start) => standsAt(lines, start)))?.file;
}

test.each(SNIPPETS.map((snippet) => [snippet.split('\n')[0], snippet]))(
  'the code that begins with %s is part of an example',
  (_, snippet) => {
    expect(sourceOf(String(snippet))).toBeDefined();
  },
);

test('code that is no part of an example is found out', () => {
  expect(SNIPPETS.length).toBeGreaterThanOrEqual(4);
  expect(sourceOf('this.migration.host.grantConnect(existing.nobody);')).toBeUndefined();
});

/** As GitHub names the headings of a page. */
const headingsOf = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    String(title)
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  const folder = join(PROJECT, page, '..');
  const text = read(page);
  for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
    const [file = '', heading] = target.split('#');
    const at = file === '' ? join(PROJECT, page) : join(folder, file);
    const leads = existsSync(at) && (heading === undefined || headingsOf(readFileSync(at, 'utf8')).includes(heading));
    expect([target, leads]).toEqual([target, true]);
  }
});

test.each(PAGES)('every npm script that %s names is there', (page) => {
  const { scripts } = JSON.parse(read('package.json'));
  for (const [, script = ''] of read(page).matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty(script);
});
