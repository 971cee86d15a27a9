import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Workload } from '../../../../lib';
import type { CommandOutcome } from '../../../../rehearsal/aws/ssm/command-invocations';
import type { CommandDocument } from '../../../../rehearsal/aws/ssm/document';
import { AGENT_VERSION } from '../../../../rehearsal/aws/ssm/managed-instances';
import { type ShellScript, shellScript } from '../../../../rehearsal/aws/ssm/shell-script';
import { Hosts } from '../../../../rehearsal/hosts/hosts';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { deployedDocuments } from './deployed-documents';

jest.setTimeout(300_000);

const INSTANCE = { instanceId: 'i-0aaaaaaaaaaaaaaaa', tags: {} };

/** Each job writes a line as it begins, and another as it ends while who has begun it is still there. */
const WATCHER = `while :; do sleep 0.3; sh -c 'echo begin >> jobs; sleep 2.5; kill -0 $PPID && echo end >> jobs'; done`;
/** One job, forever. */
const SLOW = `sh -c 'sleep 1000; true'; sleep 1000`;

let hosts: Hosts;
let folder: string;
let document: CommandDocument;
let commands = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'watchers-'));
  const [made] = deployedDocuments(() => [
    Workload.supervisorProgram({ program: 'queue-watcher', instanceIds: [INSTANCE.instanceId] }),
  ]);
  if (made === undefined) throw new Error('The workload has no document.');
  document = made;
  hosts = await Hosts.start([
    {
      instance: INSTANCE,
      programs: [
        { name: 'queue-watcher', process: program('queue-watcher', WATCHER) },
        { name: 'slow', process: program('slow', SLOW) },
      ],
      onFault: (fault: unknown) => {
        throw fault;
      },
    },
  ]);
  // As Debian's and pip's supervisorctl do under newer versions of Python's setuptools.
  const control = join(root(), 'bin/supervisorctl');
  renameSync(control, `${control}.py`);
  writeFileSync(control, '#!/bin/sh\necho "UserWarning: pkg_resources is deprecated" >&2\nexec "$0.py" "$@"\n', {
    mode: 0o755,
  });
});

afterAll(async () => {
  await hosts?.stop();
  rmSync(folder, { recursive: true, force: true });
  removeTemporaryFolders();
});

function program(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/bash\ncd ${folder}\necho $$ > ${name}.pid\n${text}\n`, { mode: 0o755 });
  return file;
}

function order(script: ShellScript, signal = new AbortController().signal): Promise<CommandOutcome> {
  const commandId = `command-${++commands}`;
  return hosts.run({ commandId, instance: INSTANCE, documentName: document.name, parameters: {}, script }, signal);
}

/** What Systems Manager would have the host do. */
const send = (action: string, name = 'queue-watcher', signal?: AbortSignal) =>
  order(shellScript(document, { action, program: name }, AGENT_VERSION), signal);

const type = (text: string) =>
  order({ text: `#!/bin/bash\n${text}\n`, environment: {}, workingDirectory: '', timeoutSeconds: 60 });

const state = async (name = 'queue-watcher') => (await hosts.states())[INSTANCE.instanceId]?.[name];
const root = () => hosts.rootOf(INSTANCE.instanceId);
const fileOf = (name = 'queue-watcher') => join(root(), 'etc/supervisor/conf.d', `${name}.conf`);
const configuration = () => readFileSync(fileOf(), 'utf8');
const jobs = () => (existsSync(join(folder, 'jobs')) ? readFileSync(join(folder, 'jobs'), 'utf8') : '');
const pidOf = (name: string) => readFileSync(join(folder, `${name}.pid`), 'utf8').trim();
/** R, S, T… as in /proc. */
const processState = (pid: string) => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) (.).*$/s, '$1');
const kept = () =>
  readdirSync(join(root(), 'var/lib/cdk-cutover/supervisor')).filter((name) => /former|written/.test(name));

/** Resolves when a job has just begun. */
async function jobBegun(): Promise<void> {
  const before = jobs().length;
  while (jobs().length === before || jobs().endsWith('end\n')) await sleep(50);
}

const WHOLE_JOBS = /^(begin\nend\n)*$/;

test('an action that the document does not know is an error, as it is where an agent pastes half of one', async () => {
  const script = shellScript(document, { action: 'stop', program: 'queue-watcher' }, AGENT_VERSION);
  const environment = { ...script.environment, SSM_action: 'look}}' };
  expect(await order({ ...script, environment })).toMatchObject({
    exitCode: 1,
    stdout: "This document does not know the action 'look}}'.\n",
  });
  expect(await state()).toBe('RUNNING');
});

test('an agent that sets the environment and pastes nothing finds each parameter', async () => {
  const script = shellScript(document, {}, AGENT_VERSION);
  const environment = { SSM_action: 'look', SSM_program: 'queue-watcher' };
  expect(await order({ ...script, environment })).toMatchObject({ exitCode: 0, stdout: 'running\n' });
});

test('it stops between two jobs, stays down when supervisord restarts, and runs again as before', async () => {
  const before = configuration();
  expect(await send('look')).toMatchObject({ exitCode: 0, stdout: 'running\n' });
  await jobBegun();
  expect(await send('stop')).toMatchObject({ exitCode: 0, stdout: 'stopped\n' });
  expect(await state()).toBe('STOPPED');
  expect(jobs()).toMatch(WHOLE_JOBS);
  expect(configuration()).toContain('[program:queue-watcher]\nautostart=false\nautorestart=false\n');
  expect(configuration()).not.toContain('autostart=true');

  await type('supervisorctl reload; until supervisorctl status slow | grep RUNNING; do sleep 0.1; done');
  expect(await send('look')).toMatchObject({ exitCode: 0, stdout: 'stopped\n' });

  expect(await send('stop')).toMatchObject({ exitCode: 0 });
  expect(await send('start')).toMatchObject({ exitCode: 0, stdout: '' });
  expect(await state()).toBe('RUNNING');
  expect(configuration()).toBe(before);
  expect(kept()).toEqual([]);

  const pid = pidOf('queue-watcher');
  expect(await send('start')).toMatchObject({ exitCode: 0, stdout: '' });
  expect(pidOf('queue-watcher')).toBe(pid);
});

/** Resolves when the watcher is held still. */
async function held(): Promise<void> {
  while (processState(pidOf('queue-watcher')) !== 'T') await sleep(5);
}

test('a stop that is cancelled at any moment holds nothing still, and is undone by a start', async () => {
  const before = configuration();
  for (const moment of [() => sleep(400), held, () => sleep(2000)]) {
    const cancel = new AbortController();
    const stop = send('stop', 'queue-watcher', cancel.signal);
    await moment();
    cancel.abort();
    await stop;
    expect(await send('start')).toMatchObject({ exitCode: 0 });
    expect(await state()).toBe('RUNNING');
    expect(processState(pidOf('queue-watcher'))).not.toBe('T');
    expect(configuration()).toBe(before);
  }
  expect(await send('stop')).toMatchObject({ exitCode: 0 });
  expect(jobs()).toMatch(WHOLE_JOBS);
  await send('start');
});

test('a start does not wait for a stop that waits for a job', async () => {
  const pid = pidOf('slow');
  const stop = send('stop', 'slow');
  await sleep(500);
  expect(await send('start', 'slow')).toMatchObject({ exitCode: 0 });
  expect(await stop).toMatchObject({ exitCode: 1, stdout: 'A later command for slow has taken over.\n' });
  expect([await state('slow'), pidOf('slow'), processState(pid)]).toEqual(['RUNNING', pid, 'S']);
});

test('what a deploy has written meanwhile stays, and who started it meanwhile is told', async () => {
  const before = configuration();
  await send('stop');
  expect(jobs()).toMatch(WHOLE_JOBS);
  writeFileSync(fileOf(), before.replace('startsecs=0', 'startsecs=0\nstopwaitsecs=7'));
  await type('supervisorctl update queue-watcher');
  expect(await send('start')).toMatchObject({ exitCode: 0, stdout: 'running\n' });
  expect(configuration()).toContain('stopwaitsecs=7');
  expect(kept()).toEqual([]);
  expect(await state()).toBe('RUNNING');
  expect((await type('supervisorctl update queue-watcher')).stdout).toBe('');
});

test('a program that supervisord does not know is refused', async () => {
  expect(await send('look', 'nobody')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('No file of supervisord has the section [program:nobody]'),
  });
});
