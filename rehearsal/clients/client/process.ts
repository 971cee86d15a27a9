import { Resolver } from '../../network/resolver';
import { nowMs, sleep } from '../clock';
import { memcachedStaff } from '../memcached/client/memcached-staff';
import type { MemcachedProcessSettings, MemcachedReport } from '../memcached/memcached-protocol';
import type { FromProcess, ToProcess } from '../protocol';
import { Random } from '../random';
import type { CacheProcessSettings, Report as CacheReport } from '../redis/cache-protocol';
import { cacheStaff } from '../redis/client/cache-staff';
import { sqlStaff } from '../sql/client/sql-staff';
import type { SqlProcessSettings, SqlReport } from '../sql/protocol';
import { Reporter } from './reporter';
import type { Client, Employed, Kept } from './staff';

/** What each kind of clients is told, and what it reports. */
type Reports = CacheReport | MemcachedReport | SqlReport;
type Settings = CacheProcessSettings | MemcachedProcessSettings | SqlProcessSettings;
type Message = FromProcess<Reports>;

type Staff<Serves extends Settings['serves']> = (
  settings: Extract<Settings, { readonly serves: Serves }>,
  resolver: Resolver,
  reporter: Reporter<Reports>,
  random: Random,
) => Employed[];

const STAFF: { readonly [Serves in Settings['serves']]: Staff<Serves> } = {
  cache: cacheStaff,
  database: sqlStaff,
  memcached: memcachedStaff,
};

/** A program of its own: some clients of one host, started and stopped with it. */
async function main(): Promise<void> {
  const settings = await started();
  const reporter = new Reporter<Reports>(send);
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  process.on('message', (message: ToProcess<Settings>) => {
    if (message.type === 'stop') stopping.abort();
  });

  const random = new Random(settings.seed);
  const staff = staffOf(settings, reporter, random);
  const connections = staff.flatMap(({ connection }) => (connection === undefined ? [] : [connection]));
  const kept = connections.map((connection) => connection.keep());
  void allConnected(connections).then(() => send({ type: 'connected' }));

  send({ type: 'began' });
  const paced = staff.filter((employed) => employed.paced).length;
  const intervalMs = (1000 * Math.max(paced, 1)) / settings.turnsPerSecond;
  const working = staff.map((employed) =>
    work(employed.client, reporter, stopping.signal, employed.paced ? intervalMs : 0, random.next()),
  );
  await stopped;
  await Promise.all(working);
  for (const connection of connections) connection.stop();
  await Promise.all(kept);
  reporter.stop();
  await new Promise((resolve) => process.send?.({ type: 'stopped' } satisfies Message, resolve));
}

function staffOf(settings: Settings, reporter: Reporter<Reports>, random: Random): Employed[] {
  const staff = STAFF[settings.serves] as Staff<Settings['serves']>;
  return staff(settings as never, new Resolver({ server: settings.dns }), reporter, random);
}

/** Takes turns at their times; a turn that comes while the last one still runs is missed, not made up for. */
async function work(
  client: Client,
  reporter: Pick<Reporter<never>, 'missed'>,
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

async function allConnected(connections: readonly Kept[]): Promise<void> {
  while (connections.some(({ connected }) => !connected)) await sleep(10);
}

function started(): Promise<Settings> {
  return new Promise((resolve) => {
    const begin = (message: ToProcess<Settings>) => {
      if (message.type !== 'start') return;
      process.off('message', begin);
      resolve(message.settings);
    };
    process.on('message', begin);
  });
}

function send(message: Message): void {
  // The parent is gone: so is the reason to be here.
  if (!process.connected || !process.send) process.exit(1);
  // Or it goes just now, and the pipe with it: `disconnect` follows.
  process.send(message, undefined, undefined, () => undefined);
}

// Its parent decides when it ends: a Ctrl-C in the terminal reaches this process too.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));
void main().then(() => process.exit(0));
