/** What a user may do, and where: each `PRIVILEGE on OBJECT`, with `with grant option` where he may pass it on. */
export type Privileges = ReadonlySet<string>;

/** Neither side has anything like it, or it means nothing for what users may do. */
const meaningless = new Set(['USAGE', 'PROXY']);

/** MariaDB's names for what MySQL calls otherwise. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['BINLOG MONITOR', 'REPLICATION CLIENT'],
  ['REPLICATION REPLICA', 'REPLICATION SLAVE'],
]);

/** Privileges that MariaDB cut out of SUPER, and that MySQL 8.0 has for the first time: no other version knows them. */
const versioned =
  /^(DELETE HISTORY|(REPLICA|SLAVE) MONITOR|BINLOG (ADMIN|REPLAY)|CONNECTION ADMIN|FEDERATED ADMIN|READ_ONLY ADMIN|REPLICATION (MASTER|SLAVE) ADMIN|SET USER|SHOW CREATE ROUTINE|(CREATE|DROP) ROLE|\w+_\w+)$/;

/** Reads the rows of SHOW GRANTS. */
export function readPrivileges(grants: readonly string[]): Privileges {
  const privileges = new Set<string>();
  for (const grant of grants) {
    const [, list = '', object, suffix = ''] = /^GRANT (.+?) ON (.+?) TO (?:.+?)( WITH .+)?$/s.exec(grant) ?? [];
    if (object !== undefined) {
      const option = /WITH GRANT OPTION/.test(suffix) || /WITH GRANT OPTION$/.test(grant) ? ' with grant option' : '';
      for (const privilege of split(list)) {
        const name = renamed.get(privilege) ?? privilege;
        if (!meaningless.has(name)) privileges.add(`${name} on ${unquoted(object)}${option}`);
      }
      continue;
    }
    const [, roles = ''] = /^GRANT (.+?) TO /s.exec(grant) ?? [];
    for (const role of split(roles)) privileges.add(`the role ${unquoted(role)}`);
  }
  return privileges;
}

/**
 * What each has and the other lacks.
 *
 * @param alike both sides are of one version's line; else what only one of two versions knows is left out
 */
export function comparePrivileges(
  from: Privileges,
  to: Privileges,
  alike: boolean,
): { readonly missing: readonly string[]; readonly added: readonly string[] } {
  const counts = (privilege: string): boolean => alike || !versioned.test(privilege.replace(/ on .*/s, ''));
  const lacking = (mine: Privileges, theirs: Privileges): string[] =>
    [...mine].filter((one) => counts(one) && !theirs.has(one) && !everything(theirs, one));
  return { missing: lacking(from, to), added: lacking(to, from) };
}

/** MySQL 8.0 lists what ALL PRIVILEGES stands for on `*.*`; the others do not. */
function everything(held: Privileges, wanted: string): boolean {
  const [, privilege = '', object = ''] = /^(.+?) on (.+)$/s.exec(wanted) ?? [];
  if (held.has(`ALL PRIVILEGES on ${object}`)) return true;
  return privilege === 'ALL PRIVILEGES' && [...held].filter((one) => one.endsWith(` on ${object}`)).length >= 18;
}

/** At commas; a privilege on several columns, whose order means nothing, becomes one on each. */
function split(list: string): string[] {
  return list.split(/,\s*(?![^(]*\))/).flatMap((privilege) => {
    const [, name, columns] = /^(.+?)\s*\((.+)\)$/s.exec(privilege.trim()) ?? [];
    if (columns === undefined) return [privilege.trim()];
    return columns.split(',').map((column) => `${name} (${unquoted(column.trim())})`);
  });
}

/** Names are quoted with backticks, and in older versions with apostrophes. */
function unquoted(name: string): string {
  return name.replace(/[`']/g, '');
}
