import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { cutoverProgram } from '../../bin/program';
import { removeTemporaryFolders, temporaryFolder } from '../rehearsal/assembly/written-assembly';
import { buildProgram } from './operator/deployed-migration';

afterAll(removeTemporaryFolders);

/** Writes down at its end which files a program has loaded. */
const hook = (file: string) => `
import { registerHooks } from 'node:module';
import { writeFileSync } from 'node:fs';
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
process.on('exit', () => writeFileSync(${JSON.stringify(file)}, JSON.stringify(loaded)));
`;

let program: string;
const folder = temporaryFolder();
const [hooks, loaded] = [join(folder, 'hooks.mjs'), join(folder, 'loaded.json')];
beforeAll(async () => {
  program = await buildProgram();
  writeFileSync(hooks, hook(loaded));
});

/** What it prints, and what the files that it has loaded are made of, as the bundler says above each source. */
function ran(args: readonly string[]): { readonly out: string; readonly sources: readonly string[] } {
  const env = { HOME: '/nowhere' };
  const { stdout } = spawnSync(process.execPath, ['--import', hooks, program, ...args], { encoding: 'utf8', env });
  const files = (JSON.parse(readFileSync(loaded, 'utf8')) as string[]).filter((url) => url.startsWith('file:'));
  return { out: stdout, sources: files.flatMap((url) => sourcesIn(readFileSync(fileURLToPath(url), 'utf8'))) };
}

const sourcesIn = (text: string) =>
  [...text.matchAll(/^ *\/\/ (\S+\.(?:ts|js|mjs|json))$/gm)].map(([, name]) => String(name));

const pathsOf = (command: Command, path: readonly string[] = []): string[][] =>
  command.commands.flatMap((each) => [[...path, each.name()], ...pathsOf(each, [...path, each.name()])]);

const OF_AWS = /node_modules\/(@aws-sdk|@smithy)\//;

test.each([[], ...pathsOf(cutoverProgram())].map((path) => [path.join(' '), path]))(
  'cutover %s --help shows examples, and loads neither clients of AWS nor the rehearsal',
  (_name, path) => {
    const { out, sources } = ran([...path, '--help']);
    expect(out).toContain(`Usage: ${['cutover', ...path].join(' ')} `);
    expect(out).toMatch(/Examples?:\n {2}(cutover|cdk)|\nCommands:\n/);
    expect(sources).toContain('bin/program.ts');
    expect(sources.filter((source) => OF_AWS.test(source) || source === 'rehearsal/testbed/rehearse.ts')).toEqual([]);
  },
);

test('a command that asks AWS loads its clients', () => {
  expect(ran(['list']).sources.filter((source) => OF_AWS.test(source)).length).toBeGreaterThan(100);
});
