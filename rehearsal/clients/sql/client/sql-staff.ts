import type { Resolver } from '../../../network/resolver';
import type { Reporting } from '../../client/reporter';
import type { Client, Employed } from '../../client/staff';
import type { Random } from '../../random';
import type { SqlProcessSettings, SqlReport, SqlRole } from '../protocol';
import { OrderClient } from './order-client';
import { PooledReader } from './pooled-reader';
import type { Workplace } from './sql-client';
import { SqlConnection } from './sql-connection';
import { TransferClient } from './transfer-client';
import { Visitor } from './visitor';

/** The clients of a database that one process has. */
export function sqlStaff(
  settings: SqlProcessSettings,
  resolver: Resolver,
  reporter: Reporting<SqlReport>,
  random: Random,
): Employed[] {
  const { writerName, readerName = writerName } = settings;
  const roles = (Object.entries(settings.clients) as [SqlRole, number][]).flatMap(([role, count]) =>
    Array<SqlRole>(count).fill(role),
  );
  return roles.map((role, index): Employed => {
    const name = `${settings.process}.${index}`;
    const own = random.fork(name);
    const at = { name, reporter, random: own };
    if (role === 'visitor') return { client: new Visitor(at, readerName, settings, resolver), paced: true };
    const connectsTo = role === 'reader' ? readerName : writerName;
    const connection = new SqlConnection(connectsTo, settings, resolver, own.fork('connection'));
    return { client: pooled(role, at, connection), connection, paced: true };
  });
}

function pooled(role: Exclude<SqlRole, 'visitor'>, at: Workplace, connection: SqlConnection): Client {
  switch (role) {
    case 'transfer':
      return new TransferClient(at, connection);
    case 'order':
      return new OrderClient(at, connection);
    case 'reader':
      return new PooledReader(at, connection);
  }
}
