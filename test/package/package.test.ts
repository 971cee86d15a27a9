import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'package-'));
const installed = join(folder, 'node_modules/cdk-cutover');

/** As a user has it: the tarball of `npm pack`, beside the peers. */
beforeAll(() => {
  if (!existsSync(join(PROJECT, 'dist/lib/index.js'))) {
    throw new Error('dist/lib/index.js is missing: the package is looked at as it is published. Run: npm run build');
  }
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: PROJECT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = JSON.parse(packed);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1']);
  for (const name of ['aws-cdk-lib', 'constructs', '@types']) {
    symlinkSync(join(PROJECT, 'node_modules', name), join(folder, 'node_modules', name));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, ...args: string[]) =>
  spawnSync(command, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, CDK_OUTDIR: join(folder, 'out') } });

test('holds what is used, and no sources', () => {
  const top = readdirSync(installed).sort();
  expect(top).toEqual(['.jsii', 'API.md', 'LICENSE', 'README.md', 'dist', 'lib', 'package.json']);
  const files = readdirSync(installed, { recursive: true }).map(String);
  expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
  expect(files.filter((file) => /(^|\/)(test|rehearsal|examples)\//.test(file))).toEqual([]);
});

test('needs nothing but the CDK', () => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(dependencies).toBeUndefined();
  expect(Object.keys(peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
});

test('an example that was copied beside it compiles, and synthesizes', () => {
  cpSync(join(PROJECT, 'examples/shared-cache'), folder, { recursive: true });
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { module: 'node20', target: 'es2023', strict: true, noEmit: true, types: ['node'] },
    }),
  );
  const compiled = run(process.execPath, join(PROJECT, 'node_modules/typescript/bin/tsc'), '-p', '.');
  expect(compiled.stdout).toBe('');
  const ran = run(process.execPath, '--import', require.resolve('tsx'), 'app.ts');
  expect(ran.status).toBe(0);
  expect(readdirSync(join(folder, 'out')).filter((file) => file.endsWith('.template.json'))).toEqual([
    'SharedCache.template.json',
    'SharedCacheMigration.template.json',
  ]);
});

test.each(
  Object.entries(JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')).bin as Record<string, string>),
)('the command %s runs by itself', (_, file) => {
  expect(readFileSync(join(installed, file), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  const { status, stdout, stderr } = run(process.execPath, join(installed, file), '--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/usage/i);
});
