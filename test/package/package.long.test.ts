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
/** The same beside the oldest CDK that the package takes. */
const oldest = mkdtempSync(join(tmpdir(), 'package-oldest-'));

/** Of the tarball. */
let packedBytes: number;
/** What everyone who installs it fetches. */
const MAX_PACKED_BYTES = 5_000_000;

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
  const [{ filename, size }] = JSON.parse(packed);
  packedBytes = size;
  unpack(join(folder, filename), folder, 'aws-cdk-lib');
  unpack(join(folder, filename), oldest, 'aws-cdk-lib-oldest');
});

afterAll(() => {
  for (const made of [folder, oldest]) rmSync(made, { recursive: true, force: true });
});

function unpack(tarball: string, into: string, cdk: string): void {
  const modules = join(into, 'node_modules');
  mkdirSync(join(modules, 'cdk-cutover'), { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', join(modules, 'cdk-cutover'), '--strip-components=1']);
  for (const [name, peer] of [
    ['aws-cdk-lib', cdk],
    ['constructs', 'constructs'],
    ['@types', '@types'],
  ] as const) {
    symlinkSync(join(PROJECT, 'node_modules', peer), join(modules, name));
  }
  writeFileSync(
    join(into, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { module: 'node20', target: 'es2023', strict: true, noEmit: true, types: ['node'] },
    }),
  );
}

const runIn = (cwd: string, command: string, ...args: string[]) =>
  spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, CDK_OUTDIR: join(cwd, 'out') } });

/** The names of its templates. */
function synthesize(cwd: string, example: string): string[] {
  cpSync(join(PROJECT, 'examples', example), cwd, { recursive: true });
  const compiled = runIn(cwd, process.execPath, join(PROJECT, 'node_modules/typescript/bin/tsc'), '-p', '.');
  expect(compiled.stdout).toBe('');
  const ran = runIn(cwd, process.execPath, '--import', require.resolve('tsx'), 'app.ts');
  expect(ran).toMatchObject({ status: 0 });
  return readdirSync(join(cwd, 'out')).filter((file) => file.endsWith('.template.json'));
}

test('holds what is used, and no sources', () => {
  const top = readdirSync(installed).sort();
  expect(top).toEqual(['.jsii', 'LICENSE', 'README.md', 'dist', 'docs', 'package.json']);
  const files = readdirSync(installed, { recursive: true }).map(String);
  expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
  expect(files.filter((file) => /(^|\/)(test|rehearsal|examples)\//.test(file))).toEqual([]);
  const programs = files.filter((file) => file.endsWith('.js'));
  expect(
    programs.filter((file) => readFileSync(join(installed, file), 'utf8').includes('sourceMappingURL=data:')),
  ).toEqual([]);
});

test('is small enough to be fetched over and over, as by each build of a pipeline', () => {
  expect(packedBytes).toBeGreaterThan(1_000_000);
  expect(packedBytes).toBeLessThan(MAX_PACKED_BYTES);
});

test('needs nothing but the CDK', () => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(dependencies).toBeUndefined();
  expect(Object.keys(peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
});

test('an example that was copied beside it compiles, and synthesizes', () => {
  expect(synthesize(folder, 'shared-cache')).toEqual([
    'SharedCache.template.json',
    'SharedCacheMigration.template.json',
  ]);
});

test('so does one beside the oldest CDK that it takes, whose warnings are annotations', () => {
  const { version } = JSON.parse(readFileSync(join(oldest, 'node_modules/aws-cdk-lib/package.json'), 'utf8'));
  const { peerDependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(peerDependencies['aws-cdk-lib']).toBe(`^${version}`);
  expect(synthesize(oldest, 'pure-cache')).toEqual(['PureCache.template.json']);
  expect(readFileSync(join(oldest, 'out/manifest.json'), 'utf8')).toContain('[ack: cdk-cutover:EngineEndOfSupport]');
});

test.each(
  Object.entries(JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')).bin as Record<string, string>),
)('the command %s runs by itself', (_, file) => {
  expect(readFileSync(join(installed, file), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  const { status, stdout, stderr } = runIn(folder, process.execPath, join(installed, file), '--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/usage/i);
});
