import { type Row, text } from '../../row';
import type { Session } from '../../session';
import { identifier } from '../quoting';
import { type Privileges, readPrivileges } from './grants';

/** The engine's own accounts and RDS's: each side has its own, and no application signs in as them. */
const systemUser =
  /^(|root|mysql\..*|mariadb\.sys|rdsadmin|rdsrepladmin|rdstopmgr|rds_.*|AWS_.*|rdsproxyadmin|event_scheduler|PUBLIC)$/;

/** What every user and role may do, by `user@host`. */
export async function readUsers(session: Session): Promise<ReadonlyMap<string, Privileges>> {
  const rows = await session.query('SELECT User AS user, Host AS host FROM mysql.user');
  const users = new Map<string, Privileges>();
  for (const row of rows) {
    const [user, host] = [text(row, 'user'), text(row, 'host')];
    if (!systemUser.test(user)) users.set(`${user}@${host}`, readPrivileges(await grantsOf(session, user, host)));
  }
  return users;
}

async function grantsOf(session: Session, user: string, host: string): Promise<string[]> {
  // MariaDB's roles have no host.
  const account = host === '' ? identifier(user) : `${identifier(user)}@${identifier(host)}`;
  const grants = await session.query(`SHOW GRANTS FOR ${account}`);
  return grants.map((grant: Row) => String(Object.values(grant)[0] ?? ''));
}
