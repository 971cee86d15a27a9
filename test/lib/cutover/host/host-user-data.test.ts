import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

/** Programs that the script calls; each notes its arguments, and fails as often as it is told. */
const PROGRAMS = ['dnf', 'aws', 'curl', 'unzip', 'useradd', 'id', 'install', 'ln', 'chmod', 'systemctl', 'sleep'];
const ROOTS = /(?<![\w.])\/(?=(?:etc|opt|usr|var|tmp|proc)\/)/g;

/** What the archive holds. */
const AGENT = join(__dirname, '../../../../dist/bundles/agent/cutover-agent.js');

let script: string;
let root: string;

beforeAll(() => {
  const surroundings = new Surroundings();
  surroundings.migrate({ migrationName: 'sessions' });
  const [instance] = surroundings.deploy().resources('AWS::EC2::Instance');
  script = Buffer.from(String(instance?.property('UserData')), 'base64').toString();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'first-boot-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
afterAll(removeTemporaryFolders);

/** By a program, or a program and its first argument: how often it fails before it does what it is for. */
type Failing = Readonly<Record<string, number>>;

interface Boot {
  readonly code: number;
  readonly calls: readonly string[];
  readonly stderr: string;
}

/** Runs the script below a folder of its own. */
function boot(failing: Failing = {}, unpacked = AGENT): Promise<Boot> {
  const bin = join(root, 'bin');
  const calls = join(root, 'calls');
  for (const folder of [
    'bin',
    'etc/cutover-agent',
    'etc/systemd/system',
    'etc/logrotate.d',
    'opt/aws/bin',
    'opt/cutover-agent',
    'tmp',
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  mkdirSync(join(root, 'opt/aws/amazon-cloudwatch-agent/etc'), { recursive: true });
  const program = (file: string, name: string, answer = '') => {
    const fails = Object.entries(failing)
      .filter(([what]) => what.split(' ')[0] === name)
      .map(
        ([what, times]) =>
          `[[ "${name} $*" != "${what} "* || $(grep -c "^${what} " ${calls}) -gt ${times} ]] || exit 7`,
      );
    writeFileSync(file, ['#!/bin/bash', `echo "${name} $*" >> ${calls}`, ...fails, answer, ''].join('\n'));
    chmodSync(file, 0o755);
  };
  writeFileSync(calls, '');
  const answers: Readonly<Record<string, string>> = {
    curl: 'echo i-0abc',
    unzip: `cp ${unpacked} ${root}/opt/cutover-agent/cutover-agent.js`,
  };
  for (const name of PROGRAMS) program(join(bin, name), name, answers[name]);
  program(join(root, 'opt/aws/bin/cfn-signal'), 'cfn-signal');
  const file = join(root, 'script');
  writeFileSync(file, script.replaceAll(ROOTS, `${root}/`));
  return new Promise((resolve) => {
    execFile('/bin/bash', [file], { env: { PATH: `${bin}:/usr/bin:/bin` } }, (error, _stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, stderr, calls: readFileSync(calls, 'utf8').trimEnd().split('\n') });
    });
  });
}

const signals = ({ calls }: Boot) => calls.filter((call) => call.startsWith('cfn-signal'));

test('the service has no rights but to its own files and sockets, and leaves no memory behind', () => {
  for (const setting of [
    ...['NoNewPrivileges=yes', 'ProtectSystem=strict', 'ProtectHome=yes', 'PrivateTmp=yes', 'PrivateDevices=yes'],
    ...['CapabilityBoundingSet=', 'LimitCORE=0', 'UMask=0077', 'ProtectProc=invisible', 'RestrictSUIDSGID=yes'],
  ]) {
    expect(script.split('\n')).toContain(setting);
  }
});

test('where the agent may sign in comes with the user data, and is read from there at each start', async () => {
  await boot();
  const file = join(root, 'etc/cutover-agent/reach.json');
  const deployed = readFileSync(file, 'utf8');
  expect(JSON.parse(deployed)).toMatchObject({
    migrationName: 'sessions',
    blue: { port: 6379, tls: expect.any(Boolean) },
    green: { host: expect.stringMatching(/./) },
  });
  expect(script).toContain('ExecStartPre=+/opt/cutover-agent/read-reach');

  // A deploy has changed it since, and the instance was restarted.
  const now = readFileSync(join(root, 'script'), 'utf8').replaceAll('"port": 6379', '"port": 6380');
  writeFileSync(join(root, 'user-data'), now);
  writeFileSync(join(root, 'bin/curl'), `#!/bin/bash\nif [[ "$*" == */user-data ]]; then cat ${root}/user-data; fi\n`);
  await promisify(execFile)('/bin/bash', [join(root, 'opt/cutover-agent/read-reach')], {
    env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin` },
  });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ blue: { port: 6380 }, green: { port: 6380 } });
});

test('the first boot ends with the service running, and tells CloudFormation so', async () => {
  const booted = await boot();
  expect(booted).toMatchObject({ code: 0, stderr: '' });
  expect(booted.calls).toContain('systemctl enable --now amazon-cloudwatch-agent cutover-agent');
  expect(signals(booted)).toEqual([expect.stringMatching(/--stack Shop --resource \w+ --region eu-west-1 -e 0$/)]);
  expect(readFileSync(join(root, 'etc/cutover-agent/environment'), 'utf8').split('\n')).toEqual(
    expect.arrayContaining([
      'CUTOVER_JOURNAL=/cdk-cutover/sessions/journal',
      'CUTOVER_HOST=/cdk-cutover/sessions/host',
      'CUTOVER_INSTANCE_ID=i-0abc',
    ]),
  );
});

test('what systemctl shows of the service, and its files, are names and addresses: no place for a secret', async () => {
  await boot();
  const read = (file: string) =>
    readFileSync(join(root, 'etc', file), 'utf8')
      .trimEnd()
      .split('\n');
  const variables = read('cutover-agent/environment').map((line) => line.split('=')[0]);
  expect(variables).toEqual([
    ...['AWS_REGION', 'CUTOVER_CONFIGURATION', 'CUTOVER_ACTIVITY_ARN', 'CUTOVER_JOURNAL', 'CUTOVER_HOST'],
    ...['CUTOVER_STATE_DIRECTORY', 'NODE_OPTIONS', 'CUTOVER_INSTANCE_ID'],
  ]);
  const unit = read('systemd/system/cutover-agent.service').filter((line) =>
    /^(Environment|Exec|.*Credential)/.test(line),
  );
  expect(unit.map((line) => line.replaceAll(root, ''))).toEqual([
    'EnvironmentFile=/etc/cutover-agent/environment',
    'ExecStartPre=+/opt/cutover-agent/read-reach',
    'ExecStart=/usr/bin/cutover-agent worker',
  ]);
});

test.each([
  ['a repository', { dnf: 4 }],
  ['S3', { aws: 5 }],
  ['the metadata service', { curl: 2 }],
])('%s that fails for a while is asked again', async (_, failing) => {
  const booted = await boot(failing);
  expect(booted.code).toBe(0);
  expect(booted.stderr).toMatch(/try 1 of 6 failed: (dnf install|aws s3 cp|curl)/);
  expect(signals(booted)).toEqual([expect.stringMatching(/-e 0$/)]);
});

test.each([
  ['a repository that never answers', { dnf: 99 }],
  ['a program that cannot be fetched', { aws: 99 }],
])('%s fails the deploy, and nothing is started', async (_, failing) => {
  const booted = await boot(failing);
  expect(booted.code).not.toBe(0);
  expect(signals(booted)).toEqual([expect.stringMatching(/-e [1-9]\d*$/)]);
  expect(booted.calls.filter((call) => call.startsWith('systemctl'))).toEqual([]);
});

test('a program that is not the one that was synthesized is not run', async () => {
  const other = join(root, 'other.js');
  writeFileSync(other, 'somebody else wrote this');
  const booted = await boot({}, other);
  expect(signals(booted)).toEqual([expect.stringMatching(/-e 1$/)]);
  expect(booted.calls).not.toContainEqual(expect.stringMatching(/^systemctl/));
});

test('an agent that does not stay up fails the deploy', async () => {
  const booted = await boot({ 'systemctl is-active': 99 });
  expect(signals(booted)).toEqual([expect.stringMatching(/-e 7$/)]);
});

test('CloudFormation waits for the signal of the new instance before it names it', () => {
  const surroundings = new Surroundings();
  surroundings.migrate({ migrationName: 'sessions' });
  const template = Template.fromStack(surroundings.stack);
  const [[id = '', instance] = []] = Object.entries(template.findResources('AWS::EC2::Instance'));
  expect(instance?.CreationPolicy).toEqual({ ResourceSignal: { Count: 1, Timeout: 'PT15M' } });
  expect(JSON.stringify(instance?.Properties.UserData)).toContain(`--resource ${id} `);
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/cdk-cutover/sessions/host', Value: { Ref: id } });
});
