import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '../../../rehearsal/assembly';
import { removeTemporaryFolders, temporaryFolder, writeAssembly } from './written-assembly';

afterAll(removeTemporaryFolders);

const STACK = 'aws:cloudformation:stack';
const artifact = (type: string, properties: object) => ({ type, properties });
const stack = (templateFile: string) => ({ Shop: artifact(STACK, { templateFile }) });
const stage = (directoryName: string) => ({ Prod: artifact('cdk:cloud-assembly', { directoryName }) });
const assets = (path: string) => JSON.stringify({ files: { a: { source: { path, packaging: 'zip' } } } });

/** An assembly's folder with this manifest, and what `more` makes in it. */
function assemblyOf(artifacts: object | string, more: (folder: string) => void = () => undefined): string {
  const folder = join(temporaryFolder(), 'cdk.out');
  mkdirSync(folder);
  const manifest = typeof artifacts === 'string' ? artifacts : JSON.stringify({ version: '36.0.0', artifacts });
  writeFileSync(join(folder, 'manifest.json'), manifest);
  more(folder);
  return folder;
}

const nestedInItself = () => {
  const url = 'https://bucket.s3.eu-west-1.amazonaws.com/nested.json';
  const template = { Resources: { Again: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } } } };
  return writeAssembly(
    { Shop: template },
    {
      'nested.json': JSON.stringify(template),
      'assets.json': JSON.stringify({
        files: { n: { source: { path: 'nested.json' }, destinations: { d: { objectKey: 'nested.json' } } } },
      }),
    },
  );
};

const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;

test.each<[string, () => string, RegExp]>([
  ['a manifest that is no JSON', () => assemblyOf('{'), /manifest\.json is no JSON: /],
  ['a manifest that is empty', () => assemblyOf(''), /manifest\.json is no JSON: /],
  ['a manifest that is a list', () => assemblyOf('[]'), /holds no stack/],
  [
    'a template outside',
    () => assemblyOf(stack('../../etc/passwd')),
    /names \.\.\/\.\.\/etc\/passwd, which is outside/,
  ],
  ['a template by its absolute path', () => assemblyOf(stack('/etc/passwd')), /names \/etc\/passwd, which is outside/],
  ['a template that is missing', () => assemblyOf(stack('Shop.json')), /names .*Shop\.json, which is not there/],
  [
    'a template that leads outside by a link',
    () => assemblyOf(stack('Shop.json'), (folder) => symlinkSync('/etc/hostname', join(folder, 'Shop.json'))),
    /Shop\.json leads to \/etc\/hostname, which is outside/,
  ],
  [
    'a template in a folder that leads outside by a link',
    () => assemblyOf(stack('etc/hostname'), (folder) => symlinkSync('/etc', join(folder, 'etc'))),
    /etc\/hostname leads to \/etc\/hostname, which is outside/,
  ],
  [
    'a template that is a link to itself',
    () => assemblyOf(stack('Shop.json'), (folder) => symlinkSync('Shop.json', join(folder, 'Shop.json'))),
    /Shop\.json cannot be read \(ELOOP\)/,
  ],
  [
    'a template that is a folder',
    () => assemblyOf(stack('Shop.json'), (folder) => mkdirSync(join(folder, 'Shop.json'))),
    /Shop\.json is no file/,
  ],
  [
    'a template that is a pipe nobody writes to',
    () => assemblyOf(stack('Shop.json'), (folder) => execFileSync('mkfifo', [join(folder, 'Shop.json')])),
    /Shop\.json is no file/,
  ],
  [
    'a template that never ends',
    () => assemblyOf(stack('Shop.json'), (folder) => symlinkSync('/dev/zero', join(folder, 'Shop.json'))),
    /Shop\.json is no file/,
  ],
  [
    'a template of gigabytes',
    () =>
      assemblyOf(stack('Shop.json'), (folder) => {
        writeFileSync(join(folder, 'Shop.json'), '');
        truncateSync(join(folder, 'Shop.json'), 2 ** 32);
      }),
    /Shop\.json has 4294967296 bytes; accepted are up to/,
  ],
  [
    'a template as deep as the stack is not',
    () => assemblyOf(stack('Shop.json'), (folder) => writeFileSync(join(folder, 'Shop.json'), deep)),
    /has no AWS::StepFunctions::StateMachine|is no JSON|call stack/,
  ],
  ['a stage that is this one', () => assemblyOf(stage('.')), /names the folder \. as a stage's/],
  ['a stage around this one', () => assemblyOf(stage('..')), /names \.\., which is outside/],
  [
    'a stage within a stage that is the one around it',
    () =>
      assemblyOf(stage('in'), (folder) => {
        mkdirSync(join(folder, 'in'));
        writeFileSync(join(folder, 'in/manifest.json'), JSON.stringify({ artifacts: stage('..') }));
      }),
    /names the folder \.\. as a stage's, which is not inside/,
  ],
  [
    'an asset outside',
    () =>
      assemblyOf({ A: artifact('cdk:asset-manifest', { file: 'a.json' }) }, (folder) =>
        writeFileSync(join(folder, 'a.json'), assets('../../../bin')),
      ),
    /names \.\.\/\.\.\/\.\.\/bin, which is outside of the assembly\. Synthesize it without --no-staging/,
  ],
  ['a stack that is nested in itself', nestedInItself, /The stack .* is nested in itself, as Again/],
])('%s is refused', (_, folder, message) => {
  expect(() => loadAssembly(folder()).stateMachines()).toThrow(message);
});
