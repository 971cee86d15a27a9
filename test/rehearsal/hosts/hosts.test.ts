import { systemClock } from '../../../rehearsal/aws/clock';
import { Identifiers } from '../../../rehearsal/aws/identifiers';
import { commandDocument } from '../../../rehearsal/aws/ssm/document';
import { Ssm } from '../../../rehearsal/aws/ssm/ssm';
import { Hosts } from '../../../rehearsal/hosts/hosts';
import { callerOf } from '../aws/test-environment';

const STOP = commandDocument('Stop', {
  schemaVersion: '2.2',
  parameters: { unit: { type: 'String', allowedPattern: '^[a-z.]+$', interpolationType: 'ENV_VAR' } },
  mainSteps: [
    {
      action: 'aws:runShellScript',
      name: 'stop',
      inputs: { runCommand: ['systemctl stop "$SSM_unit" && echo quiet'] },
    },
  ],
});

const host = (instanceId: string, role: string) => ({
  instance: { instanceId, tags: { role } },
  units: [{ name: 'watcher.service', process: '/bin/sleep 1000' }],
  onFault: (fault: unknown) => {
    throw fault;
  },
});

test('a command by tag stops the service on the hosts with that tag, and on no other', async () => {
  const hosts = await Hosts.start([host('i-0a', 'batch'), host('i-0b', 'batch'), host('i-0c', 'web')]);
  try {
    const environment = { account: '111122223333', region: 'eu-west-1', clock: systemClock, ids: new Identifiers('h') };
    const ssm = new Ssm({ environment, documents: [STOP], runCommand: hosts.run, commandsVisibleAfterMs: 0 });
    for (const instance of hosts.instances) ssm.instances.register(instance);
    const { call } = callerOf(environment, ssm);
    const { Command } = (await call('sendCommand', {
      DocumentName: 'Stop',
      Targets: [{ Key: 'tag:role', Values: ['batch'] }],
      Parameters: { unit: ['watcher.service'] },
    })) as { Command: { CommandId: string } };
    const invocations = async () =>
      (
        (await call('listCommandInvocations', { CommandId: Command.CommandId, Details: true })) as {
          CommandInvocations: { Status: string; CommandPlugins: { Output: string }[] }[];
        }
      ).CommandInvocations;
    while ((await invocations()).some(({ Status }) => Status === 'InProgress')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await invocations()).toMatchObject([
      { InstanceId: 'i-0a', Status: 'Success', CommandPlugins: [{ Output: 'quiet\n' }] },
      { InstanceId: 'i-0b', Status: 'Success', CommandPlugins: [{ Output: 'quiet\n' }] },
    ]);
    expect(await hosts.states()).toEqual({
      'i-0a': { 'watcher.service': 'inactive' },
      'i-0b': { 'watcher.service': 'inactive' },
      'i-0c': { 'watcher.service': 'active' },
    });
  } finally {
    await hosts.stop();
  }
}, 30_000);
