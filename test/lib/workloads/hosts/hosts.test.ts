import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { type IWorkload, Workload } from '../../../../lib';
import { loadAssembly } from '../../../../rehearsal/assembly';
import { systemClock } from '../../../../rehearsal/aws/clock';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { Ec2 } from '../../../../rehearsal/aws/ec2/ec2';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import { commandDocument } from '../../../../rehearsal/aws/ssm/document';
import { Ssm } from '../../../../rehearsal/aws/ssm/ssm';
import { Hosts } from '../../../../rehearsal/hosts/hosts';
import { SystemClock } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders, temporaryFolder } from '../../../rehearsal/assembly/written-assembly';
import { ACCOUNT, REGION } from '../../migration-under-test';
import { Night } from '../night';

afterAll(removeTemporaryFolders);

const IDS = ['i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb'] as const;
const ROLE = { role: 'batch' };

/** Writes a line as each of its jobs begins and ends; a job that is cut off writes only one. */
const WATCHER = `while :; do sleep 0.5; sh -c 'echo begin >> jobs; sleep 0.3; echo end >> jobs'; done`;

let hosts: Hosts;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'watchers-'));
  hosts = await Hosts.start(
    IDS.map((instanceId) => ({
      instance: { instanceId, tags: ROLE },
      programs: [
        {
          name: 'queue-watcher',
          process: script(
            `${instanceId}-watcher`,
            `cd ${folder}; mkdir -p ${instanceId}; cd ${instanceId}; ${WATCHER}`,
          ),
        },
        { name: 'spare', process: '/bin/sleep 1000', autostart: false },
      ],
      units: [{ name: 'mailer.service', process: '/bin/sleep 1000', restart: 'always' as const }],
      onFault: (fault: unknown) => {
        throw fault;
      },
    })),
  );
}, 120_000);

afterAll(async () => {
  await hosts?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

function script(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  return file;
}

function night(workload: (stack: Stack) => IWorkload, managed: readonly string[] = IDS) {
  const environment = { account: ACCOUNT, region: REGION, clock: systemClock, ids: new Identifiers('hosts') };
  const ec2 = new Ec2(environment);
  const ssm = new Ssm({
    environment,
    documents: documentsOf(workload),
    runCommand: hosts.run,
    commandsVisibleAfterMs: 0,
  });
  for (const instance of hosts.instances) {
    ec2.instances.add(instance);
    if (managed.includes(instance.instanceId)) ssm.instances.register(instance);
  }
  const plane = new ControlPlane({ environment, services: [ssm, ec2] });
  return new Night(plane, (stack) => [workload(stack)], {
    clock: new SystemClock((seconds) => Math.min(seconds, 0.2)),
  });
}

/** The documents that a deploy of the workload would make. */
function documentsOf(workload: (stack: Stack) => IWorkload) {
  const app = new App({ outdir: temporaryFolder() });
  const stack = new Stack(app, 'Play', { env: { account: ACCOUNT, region: REGION } });
  workload(stack)._bind(stack);
  return loadAssembly(app.synth().directory)
    .resources('AWS::SSM::Document')
    .map((document) => commandDocument(String(document.physicalId), document.property('Content')));
}

const states = async (name: string) => Object.values(await hosts.states()).map((each) => each[name]);

const watcher =
  (props: object = {}) =>
  () =>
    Workload.supervisorProgram({ program: 'queue-watcher', instances: ROLE, ...props });

describe('a program under supervisord', () => {
  test('is stopped between two jobs, stays stopped, and runs again as before', async () => {
    const { survey, quiesce, resume } = bound(night(watcher()));
    const files = () => IDS.map((_, index) => readFileSync(fileOf(index), 'utf8'));
    const before = files();
    await survey();
    expect(await quiesce()).toMatchObject({ status: 'SUCCEEDED' });
    expect(await states('queue-watcher')).toEqual(['STOPPED', 'STOPPED']);
    for (const id of IDS) expect(jobsOf(id)).toMatch(/^(begin\nend\n)*$/);
    expect(files().join()).toMatch(/autostart=false\nautorestart=false/);
    expect(await resume()).toMatchObject({ status: 'SUCCEEDED', output: { meanwhile: [] } });
    expect(await states('queue-watcher')).toEqual(['RUNNING', 'RUNNING']);
    expect(files()).toEqual(before);
  }, 120_000);

  test('goes on where it is to be kept, and a host where it did not run stays as it is', async () => {
    const { survey, quiesce, resume } = bound(night(watcher({ keepRunning: 1 })));
    await survey();
    await quiesce();
    expect((await states('queue-watcher')).sort()).toEqual(['RUNNING', 'STOPPED']);
    await resume();
    expect(await states('queue-watcher')).toEqual(['RUNNING', 'RUNNING']);
    const spare = bound(night(() => Workload.supervisorProgram({ program: 'spare', instances: ROLE })));
    await spare.survey();
    await spare.quiesce();
    expect(await spare.resume()).toMatchObject({ status: 'SUCCEEDED' });
    expect(await states('spare')).toEqual(['STOPPED', 'STOPPED']);
  }, 120_000);

  test('keeps what a deploy has written meanwhile', async () => {
    const { survey, quiesce, resume } = bound(night(watcher({ keepRunning: 1 })));
    await survey();
    await quiesce();
    const file = IDS.map((_, index) => fileOf(index)).find((each) => existsSync(`${each}.before-cutover`)) ?? '';
    const before = readFileSync(`${file}.before-cutover`, 'utf8');
    writeFileSync(file, before.replace('startsecs=0', 'startsecs=0\nstopwaitsecs=7'));
    expect(await resume()).toMatchObject({ status: 'SUCCEEDED' });
    expect(readFileSync(file, 'utf8')).toContain('stopwaitsecs=7');
    expect(existsSync(`${file}.before-cutover`)).toBe(false);
    expect(await states('queue-watcher')).toEqual(['RUNNING', 'RUNNING']);
  }, 120_000);

  test('that no host has is found by the preflight, before anything is stopped', async () => {
    const none = night(() => Workload.supervisorProgram({ program: 'nobody', instanceIds: [IDS[0]] }));
    expect(await none.preflight()).toEqual([expect.stringContaining('has the section [program:nobody]')]);
  }, 120_000);
});

test('a unit is stopped and masked, and started again', async () => {
  const { survey, quiesce, resume } = bound(
    night(() => Workload.systemdUnit({ unit: 'mailer.service', instanceIds: [IDS[0]] })),
  );
  await survey();
  expect(await quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(await states('mailer.service')).toEqual(['inactive', 'active']);
  expect(await resume()).toMatchObject({ status: 'SUCCEEDED' });
  expect(await states('mailer.service')).toEqual(['active', 'active']);
}, 120_000);

test('own commands stop it, wait until it is quiet, and start it; one that fails says what it said', async () => {
  const file = join(folder, 'crawler');
  writeFileSync(file, '');
  const crawler = (start: string) => () =>
    Workload.command({
      name: 'crawler',
      instanceIds: [IDS[0]],
      stop: `(sleep 0.5; rm -f ${file}) &`,
      isQuiet: `[ ! -e ${file} ]`,
      start,
    });
  const { survey, quiesce, resume } = bound(night(crawler(`touch ${file}`)));
  await survey();
  expect(await quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(existsSync(file)).toBe(false);
  expect(await resume()).toMatchObject({ status: 'SUCCEEDED' });
  expect(existsSync(file)).toBe(true);
}, 120_000);

test('an instance that Systems Manager does not reach is found by the preflight', async () => {
  expect(await night(watcher(), [IDS[0]]).preflight()).toEqual([
    expect.stringContaining(
      `queue-watcher: Systems Manager does not reach ${IDS[1]}, where program queue-watcher would go on`,
    ),
  ]);
  const nowhere = night(() => Workload.systemdUnit({ unit: 'mailer.service', instances: { role: 'nobody' } }));
  expect(await nowhere.preflight()).toEqual([
    expect.stringContaining('No running instance has the tags of unit mailer.service: {"role":"nobody"}'),
  ]);
}, 120_000);

const fileOf = (index: number) => join(hosts.rootOf(IDS[index] ?? ''), 'etc/supervisor/conf.d/queue-watcher.conf');

const jobsOf = (id: string) => readFileSync(join(folder, id, 'jobs'), 'utf8');

const bound = (each: Night) => ({
  survey: () => each.survey(),
  quiesce: () => each.quiesce(),
  resume: () => each.resume(),
});

const stack = new Stack(new App(), 'Stack');

test.each([
  ['no host', () => Workload.systemdUnit({ unit: 'a.service' }), /got neither tags nor instance ids/],
  ['two ways to name hosts', () => watcher({ instanceIds: ['i-1'] })(), /got tags and instance ids/],
  [
    'more kept than there are',
    () => Workload.systemdUnit({ unit: 'a.service', instanceIds: ['i-1'], keepRunning: 2 }),
    /keepRunning of a.service: got 2 with 1 instances; accepted are 0 to 1/,
  ],
  [
    'more than one command takes',
    () => Workload.systemdUnit({ unit: 'a', instanceIds: Array.from({ length: 51 }, (_, each) => `i-${each}`) }),
    /got 51; accepted are up to 50/,
  ],
  ['a program that a shell would read', () => watcher({ program: 'a;reboot' })(), /program: got 'a;reboot'/],
  ['a unit that a shell would read', () => Workload.systemdUnit({ unit: '$(reboot)' }), /unit: got '\$\(reboot\)'/],
  [
    'braces that Systems Manager would read',
    () => Workload.command({ stop: 'echo {{ a }}', start: 'true', isQuiet: 'true', instanceIds: ['i-1'] }),
    /stop of command: got 'echo \{\{ a \}\}'/,
  ],
])('refused: %s', (_, make, message) => {
  expect(() => make()._bind(stack)).toThrow(message);
});
