import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandOutcome } from '../../../rehearsal/aws/ssm/command-invocations';
import { Host } from '../../../rehearsal/hosts/host';

let host: Host;
const faults: unknown[] = [];
const events: string[] = [];
const slow = {
  start: () => void events.push('started'),
  stop: () => sleep(50).then(() => void events.push('stopped')),
};

beforeAll(async () => {
  host = await Host.start({
    instance: { instanceId: 'i-0a', tags: {} },
    programs: [
      { name: 'queue-watcher', process: slow },
      { name: 'sleeper', process: '/bin/sleep 1000' },
      { name: 'spare', process: '/bin/sleep 1000', autostart: false },
    ],
    units: [
      { name: 'app.service', process: '/bin/sleep 1000', restart: 'always' },
      { name: 'job.service', process: '/bin/sleep 1000', enabled: false },
      { name: 'stubborn.service', process: 'sh -c "trap : TERM; while :; do sleep 0.05; done"', timeoutStopSec: 0.2 },
    ],
    onFault: (fault) => faults.push(fault),
  });
}, 120_000);

afterAll(async () => {
  await host?.stop();
  expect(faults).toEqual([]);
}, 30_000);

const run = (text: string, more: object = {}, signal = new AbortController().signal): Promise<CommandOutcome> =>
  host.run(
    {
      commandId: `c-${Math.random()}`,
      instance: host.instance,
      documentName: 'test',
      parameters: {},
      script: { text, environment: {}, workingDirectory: '', timeoutSeconds: 60, ...more },
    },
    signal,
  );

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

/** Gone, or waiting to be collected by anyone who adopts orphans. */
function isOver(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return !existsSync(file) || /\) Z /.test(readFileSync(file, 'utf8'));
}

describe('a command', () => {
  test('waits for one of five, as many as an agent runs at once', async () => {
    const taken = () => readdirSync(join(host.root, 'orchestration')).length;
    const [begun, go] = [join(host.root, 'begun'), join(host.root, 'go')];
    const script = `echo >> ${begun}; while [ ! -e ${go} ]; do sleep 0.02; done`;
    const before = existsSync(join(host.root, 'orchestration')) ? taken() : 0;
    const all = Array.from({ length: 12 }, () => run(script));
    await until(() => existsSync(begun) && readFileSync(begun, 'utf8').length === 5);
    expect(taken() - before).toBe(5);
    writeFileSync(go, '');
    await Promise.all(all);
    expect(readFileSync(begun, 'utf8').length).toBe(12);
  });

  test('is a real script that sees its parameters and the host alone', async () => {
    process.env.SECRET_OF_THE_MACHINE = 'x';
    const outcome = await run('#!/bin/bash\necho "$SSM_program" "$SECRET_OF_THE_MACHINE."\necho bad >&2\nexit 3\n', {
      environment: { SSM_program: 'queue; watcher' },
    });
    delete process.env.SECRET_OF_THE_MACHINE;
    expect(outcome).toEqual({ exitCode: 3, stdout: 'queue; watcher .\n', stderr: 'bad\n' });
  });

  test('is killed with all it has started when its time is up', async () => {
    const outcome = await run('sleep 1000 & echo $!; wait\n', { timeoutSeconds: 0.3 });
    expect(outcome).toMatchObject({ exitCode: 137, timedOut: true });
    await until(() => isOver(Number(outcome.stdout)));
  });

  test('is killed when it is cancelled', async () => {
    const cancel = new AbortController();
    const ends = run('sleep 1000\n', {}, cancel.signal);
    await sleep(100);
    cancel.abort();
    expect(await ends).toMatchObject({ exitCode: 137 });
  });
});

describe('supervisord', () => {
  test('starts and stops what a program stands for, and answers when that has ended', async () => {
    await until(() => events.includes('started'));
    expect(await host.states()).toMatchObject({ 'queue-watcher': 'RUNNING', sleeper: 'RUNNING', spare: 'STOPPED' });
    expect(await run('supervisorctl stop queue-watcher\n')).toMatchObject({
      exitCode: 0,
      stdout: 'queue-watcher: stopped\n',
    });
    expect(events).toEqual(['started', 'stopped']);
    expect(await run('supervisorctl status queue-watcher\n')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('STOPPED'),
    });
    await run('supervisorctl start queue-watcher\n');
    await until(() => events.length === 3);
    expect(events[2]).toBe('started');
  });

  test('starts a killed program again, and what it stands for with it', async () => {
    const before = events.length;
    await run('kill -9 "$(supervisorctl pid queue-watcher)"\n');
    await until(() => events.length === before + 2);
    expect(events.slice(before).sort()).toEqual(['started', 'stopped']);
  });

  test('reads a changed configuration: autorestart off, and the program stays down', async () => {
    const { exitCode } = await run(
      'set -e\nsed -i "s/^autorestart=.*/autorestart=false/" "$ROOT/etc/supervisor/conf.d/sleeper.conf"\n' +
        'supervisorctl reread\nsupervisorctl update sleeper\nkill "$(supervisorctl pid sleeper)"\n',
    );
    expect(exitCode).toBe(0);
    await until(async () => (await host.states()).sleeper === 'EXITED');
  });
});

describe('systemctl', () => {
  const systemctl = (args: string) => run(`systemctl ${args}\n`);

  test('stops a service, which then is not started again, and starts it', async () => {
    expect(await systemctl('is-active app')).toMatchObject({ exitCode: 0, stdout: 'active\n' });
    expect(await systemctl('stop app.service')).toMatchObject({ exitCode: 0 });
    expect(await systemctl('is-active app')).toMatchObject({ exitCode: 3, stdout: 'inactive\n' });
    expect(await systemctl('show app -p ActiveState,SubState,MainPID')).toMatchObject({
      stdout: 'MainPID=0\nActiveState=inactive\nSubState=dead\n',
    });
    await systemctl('start app');
    expect((await host.states())['app.service']).toBe('active');
  });

  test('starts a service again that ended by itself', async () => {
    const pid = async () => Number((await systemctl('show app -P MainPID')).stdout);
    const first = await pid();
    // 0 would be this very test.
    expect(first).toBeGreaterThan(0);
    process.kill(first, 'SIGKILL');
    await until(async () => (await pid()) > 0 && (await pid()) !== first);
    expect((await systemctl('show app --property=NRestarts --value')).stdout).toBe('1\n');
  });

  test('kills a service that does not end in time', async () => {
    await systemctl('stop stubborn');
    expect((await host.states())['stubborn.service']).toBe('inactive');
  });

  test('masked, a service cannot be started', async () => {
    await systemctl('mask --runtime job');
    expect(await systemctl('start job')).toMatchObject({
      exitCode: 1,
      stderr: 'Failed to start job.service: Unit job.service is masked.\n',
    });
    await systemctl('unmask job');
    expect(await systemctl('is-enabled job')).toMatchObject({ exitCode: 1, stdout: 'disabled\n' });
  });

  test('a service whose condition does not hold is skipped, once systemd has read of it', async () => {
    const dropIn = '"$ROOT/etc/systemd/system/job.service.d/never.conf"';
    await run(`mkdir -p "$(dirname ${dropIn})"; printf '[Unit]\\nConditionPathExists=!/\\n' > ${dropIn}\n`);
    expect(await systemctl('start job')).toMatchObject({ exitCode: 0 });
    expect((await host.states())['job.service']).toBe('active');
    await systemctl('stop job');
    await systemctl('daemon-reload');
    expect(await systemctl('start job')).toMatchObject({ exitCode: 0 });
    expect((await host.states())['job.service']).toBe('inactive');
    await run(`rm ${dropIn}\n`);
    await systemctl('daemon-reload');
    await systemctl('start job');
    expect((await host.states())['job.service']).toBe('active');
    await systemctl('stop job');
  });

  test.each([
    ['start nobody', 5, 'Failed to start nobody.service: Unit nobody.service not found.\n'],
    ['stop nobody', 5, 'Failed to stop nobody.service: Unit nobody.service not loaded.\n'],
    ['is-active nobody', 4, ''],
    ['is-active --quiet job', 3, ''],
    ['edit app', 1, expect.stringContaining('does not know the verb edit')],
  ])('%s ends with %i', async (args, exitCode, stderr) => {
    expect(await systemctl(args)).toMatchObject({ exitCode, stderr });
  });
});

test('a stopped host leaves no process', async () => {
  const events: string[] = [];
  const other = await Host.start({
    instance: { instanceId: 'i-0b', tags: {} },
    units: [
      {
        name: 'app.service',
        process: { start: () => void events.push('started'), stop: () => void events.push('stopped') },
      },
    ],
    onFault: (fault) => faults.push(fault),
  });
  await until(() => events.length === 1);
  await other.stop();
  expect(events).toEqual(['started', 'stopped']);
});
