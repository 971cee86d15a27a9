import { type Row, text } from '../../result-row';
import type { Session } from '../../session';
import { identifier } from '../quoting';
import { accountName } from './account-name';
import { digest } from './digest';
import { type Privileges, readPrivileges } from './grants';
import { readOwn } from './information-schema';
import type { Reading } from './reading';

/** Who may sign in, or a role, and how. */
export interface Account {
  readonly name: string;
  readonly isRole: boolean;
  readonly plugin: string;
  /** What the server keeps of the password. It is compared, and shown to nobody. */
  readonly hash: string;
  /** What both must have alike, besides: the lock, TLS, expiry, limits. */
  readonly aspects: Readonly<Record<string, string>>;
  readonly privileges: Privileges;
}

/** The engine's own accounts and RDS's: each side has its own, and no application signs in as them. */
const systemUser =
  /^(mysql\..*|mariadb\.sys|rdsadmin|rdsrepladmin|rdstopmgr|rds_.*|AWS_.*|rdsproxyadmin|event_scheduler)$/;
/** What RDS is known to make with names like these; any other may be an account of the owners'. */
const ofRds = /^(rds_superuser_role|rds_admin|AWS_\w+_ACCESS)$/;
/** Made with the server, for its own machine. */
const ownHost = /^(localhost|127\.0\.0\.1|::1)$/;

/** Every user and role, by name. */
export async function readAccounts(reading: Reading): Promise<ReadonlyMap<string, Account>> {
  const { session } = reading;
  const rows = await session.query("SELECT * FROM mysql.user ORDER BY Host = ''");
  const more = session.dialect.mariadb ? await ofMariadb(session) : await defaultRoles(reading);
  const accounts = new Map<string, Account>();
  for (const row of rows) {
    const [user, host] = [text(row, 'User', 'user'), text(row, 'Host', 'host')];
    if (isOfServer(user, host)) {
      if (/^(rds_|AWS_)/.test(user) && !ofRds.test(user)) reading.notCovered.push(calledAsRds(user, host));
      continue;
    }
    const account = await accountOf(reading, row, more.get(JSON.stringify([user, host])) ?? {});
    // A role of MariaDB beside a user of its name, whom MySQL could not tell from it.
    accounts.set(accounts.has(account.name) ? accountName(user, host) : account.name, account);
  }
  return accounts;
}

function calledAsRds(user: string, host: string): Reading['notCovered'][number] {
  return {
    object: `user ${accountName(user, host)}`,
    reason: 'its name is like those that RDS makes on each side: give an account of your own another name',
  };
}

function isOfServer(user: string, host: string): boolean {
  return systemUser.test(user) || ((user === 'root' || user === '') && ownHost.test(host));
}

async function accountOf({ session, spelling }: Reading, row: Row, more: Priv): Promise<Account> {
  const [user, host] = [text(row, 'User', 'user'), text(row, 'Host', 'host')];
  const isRole = text(row, 'is_role') === 'Y' || (!session.dialect.mariadb && isRoleOfMysql(row));
  const limits = ['max_questions', 'max_updates', 'max_connections', 'max_user_connections', 'max_statement_time'];
  return {
    name: accountName(user, spelling.host(host)),
    isRole,
    plugin: text(row, 'plugin'),
    hash: text(row, 'authentication_string') || text(row, 'Password'),
    aspects: {
      lock: more.account_locked === true || text(row, 'account_locked') === 'Y' ? 'locked' : '',
      TLS: ['ssl_type', 'ssl_cipher', 'x509_issuer', 'x509_subject']
        .map((column) => text(row, column))
        .join(' ')
        .trim(),
      'password expired': text(row, 'password_expired') === 'Y' ? 'yes' : '',
      'password lifetime': lifetime(row, more),
      'password rules': ['Password_reuse_history', 'Password_reuse_time', 'Password_require_current']
        .map((column) => text(row, column))
        .join(' ')
        .trim(),
      limits: limits
        .flatMap((limit) => (Number(text(row, limit)) > 0 ? [`${limit} ${Number(text(row, limit))}`] : []))
        .join(', '),
      'default roles': (more.default_roles ?? [text(row, 'default_role')].filter((role) => role !== ''))
        .map((role) => (more.default_roles === undefined ? accountName(role, spelling.host('')) : role))
        .sort()
        .join(', '),
      'other ways to sign in': more.auth_or === undefined ? '' : digest(JSON.stringify(more.auth_or)),
      attributes: attributesOf(row),
    },
    privileges: readPrivileges(await grantsOf(session, user, host), spelling),
  };
}

/** Of MySQL, where roles are accounts that were made locked and without a password. */
function isRoleOfMysql(row: Row): boolean {
  const [locked, expired] = [text(row, 'account_locked'), text(row, 'password_expired')];
  return locked === 'Y' && expired === 'Y' && text(row, 'authentication_string') === '';
}

function lifetime(row: Row, more: Priv): string {
  const days = more.password_lifetime ?? text(row, 'password_lifetime');
  if (days === '' || days === -1) return '';
  return Number(days) === 0 ? 'never ends' : `${days} days`;
}

/** Comments are shown; of the rest, which may be a second factor, a digest. Restrictions are among the grants. */
function attributesOf(row: Row): string {
  const { User_attributes: written } = row;
  if (written === undefined || written === null) return '';
  const {
    metadata,
    Restrictions: _,
    additional_password: second,
    ...others
  } = typeof written === 'object' ? { ...(written as Attributes) } : (JSON.parse(String(written)) as Attributes);
  return [
    ...(metadata === undefined ? [] : [JSON.stringify(metadata)]),
    ...(second === undefined ? [] : ['a second password']),
    ...Object.entries(others).map(([name, value]) => `${name} ${digest(JSON.stringify(value))}`),
  ].join(', ');
}

type Attributes = Readonly<Record<string, unknown>>;

/** What MariaDB keeps in global_priv, and `mysql.user` does not show. */
interface Priv {
  readonly account_locked?: boolean;
  readonly password_lifetime?: number;
  readonly auth_or?: unknown;
  readonly default_roles?: readonly string[];
}

async function ofMariadb(session: Session): Promise<ReadonlyMap<string, Priv>> {
  if (!session.dialect.atLeast(10, 4)) return new Map();
  const rows = await session.query(
    'SELECT User AS user, Host AS host, CAST(Priv AS CHAR) AS priv FROM mysql.global_priv',
  );
  return new Map(
    rows.map((row) => {
      const priv: Priv = typeof row.priv === 'string' ? JSON.parse(row.priv) : {};
      return [JSON.stringify([text(row, 'user'), text(row, 'host')]), priv];
    }),
  );
}

async function defaultRoles(reading: Reading): Promise<ReadonlyMap<string, Priv>> {
  const roles = new Map<string, { default_roles: string[] }>();
  if (!reading.session.dialect.atLeast(8, 0)) return roles;
  const rows = await readOwn(reading, 'default_roles', 'default roles');
  for (const row of rows) {
    const of = JSON.stringify([text(row, 'USER'), text(row, 'HOST')]);
    const role = accountName(text(row, 'DEFAULT_ROLE_USER'), text(row, 'DEFAULT_ROLE_HOST'));
    roles.set(of, { default_roles: [...(roles.get(of)?.default_roles ?? []), role] });
  }
  return roles;
}

async function grantsOf(session: Session, user: string, host: string): Promise<string[]> {
  // MariaDB's roles have no host.
  const account = host === '' ? identifier(user) : `${identifier(user)}@${identifier(host)}`;
  const grants = await session.query(`SHOW GRANTS FOR ${account}`);
  return grants.map((grant: Row) => String(Object.values(grant)[0] ?? ''));
}
