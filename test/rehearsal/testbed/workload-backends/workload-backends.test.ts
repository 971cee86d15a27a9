import { CacheConsistency } from '../../../../lib';
import { loadAssembly } from '../../../../rehearsal/assembly';
import { systemClock } from '../../../../rehearsal/aws/clock';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import { documentsOf } from '../../../../rehearsal/aws/ssm/documents';
import { Ssm } from '../../../../rehearsal/aws/ssm/ssm';
import { CheckAnswers } from '../../../../rehearsal/testbed/checks/check-answers';
import { groupsOnHosts } from '../../../../rehearsal/testbed/groups';
import { allStates, findMigration, type StoppedWorkload } from '../../../../rehearsal/testbed/migration';
import { WorkloadBackends } from '../../../../rehearsal/testbed/workload-backends/workload-backends';
import { removeTemporaryFolders, temporaryFolder } from '../../assembly/written-assembly';
import { checkOptimizedTask, parseOptimizedResource } from '../../aws/integration/check-optimized-task';
import { callerOf } from '../../aws/test-environment';
import { synthesizeMigration } from '../app-under-test';
import { backendWorkloads } from './backend-workloads';

let backends: WorkloadBackends;
let ssm: Ssm;
const scaled: string[] = [];
const scale = async (group: string, running: number) => void scaled.push(`${group}: ${running}`);
let before: Readonly<Record<string, string>>;
const environment = { account: '111122223333', region: 'eu-west-1', clock: systemClock, ids: new Identifiers('b') };
const assembly = loadAssembly(synthesizeMigration(temporaryFolder(), CacheConsistency.FENCED, backendWorkloads));
const { workloads, stateMachine } = findMigration(assembly);

beforeAll(async () => {
  const answers = new CheckAnswers(new Map(), async () => 'blue');
  const asked = { checks: [], requests: [], answers };
  backends = await WorkloadBackends.start({
    assembly,
    workloads,
    seed: 'backends',
    clock: systemClock,
    scale,
    ...asked,
  });
  ssm = new Ssm({
    environment,
    documents: documentsOf(assembly),
    runCommand: backends.hosts.run,
    commandsVisibleAfterMs: 0,
  });
  for (const instance of backends.hosts.instances) ssm.instances.register(instance);
  while (Object.values(observe()).some((how) => /stopped/.test(how))) await moment();
  before = observe();
}, 120_000);

afterAll(async () => {
  removeTemporaryFolders();
  await backends?.stop();
}, 30_000);

const moment = () => new Promise((resolve) => setTimeout(resolve, 20));
const observe = () => backends.observe();

function workload(kind: string): StoppedWorkload {
  const found = workloads.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`The migration has no ${kind}.`);
  return found;
}

/** Sends a workload's document to all of its hosts, as the state machine does. */
async function command(kind: string, action: string): Promise<readonly string[]> {
  const { facts } = workload(kind);
  const { call } = callerOf(environment, ssm);
  const ids = facts.ids as readonly string[];
  const tags = Object.entries(facts.tags as Record<string, string>);
  const { Command } = (await call('sendCommand', {
    DocumentName: facts.document,
    Parameters: { action: [action], ...(facts.parameters as object) },
    ...(ids.length > 0
      ? { InstanceIds: ids }
      : { Targets: tags.map(([key, value]) => ({ Key: `tag:${key}`, Values: [value] })) }),
  })) as { Command: { CommandId: string } };
  for (;;) {
    const { CommandInvocations: all } = (await call('listCommandInvocations', {
      CommandId: Command.CommandId,
      Details: true,
    })) as { CommandInvocations: { Status: string; CommandPlugins: { Output: string }[] }[] };
    if (all.every(({ Status }) => !['Pending', 'InProgress'].includes(Status))) {
      // The first line is the script's answer; what it says beside may follow.
      return all.map(({ Status, CommandPlugins }) => `${Status} ${CommandPlugins[0]?.Output.split('\n')[0]}`);
    }
    await moment();
  }
}

async function request(
  url: string,
  method: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: { data: { id: string } } }> {
  const { hostname, pathname } = new URL(url);
  const answer = await fetch(`${backends.http.endpointOf(hostname)}${pathname}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as { data: { id: string } } };
}

test('every HTTP task and nested execution of the definition is told what Step Functions takes', () => {
  const tasks = [...allStates(stateMachine.definition)].filter(
    ([, { Resource: resource }]) => parseOptimizedResource(String(resource)) !== undefined,
  );
  expect(tasks.length).toBeGreaterThan(5);
  for (const [name, { Resource: resource, Arguments: given }] of tasks) {
    expect([name, checkOptimizedTask(String(resource), given)]).toEqual([name, []]);
  }
});

test('every workload that a backend runs is there, and runs', () => {
  expect(Object.keys(before).sort()).toEqual([
    'Datadog monitors datadog-monitors',
    'HTTP hook mail',
    'command importer',
    'state machine search',
    'supervisor program queue-watcher',
    'systemd unit mailer.service',
  ]);
  expect(before['supervisor program queue-watcher']).toMatch(
    /^(i-0[0-9a-f]{16} running with autostart=true autorestart=true(, )?){2}$/,
  );
  expect(before['systemd unit mailer.service']).toBe('i-0aaaaaaaaaaaaaaaa running');
});

test('clients run with the program that they stand for', () => {
  expect(scaled.filter((each) => each.startsWith('supervisor'))).toEqual([
    'supervisor program queue-watcher: 1',
    'supervisor program queue-watcher: 2',
  ]);
  expect(groupsOnHosts(workloads)).toEqual([
    { name: 'supervisor program queue-watcher', hosts: 2 },
    { name: 'systemd unit mailer.service', hosts: 1 },
  ]);
});

test.each(['supervisor program', 'systemd unit', 'command'])(
  'a %s is stopped on its hosts by its own document, and is back as it was',
  async (kind) => {
    const { id } = workload(kind);
    expect(new Set(await command(kind, 'look'))).toEqual(new Set(['Success running']));
    for (const answer of await command(kind, 'stop')) expect(answer).toMatch(/^Success/);
    expect(observe()[`${kind} ${id}`]).toMatch(/^[^,]+ stopped/);
    expect(observe()[`${kind} ${id}`]).not.toMatch(/running/);
    if (kind === 'systemd unit') expect(observe()[`${kind} ${id}`]).toMatch(/stopped, changed$/);
    await command(kind, 'start');
    while (/stopped/.test(String(observe()[`${kind} ${id}`]))) await moment();
    expect(observe()).toEqual(before);
  },
  60_000,
);

test('monitors are muted by who has the connection’s keys', async () => {
  const mute = { data: { type: 'downtime', attributes: { scope: '*', monitor_identifier: { monitor_id: 7 } } } };
  const url = 'https://api.datadoghq.eu/api/v2/downtime';
  const [connection] = backends.http.connections.filter(
    ({ arn }) => arn === workload('Datadog monitors').facts.connection,
  );
  const keys = Object.fromEntries((connection?.headers ?? []).map(({ key, value }) => [key, value]));
  expect((await request(url, 'POST', mute)).status).toBe(403);
  const { json } = await request(url, 'POST', mute, keys);
  expect(observe()['Datadog monitors datadog-monitors']).toBe('7 is muted 1 times, 8 tells');
  await fetch(`${backends.http.endpointOf('api.datadoghq.eu')}/api/v2/downtime/${json.data.id}`, {
    method: 'DELETE',
    headers: keys,
  });
  expect(observe()).toEqual(before);
});

test('a hook does what it says, and tells of it where it says', async () => {
  const url = 'https://shop.example/mail';
  expect((await request(url, 'GET')).json).toEqual({ state: { paused: 'false' } });
  await request(url, 'PUT', { paused: true, by: 'connection' });
  expect((await request(url, 'GET')).json).toEqual({ state: { paused: 'true' } });
  expect(observe()['HTTP hook mail']).toBe('stopped');
  await request(url, 'PUT', { paused: false });
  expect((await request(url, 'DELETE')).status).toBe(404);
  expect(observe()).toEqual(before);
});

test('a state machine of the user’s own stops and starts what it is for', async () => {
  const arn = String(workload('state machine').facts.stop);
  const run = async (action: string) => {
    const executionArn = `${arn.replace(':stateMachine:', ':execution:')}:${action}`;
    backends.stateMachines.start({
      stateMachineArn: arn,
      executionArn,
      name: action,
      input: JSON.stringify({ action }),
    });
    await backends.stateMachines.ended?.(executionArn);
    return backends.stateMachines.executions(arn)[0]?.status;
  };
  expect(await run('stop')).toBe('SUCCEEDED');
  expect(observe()['state machine search']).toBe('stopped');
  expect(await run('start')).toBe('SUCCEEDED');
  expect(observe()).toEqual(before);
  expect(await run('dance')).toBe('FAILED');
});
