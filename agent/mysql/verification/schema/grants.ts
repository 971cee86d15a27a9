import { objectName } from '../../../sql/object-name';
import { accountName } from './account-name';
import type { Spelling } from './spelling';
import { splitAtCommas, type Token, tokensOf } from './sql/tokens';

/** What a user may do, and where: each `PRIVILEGE on OBJECT`, with `with grant option` where he may pass it on. */
export type Privileges = ReadonlySet<string>;

/** Neither side has anything like it, or it means nothing for what clients may do. */
const meaningless = new Set(['USAGE']);

/** MariaDB's names for what MySQL calls otherwise. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['BINLOG MONITOR', 'REPLICATION CLIENT'],
  ['REPLICATION REPLICA', 'REPLICATION SLAVE'],
]);

/** Privileges that MariaDB cut out of SUPER, that MySQL 8.0 has for the first time, or Aurora: no other version knows them. */
const versioned =
  /^(DELETE HISTORY|(REPLICA|SLAVE) MONITOR|BINLOG (ADMIN|REPLAY)|CONNECTION ADMIN|FEDERATED ADMIN|READ_ONLY ADMIN|REPLICATION (MASTER|SLAVE) ADMIN|SET USER|SHOW CREATE ROUTINE|(LOAD FROM|SELECT INTO) S3|INVOKE (LAMBDA|SAGEMAKER|COMPREHEND)|(CREATE|DROP) ROLE|\w+_\w+)$/;

/** Roles that RDS makes, and gives the master user: of a version or of Aurora only. */
const ofRds = /^(rds_|AWS_)/;

/** What ALL PRIVILEGES stands for on every version. MySQL 8.0 lists them for `*.*`, MariaDB where one of its own lacks. */
export const onDatabases =
  'SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|REFERENCES|INDEX|ALTER|CREATE TEMPORARY TABLES|LOCK TABLES|EXECUTE|CREATE VIEW|SHOW VIEW|CREATE ROUTINE|ALTER ROUTINE|EVENT|TRIGGER'.split(
    '|',
  );
const everywhere =
  `SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|RELOAD|SHUTDOWN|PROCESS|FILE|REFERENCES|INDEX|ALTER|SHOW DATABASES|SUPER|CREATE TEMPORARY TABLES|LOCK TABLES|EXECUTE|REPLICATION SLAVE|REPLICATION CLIENT|CREATE VIEW|SHOW VIEW|CREATE ROUTINE|ALTER ROUTINE|CREATE USER|EVENT|TRIGGER|CREATE TABLESPACE`.split(
    '|',
  );

/** Reads the rows of SHOW GRANTS. */
export function readPrivileges(grants: readonly string[], spelling: Spelling): Privileges {
  return new Set(grants.flatMap((grant) => privilegesOf(tokensOf(grant), spelling)));
}

function privilegesOf(tokens: readonly Token[], spelling: Spelling): string[] {
  const [verb] = tokens;
  if (verb?.value === 'set') return [];
  const revoked = verb?.value === 'revoke' ? 'not ' : '';
  const [on, to] = [indexOf(tokens, 'on'), indexOf(tokens, revoked === '' ? 'to' : 'from')];
  const suffix = tokens.slice(to).map(({ value }) => value);
  const option = suffix.includes('option')
    ? ` with ${suffix[suffix.lastIndexOf('option') - 1] === 'admin' ? 'admin' : 'grant'} option`
    : '';
  if (on < 0 || on > to) {
    const roles = splitAtCommas(tokens.slice(1, to));
    return roles
      .map((role) => account(role, spelling))
      .filter((role) => !ofRds.test(role))
      .map((role) => `${revoked}the role ${role}${option}`);
  }
  const object = privilegeObject(tokens.slice(on + 1, to), spelling);
  return splitAtCommas(tokens.slice(1, on))
    .flatMap((privilege) => namesOf(privilege).map((name) => `${revoked}${name} on ${object}${option}`))
    .filter((privilege) => !meaningless.has(privilege.replace(/ on .*/s, '')) || option !== '');
}

/** A privilege on several columns, whose order means nothing, becomes one on each. */
function namesOf(privilege: readonly Token[]): string[] {
  const opening = privilege.findIndex(({ kind, value }) => kind === 'symbol' && value === '(');
  const words = privilege.slice(0, opening < 0 ? undefined : opening).map(({ written }) => written.toUpperCase());
  const name = renamed.get(words.join(' ')) ?? words.join(' ');
  if (opening < 0) return [name];
  return splitAtCommas(privilege.slice(opening + 1, -1)).map((column) => `${name} (${column.map(nameOf).join('')})`);
}

/** `*.*`, `shop.*`, `shop.orders`, `procedure shop.close`; of PROXY the account. */
function privilegeObject(tokens: readonly Token[], spelling: Spelling): string {
  if (tokens.some(({ kind, value }) => kind === 'symbol' && value === '@')) return account(tokens, spelling);
  const kind = tokens.slice(0, -3).map(({ value }) => `${value} `);
  return `${kind.join('')}${tokens.slice(-3).map(nameOf).join('')}`;
}

function nameOf({ kind, value, written }: Token): string {
  return kind === 'symbol' ? value : objectName(kind === 'name' || kind === 'text' ? value : written);
}

/** `` `app`@`%` ``, or a role of MariaDB without a host. */
function account(tokens: readonly Token[], spelling: Spelling): string {
  const [user, host] = tokens.filter(({ kind }) => kind !== 'symbol');
  return accountName(user?.value ?? '', host === undefined ? spelling.host('') : host.value);
}

function indexOf(tokens: readonly Token[], word: string): number {
  return tokens.findIndex(({ kind, value }) => kind === 'word' && value === word);
}

export interface PrivilegesCompared {
  readonly missing: readonly string[];
  readonly added: readonly string[];
  /** What one has and only its version knows. */
  readonly ofOneVersion: readonly string[];
}

/**
 * What each has and the other lacks.
 *
 * @param alike both sides are of one version's line; else what only one of two versions knows is told apart
 */
export function comparePrivileges(from: Privileges, to: Privileges, alike: boolean): PrivilegesCompared {
  const lacking = (mine: Privileges, theirs: Privileges): string[] =>
    [...mine].filter((one) => !theirs.has(one) && !everything(theirs, one));
  const known = (privilege: string): boolean => alike || !versioned.test(privilege.replace(/ on .*/s, ''));
  const [missing, added] = [lacking(from, to), lacking(to, from)];
  return {
    missing: missing.filter(known),
    added: added.filter(known),
    ofOneVersion: [...missing, ...added].filter((privilege) => !known(privilege)),
  };
}

function everything(held: Privileges, wanted: string): boolean {
  const [, privilege = '', where = ''] = /^(.+?)( on .+)$/s.exec(wanted) ?? [];
  if (privilege === 'ALL PRIVILEGES') {
    const all = where.startsWith(' on *.*') ? everywhere : /^ on .+\.\*( with |$)/s.test(where) ? onDatabases : [];
    return all.length > 0 && all.every((each) => held.has(`${each}${where}`));
  }
  return everywhere.includes(privilege) && held.has(`ALL PRIVILEGES${where}`);
}
