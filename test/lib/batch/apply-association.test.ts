import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from '../../rehearsal/assembly/written-assembly';
import { HostOfApp } from './host-of-app';

afterAll(removeTemporaryFolders);

/** The command of the document, as Systems Manager's agent runs it. */
function script(root: string): string {
  const app = new HostOfApp();
  app.host();
  const documents = Object.values(app.template().findResources('AWS::SSM::Document'));
  const [command] = documents.flatMap(({ Properties }) => Properties.Content.mainSteps ?? []);
  return command.inputs.runCommand.join('\n').replaceAll(/\/(run|opt)\//g, `${root}/$1/`);
}

/** Tools of the host, and what they leave behind. */
const TOOLS = {
  rpm: '[ "$2" != nodejs24 ]',
  dnf: 'echo "dnf $*" >> "$ROOT/calls"; [ -e "$ROOT/there" ] || { touch "$ROOT/there"; exit 1; }',
  sleep: '[ $1 != 90 ] || echo "sleep $1" >> "$ROOT/calls"',
  aws: 'echo "aws $3" >> "$ROOT/calls"; touch "$4"',
  unzip: 'cp -r "$ROOT/asset/." .',
  node: 'echo "node $*" >> "$ROOT/calls"',
};

function host(): { readonly root: string; readonly run: (digest?: string) => ReturnType<typeof spawnSync> } {
  const root = mkdtempSync(join(temporaryFolder(), 'host-'));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [tool, does] of Object.entries(TOOLS)) {
    put(`tools/${tool}`, `#!/bin/bash\n${does}\n`);
    chmodSync(join(root, 'tools', tool), 0o755);
  }
  mkdirSync(join(root, 'run'));
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  put('asset/batch-host.js', 'program');
  put('asset/files/a b.sh', 'script');
  put('asset/SHA256SUMS', `${sha256('program')}  batch-host.js\n${sha256('script')}  files/a b.sh\n`);
  const list = sha256(readFileSync(join(root, 'asset/SHA256SUMS'), 'utf8'));
  const run = (digest = list) =>
    spawnSync('bash', ['-c', script(root)], {
      encoding: 'utf8',
      env: {
        PATH: `${join(root, 'tools')}:${process.env.PATH}`,
        ROOT: root,
        SSM_bucket: 'assets',
        SSM_key: 'one.zip',
        SSM_region: 'eu-west-1',
        SSM_digest: digest,
        SSM_bindings: 'W10=',
      },
    });
  return { root, run };
}

const calls = (root: string) =>
  existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : [];

test('the host gets what is missing, again where it fails at first, and the asset, and hands over to its program', () => {
  const { root, run } = host();
  expect(run()).toMatchObject({ status: 0 });
  expect(calls(root)).toEqual([
    'dnf install --assumeyes nodejs24',
    'dnf install --assumeyes nodejs24',
    'aws s3://assets/one.zip',
    'node batch-host.js apply . W10=',
    'sleep 90',
  ]);
});

test('a host that is there already is not waited for', () => {
  const { root, run } = host();
  mkdirSync(join(root, 'opt/cutover-batch/current'), { recursive: true });
  run();
  expect(calls(root).at(-1)).toBe('node batch-host.js apply . W10=');
});

test.each([
  ['a file was changed', (root: string) => appendFileSync(join(root, 'asset/batch-host.js'), '!'), undefined],
  ['a file is missing', (root: string) => writeFileSync(join(root, 'asset/files/a b.sh'), ''), undefined],
  ['the list is another', () => undefined, '0'.repeat(64)],
])('where %s in the bucket, nothing of it is run, and the association fails', (_, change, digest) => {
  const { root, run } = host();
  change(root);
  expect(run(digest).status).not.toBe(0);
  expect(calls(root).filter((call) => call.startsWith('node'))).toEqual([]);
});
