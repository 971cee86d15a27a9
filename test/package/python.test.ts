import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { pureCache } from '../../examples/pure-cache/pure-cache';

jest.setTimeout(600_000);

const PROJECT = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'package-python-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, args: readonly string[], more: { cwd?: string; env?: Record<string, string> } = {}) =>
  execFileSync(command, args, { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'], ...more });

/** The package as jsii-pacmak makes it for Python, from what npm would publish. Gives the wheel. */
function wheel(): string {
  const source = join(folder, 'source');
  mkdirSync(join(source, 'node_modules'), { recursive: true });
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]);
  const [tarball = ''] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  run('tar', ['-xzf', join(folder, tarball), '-C', source, '--strip-components=1']);
  for (const peer of ['aws-cdk-lib', 'constructs']) {
    symlinkSync(join(PROJECT, 'node_modules', peer), join(source, 'node_modules', peer));
  }
  const pack = ['--pack-command', 'npm pack --ignore-scripts'];
  run('npx', ['jsii-pacmak', '--target', 'python', '--outdir', join(folder, 'made'), ...pack, source]);
  const made = join(folder, 'made/python');
  return join(made, readdirSync(made).find((file) => file.endsWith('.whl')) ?? '');
}

function resourcesIn(directory: string): Record<string, string> {
  const { Resources } = JSON.parse(readFileSync(join(directory, 'PureCache.template.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(Resources as Record<string, { Type: string }>).map(([id, { Type }]) => [id, Type]),
  );
}

test('the example in Python has the resources of the same example in TypeScript', () => {
  const environment = join(folder, 'venv');
  run('python3', ['-m', 'venv', environment]);
  run(join(environment, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', wheel()]);
  const out = join(folder, 'out');
  run(join(environment, 'bin/python'), ['app.py'], {
    cwd: join(PROJECT, 'examples/python'),
    env: { ...process.env, CDK_OUTDIR: out },
  });
  const app = new App();
  pureCache(app);
  const resources = resourcesIn(out);
  expect(Object.keys(resources).length).toBeGreaterThan(20);
  expect(resources).toEqual(resourcesIn(app.synth().directory));
});
