import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleOf, fencesIn, PAGES, PROJECT, read } from './pages';

/** Pages whose code is run by a suite of their own. */
const RUN_BY_A_SUITE = ['docs/caches.md', 'docs/checks.md', 'docs/databases.md', 'docs/workloads.md'];

const SNIPPETS = PAGES.filter((page) => !RUN_BY_A_SUITE.includes(page)).flatMap((page) => fencesIn(page, 'ts'));

test.each(SNIPPETS.map((snippet) => [snippet.split('\n')[0], snippet]))(
  'the code that begins with %s is part of an example',
  (_, snippet) => {
    expect(exampleOf(String(snippet))).toBeDefined();
  },
);

test('code that is no part of an example is found out', () => {
  expect(SNIPPETS.length).toBeGreaterThanOrEqual(4);
  expect(exampleOf('this.migration.host.grantConnect(existing.nobody);')).toBeUndefined();
});

test.each(RUN_BY_A_SUITE)('a suite runs the code of %s', (page) => {
  expect(existsSync(join(PROJECT, page.replace('docs/', 'test/docs/').replace('.md', '.test.ts')))).toBe(true);
});

/** What can be linked to in a page: its headings as GitHub names them, and anchors that it writes itself. */
function anchorsOf(text: string): string[] {
  const headings = [...withoutFences(text).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    String(title)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
  const numbered = headings.map((heading, index) => {
    const before = headings.slice(0, index).filter((each) => each === heading).length;
    return before === 0 ? heading : `${heading}-${before}`;
  });
  return [...numbered, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => String(id))];
}

const withoutFences = (text: string) => text.replaceAll(/^```.*?^```/gms, '');

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  const prose = withoutFences(read(page)).replaceAll(/`[^`\n]*`(?!\])/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => String(target));
  const lost = targets.filter((target) => {
    if (/^(https?|mailto):/.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const at = file === '' ? join(PROJECT, page) : join(PROJECT, page, '..', file);
    if (!existsSync(at)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(at, 'utf8')).includes(anchor);
  });
  expect(lost).toEqual([]);
});

test('headings are linked to as GitHub names them', () => {
  expect(anchorsOf('# A\n## Back from RDS’s `switchover`\n# A\n<a id="x"></a>\n```sh\n# no heading\n```\n')).toEqual([
    'a',
    'back-from-rdss-switchover',
    'a-1',
    'x',
  ]);
});

test('every page of docs is linked to from the README, or from a page that is', () => {
  const reached = new Set(['README.md']);
  for (const page of reached) {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)#\s:]+\.md)/g)) {
      reached.add(join(page, '..', target));
    }
  }
  expect(PAGES.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
});

test.each(PAGES)('every npm script that %s names is there', (page) => {
  const { scripts } = JSON.parse(read('package.json'));
  for (const [, script = ''] of read(page).matchAll(/npm run (?:-s )?([\w:]+)/g))
    expect(scripts).toHaveProperty(script);
});

test('the README has the two commands, and is no longer than a page', () => {
  expect(fencesIn('README.md', 'sh')).toContain('npm ci && npm test\nnpm ci && npm run rehearse\n');
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(200);
});
