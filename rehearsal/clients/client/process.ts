import { Resolver } from '../../network/resolver';
import { nowMs, sleep } from '../clock';
import type { FromProcess, Kind, ProcessSettings, Role, ToProcess } from '../protocol';
import { Random } from '../random';
import { CacheClient } from './cache-client';
import { Connection } from './connection';
import { CounterClient } from './counter-client';
import type { LoadClient, Workplace } from './load-client';
import { LockClient } from './lock-client';
import { ProfileClient } from './profile-client';
import { QueueConsumer } from './queue-consumer';
import { QueueProducer } from './queue-producer';
import { Reporter } from './reporter';
import { SessionClient } from './session-client';

/** A program of its own: some clients of one host, started and stopped with it. */
async function main(): Promise<void> {
  const settings = await started();
  const reporter = new Reporter(send);
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  process.on('message', (message: ToProcess) => {
    if (message.type === 'stop') stopping.abort();
  });

  const resolver = new Resolver({ server: settings.dns });
  const random = new Random(settings.seed);
  const clients = rolesOf(settings).map((role, index) => {
    const name = `${settings.process}.${index}`;
    const own = random.fork(name);
    const connection = new Connection(settings, settings.databases[KIND_OF[role]], resolver, own.fork('connection'));
    return { role, connection, client: newClient(role, settings, { name, connection, reporter, random: own }) };
  });
  const kept = clients.map(({ connection }) => connection.keep());
  void allConnected(clients.map(({ connection }) => connection)).then(() => send({ type: 'connected' }));

  // A consumer has no pace of its own: it waits for jobs.
  const paced = clients.filter(({ role }) => role !== 'consumer').length;
  const intervalMs = (1000 * Math.max(paced, 1)) / settings.turnsPerSecond;
  const working = clients.map(({ role, client }) =>
    work(client, reporter, stopping.signal, role === 'consumer' ? 0 : intervalMs, random.next()),
  );
  await stopped;
  await Promise.all(working);
  for (const { connection } of clients) connection.stop();
  await Promise.all(kept);
  reporter.stop();
  await new Promise((resolve) => process.send?.({ type: 'stopped' } satisfies FromProcess, resolve));
}

/** Takes turns at their times; a turn that comes while the last one still runs is missed, not made up for. */
async function work(
  client: LoadClient,
  reporter: Reporter,
  stopping: AbortSignal,
  intervalMs: number,
  phase: number,
): Promise<void> {
  let dueMs = nowMs() + phase * intervalMs;
  while (!stopping.aborted) {
    const waitMs = dueMs - nowMs();
    if (waitMs > 0) {
      await sleep(waitMs);
      continue;
    }
    await client.turn();
    if (intervalMs === 0) continue;
    const late = Math.floor((nowMs() - dueMs) / intervalMs);
    reporter.missed(client.kind, late);
    dueMs += (late + 1) * intervalMs;
  }
}

const KIND_OF: Readonly<Record<Role, Kind>> = {
  session: 'session',
  profile: 'profile',
  cache: 'cache',
  lock: 'lock',
  producer: 'queue',
  consumer: 'queue',
  counter: 'counter',
};

function newClient(role: Role, { timing }: ProcessSettings, at: Workplace): LoadClient {
  switch (role) {
    case 'session':
      return new SessionClient(at);
    case 'profile':
      return new ProfileClient(at);
    case 'cache':
      return new CacheClient(at);
    case 'lock':
      return new LockClient(at);
    case 'producer':
      return new QueueProducer(at);
    case 'consumer':
      return new QueueConsumer(at, timing.commandTimeoutMs);
    case 'counter':
      return new CounterClient(at);
  }
}

function rolesOf({ clients }: ProcessSettings): Role[] {
  return (Object.entries(clients) as [Role, number][]).flatMap(([role, count]) => Array<Role>(count).fill(role));
}

async function allConnected(connections: readonly Connection[]): Promise<void> {
  while (connections.some(({ connected }) => !connected)) await sleep(10);
}

function started(): Promise<ProcessSettings> {
  return new Promise((resolve) => {
    const begin = (message: ToProcess) => {
      if (message.type !== 'start') return;
      process.off('message', begin);
      resolve(message.settings);
    };
    process.on('message', begin);
  });
}

function send(message: FromProcess): void {
  // The parent is gone: so is the reason to be here.
  if (!process.connected || !process.send) process.exit(1);
  // Or it goes just now, and the pipe with it: `disconnect` follows.
  process.send(message, undefined, undefined, () => undefined);
}

// Whoever started it decides when it ends: a Ctrl-C in the terminal reaches this process too.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));
void main().then(() => process.exit(0));
