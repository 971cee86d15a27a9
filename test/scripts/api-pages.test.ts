import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assembly, apiPages } from '../../scripts/api-pages';

const ASSEMBLY: Assembly = {
  name: 'cdk-cutover',
  types: {
    'cdk-cutover.Host': {
      name: 'Host',
      docs: { summary: 'A host.' },
      locationInModule: { filename: 'lib/cutover/host/host.ts' },
    },
    'cdk-cutover.Job': { name: 'Job', locationInModule: { filename: 'lib/batch/job.ts' } },
  },
};

const MARKDOWN = `# API Reference <a name="API Reference" id="api-reference"></a>

## Constructs <a name="Constructs" id="Constructs"></a>

### Host <a name="Host" id="cdk-cutover.Host"></a>

Runs a <a href="#cdk-cutover.Job">Job</a>; see <a href="#cdk-cutover.Host.start">start</a>.

#### Methods <a name="Methods" id="Methods"></a>

| **Name** | **Description** |
| --- | --- |
| <code><a href="#cdk-cutover.Host.toString">toString</a></code> | Text. |
| <code><a href="#cdk-cutover.Host.start">start</a></code> | Starts it. |

---

##### \`toString\` <a name="toString" id="cdk-cutover.Host.toString"></a>

Text.

##### \`start\` <a name="start" id="cdk-cutover.Host.start"></a>

Starts it.

#### Static Functions <a name="Static Functions" id="Static Functions"></a>

| **Name** | **Description** |
| --- | --- |
| <code><a href="#cdk-cutover.Host.isConstruct">isConstruct</a></code> | Checks. |

---

##### \`isConstruct\` <a name="isConstruct" id="cdk-cutover.Host.isConstruct"></a>

Checks.

## Structs <a name="Structs" id="Structs"></a>

### Job <a name="Job" id="cdk-cutover.Job"></a>

Runs on a <a href="#cdk-cutover.Host">Host</a>.
`;

const pages = apiPages(MARKDOWN, ASSEMBLY);

test('each folder of lib has a page of its own types, and the index leads to them', () => {
  expect([...pages.keys()]).toEqual(['README.md', 'batch.md', 'cutover.md']);
  expect(pages.get('README.md')).toContain('| [Host](cutover.md#cdk-cutover.Host) | A host. |');
  expect(pages.get('batch.md')).toContain('### Job');
  expect(pages.get('batch.md')).not.toContain('### Host');
});

test('a type of another page is linked to there', () => {
  expect(pages.get('cutover.md')).toContain('<a href="batch.md#cdk-cutover.Job">Job</a>');
  expect(pages.get('cutover.md')).toContain('see <a href="#cdk-cutover.Host.start">start</a>');
  expect(pages.get('batch.md')).toContain('<a href="cutover.md#cdk-cutover.Host">Host</a>');
});

test('what every construct has is left out, and a part that then has nothing', () => {
  expect(pages.get('cutover.md')).toContain('##### `start`');
  expect(pages.get('cutover.md')).not.toMatch(/(#+ `|">)(toString|isConstruct)|Static Functions/);
});

test('a type that the assembly does not have is refused', () => {
  expect(() => apiPages(MARKDOWN, { ...ASSEMBLY, types: {} })).toThrow('no Host, Job. Run: npm run compile');
});

test('every link of the pages that are there leads to a member', () => {
  const folder = join(__dirname, '../../docs/api');
  const text = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  const lost = [...text].flatMap(([page, content]) =>
    [...content.matchAll(/(?:href="|\]\()([\w.-]*)#([^")]+)/g)]
      .filter(([, file = '', id]) => text.get(file === '' ? page : file)?.includes(`id="${id}"`) !== true)
      .map(([link]) => `${page}: ${link}`),
  );
  expect(text.size).toBeGreaterThan(5);
  expect([...new Set(lost)]).toEqual([]);
  expect(existsSync(join(folder, 'elasticache.md'))).toBe(true);
});
