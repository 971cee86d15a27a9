import type { Resolver } from '../../../network/resolver';
import type { Reporting } from '../../client/reporter';
import type { Employed } from '../../client/staff';
import type { Random } from '../../random';
import type { MemcachedProcessSettings, MemcachedReport } from '../memcached-protocol';
import { Connection } from './connection';
import { PageClient } from './page-client';

/** The clients of Memcached that one process has. */
export function memcachedStaff(
  settings: MemcachedProcessSettings,
  resolver: Resolver,
  reporter: Reporting<MemcachedReport>,
  random: Random,
): Employed[] {
  return Array.from({ length: settings.clients.page ?? 0 }, (_, index) => {
    const own = random.fork(`${settings.process}.${index}`);
    const connection = new Connection(settings, resolver, own.fork('connection'));
    const client = new PageClient({ connection, reporter, random: own, pages: settings.pages });
    return { client, connection, paced: true };
  });
}
