import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { type IWorkload, Workload } from '../../../../lib';
import { systemClock } from '../../../../rehearsal/aws/clock';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { Ec2 } from '../../../../rehearsal/aws/ec2/ec2';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import { Ssm } from '../../../../rehearsal/aws/ssm/ssm';
import { Hosts } from '../../../../rehearsal/hosts/hosts';
import { SystemClock } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { ACCOUNT, REGION } from '../../migration-under-test';
import { Night } from '../night';
import { deployedDocuments } from './deployed-documents';

afterAll(removeTemporaryFolders);

const IDS = ['i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb'] as const;
const ROLE = { role: 'batch' };

let hosts: Hosts;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crawlers-'));
  hosts = await Hosts.start(
    IDS.map((instanceId) => ({
      instance: { instanceId, tags: ROLE },
      programs: [
        { name: 'queue-watcher', process: '/bin/sleep 1000' },
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
}, 60_000);

function night(workloads: (stack: Stack) => IWorkload[], managed: readonly string[] = IDS) {
  const environment = { account: ACCOUNT, region: REGION, clock: systemClock, ids: new Identifiers('hosts') };
  const ec2 = new Ec2(environment);
  const ssm = new Ssm({
    environment,
    documents: deployedDocuments(workloads),
    runCommand: hosts.run,
    commandsVisibleAfterMs: 0,
  });
  for (const instance of hosts.instances) {
    ec2.instances.add(instance);
    if (managed.includes(instance.instanceId)) ssm.instances.register(instance);
  }
  const plane = new ControlPlane({ environment, services: [ssm, ec2] });
  return new Night(plane, workloads, { clock: new SystemClock((seconds) => Math.min(seconds, 0.5)) });
}

const states = () => hosts.states();

/** As a timer or another unit of the first host would. */
function systemctl(args: string) {
  const script = { text: `systemctl ${args}\n`, environment: {}, workingDirectory: '', timeoutSeconds: 60 };
  const instance = { instanceId: IDS[0], tags: ROLE };
  const order = { commandId: 'other', instance, documentName: 'other', parameters: {}, script };
  return hosts.run(order, new AbortController().signal);
}

test('what runs on hosts stops where it runs, but for those that are kept, and is put back as it was', async () => {
  const file = join(folder, 'crawler');
  writeFileSync(file, '');
  const whole = night(() => [
    Workload.supervisorProgram({ program: 'queue-watcher', instances: ROLE, keepRunning: 1 }),
    Workload.supervisorProgram({ program: 'spare', instances: ROLE }),
    Workload.systemdUnit({ unit: 'mailer.service', instanceIds: [IDS[0]] }),
    Workload.command({
      name: 'crawler',
      instanceIds: [IDS[1]],
      stop: `(sleep 0.5; rm -f ${file}) &`,
      isQuiet: `[ ! -e ${file} ]`,
      start: `echo said on the way >&2; touch ${file}`,
    }),
  ]);
  const before = await states();
  await whole.survey();
  expect(await whole.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(await states()).toEqual({
    [IDS[0]]: { 'queue-watcher': 'RUNNING', spare: 'STOPPED', 'mailer.service': 'inactive' },
    [IDS[1]]: { 'queue-watcher': 'STOPPED', spare: 'STOPPED', 'mailer.service': 'active' },
  });
  expect(existsSync(file)).toBe(false);
  await systemctl('start mailer');
  expect((await states())[IDS[0]]).toMatchObject({ 'mailer.service': 'inactive' });
  expect(await whole.resume()).toMatchObject({ status: 'SUCCEEDED', output: { meanwhile: [] } });
  expect(await states()).toEqual(before);
  expect(existsSync(file)).toBe(true);
}, 300_000);

test('what cannot be stopped is found by the preflight, before anything is', async () => {
  const unready = night(
    () => [
      Workload.supervisorProgram({ program: 'nobody', instanceIds: [IDS[0]] }),
      Workload.supervisorProgram({ program: 'queue-watcher', instances: ROLE }),
      Workload.systemdUnit({ unit: 'mailer.service', instances: { role: 'nobody' } }),
      Workload.systemdUnit({ unit: 'mialer', instanceIds: [IDS[0]] }),
      Workload.command({ name: 'broken', instanceIds: [IDS[0]], stop: 'true', start: 'true', isQuiet: 'exit 0' }),
    ],
    [IDS[0]],
  );
  expect(await unready.preflight()).toEqual([
    expect.stringContaining('has the section [program:nobody]'),
    expect.stringContaining(
      `queue-watcher: Systems Manager does not reach ${IDS[1]}, where program queue-watcher would go on`,
    ),
    expect.stringContaining('No running instance has the tags of unit mailer.service: {"role":"nobody"}'),
    expect.stringContaining('This host has no unit mialer.service'),
  ]);
}, 300_000);

const watcher = (props: object = {}) =>
  Workload.supervisorProgram({ program: 'queue-watcher', instances: ROLE, ...props });

const stack = new Stack(new App(), 'Stack');

test.each([
  ['no host', () => Workload.systemdUnit({ unit: 'a.service' }), /got neither tags nor instance ids/],
  ['two ways to name hosts', () => watcher({ instanceIds: ['i-1'] }), /got tags and instance ids/],
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
  ['a program that a shell would read', () => watcher({ program: 'a;reboot' }), /program: got 'a;reboot'/],
  [
    'a unit that systemctl would take for an option',
    () => Workload.systemdUnit({ unit: '-Hroot@host' }),
    /unit: got '-Hroot@host'/,
  ],
  ['a program that supervisorctl would', () => Workload.supervisorProgram({ program: '-c' }), /program: got '-c'/],
  ['a unit that a shell would read', () => Workload.systemdUnit({ unit: '$(reboot)' }), /unit: got '\$\(reboot\)'/],
  [
    'braces that Systems Manager would read',
    () => Workload.command({ stop: 'echo {{ a }}', start: 'true', isQuiet: 'true', instanceIds: ['i-1'] }),
    /stop of command: got 'echo \{\{ a \}\}'/,
  ],
])('refused: %s', (_, make, message) => {
  expect(() => make()._bind(stack)).toThrow(message);
});
