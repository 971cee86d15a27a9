import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { version } from '../../package.json';
import { buildBundle, bundles } from '../../scripts/bundle';

describe("the agent's bundle", () => {
  const agent = bundles.find(({ name }) => name === 'agent');
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const build = (into: string) => {
    if (agent === undefined) throw new Error('There is no bundle of the agent.');
    return buildBundle(agent, join(folder, into));
  };

  test('is the same wherever and however often it is built', async () => {
    const [one, other] = [await build('one'), await build('some/where/else')];
    expect(hash(one)).toBe(hash(other));
    expect(readFileSync(one, 'utf8')).not.toContain(process.cwd());
  });

  test('runs by itself, where nothing is installed', async () => {
    const program = await build('alone');
    expect(execFileSync(program, ['--version'], { cwd: folder, encoding: 'utf8' }).trim()).toBe(version);
  });

  test('comes with the licences of what it includes', async () => {
    const program = await build('licences');
    const text = readFileSync(join(dirname(program), 'THIRD-PARTY-LICENCES.txt'), 'utf8');
    expect(text).toMatch(/^@aws-sdk\/client-sfn \d/m);
    expect(text).toMatch(/^ioredis \d[\s\S]*?The MIT License/m);
  });
});

function hash(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
