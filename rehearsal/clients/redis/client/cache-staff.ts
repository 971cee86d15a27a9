import type { Resolver } from '../../../network/resolver';
import type { Reporting } from '../../client/reporter';
import type { Employed } from '../../client/staff';
import type { Random } from '../../random';
import type { CacheProcessSettings, Kind, Report, Role } from '../cache-protocol';
import { CacheClient } from './cache-client';
import { Connection } from './connection';
import { CounterClient } from './counter-client';
import type { LoadClient, Workplace } from './load-client';
import { LockClient } from './lock-client';
import { ProfileClient } from './profile-client';
import { QueueConsumer } from './queue-consumer';
import { QueueProducer } from './queue-producer';
import { SessionClient } from './session-client';

const KIND_OF: Readonly<Record<Role, Kind>> = {
  session: 'session',
  profile: 'profile',
  cache: 'cache',
  lock: 'lock',
  producer: 'queue',
  consumer: 'queue',
  counter: 'counter',
};

/** The clients of a cache that one process has. */
export function cacheStaff(
  settings: CacheProcessSettings,
  resolver: Resolver,
  reporter: Reporting<Report>,
  random: Random,
): Employed[] {
  const roles = (Object.entries(settings.clients) as [Role, number][]).flatMap(([role, count]) =>
    Array<Role>(count).fill(role),
  );
  return roles.map((role, index) => {
    const name = `${settings.process}.${index}`;
    const own = random.fork(name);
    const connection = new Connection(settings, settings.databases[KIND_OF[role]], resolver, own.fork('connection'));
    const client = newClient(role, settings, { name, connection, reporter, random: own });
    // A consumer has no pace of its own: it waits for jobs.
    return { client, connection, paced: role !== 'consumer' };
  });
}

function newClient(role: Role, { timing }: CacheProcessSettings, at: Workplace): LoadClient {
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
