import type { DatabaseVerifyResult } from '../../../../contract/database';
import { compareDefinitions } from '../../../sql/compare-definitions';
import { type BothNames, type Named, onlyOn } from '../../../sql/named-difference';
import type { Account } from './accounts';
import { comparePrivileges } from './grants';

/** The accounts of a side, and what is known of the server that has them. */
export interface Accounts {
  readonly byName: ReadonlyMap<string, Account>;
  /** Ways to sign in that the server has. */
  readonly plugins: ReadonlySet<string>;
  /** Who the agent itself signs in as. */
  readonly agent: string;
}

interface Compared {
  readonly differences: readonly Named[];
  readonly notCovered: DatabaseVerifyResult['notCovered'];
}

/** What a password is kept as begins with a salt of its own, so that one password is kept in two ways. */
const SALTED: ReadonlyMap<string, number> = new Map([
  ['caching_sha2_password', 27],
  ['sha256_password', 23],
]);

/** @param alike both sides are of one version's line, and have the same privileges */
export function compareAccounts(from: Accounts, to: Accounts, sides: BothNames, alike: boolean): Compared {
  const differences: Named[] = [];
  const notCovered: DatabaseVerifyResult['notCovered'][number][] = [];
  for (const name of new Set([...from.byName.keys(), ...to.byName.keys()])) {
    const object = `user ${name}`;
    const [mine, theirs] = [from.byName.get(name), to.byName.get(name)];
    if (mine === undefined || theirs === undefined) {
      differences.push({ object, difference: onlyOn(mine === undefined ? sides.to : sides.from) });
      continue;
    }
    const { missing, added, ofOneVersion } = comparePrivileges(mine.privileges, theirs.privileges, alike);
    if (missing.length > 0) differences.push({ object, difference: `lacks on ${sides.to}: ${missing.join('; ')}` });
    if (added.length > 0) differences.push({ object, difference: `has only on ${sides.to}: ${added.join('; ')}` });
    const isAgent = name.startsWith(`${from.agent}@`);
    if (ofOneVersion.length > 0 && !isAgent) {
      const reason = `only one of the two versions has ${ofOneVersion.join('; ')}`;
      notCovered.push({ object: `${object}: privileges of one version`, reason });
    }
    // A role of MariaDB is what MySQL has as a locked account.
    if (mine.isRole && theirs.isRole) continue;
    differences.push(...differentAspects(object, mine, theirs, sides));
    const password = comparePasswords(mine, theirs, from, to, sides);
    if (password.differs !== undefined) differences.push({ object, difference: password.differs });
    if (password.unknown !== undefined && !isAgent) {
      notCovered.push({ object: `${object}: password`, reason: password.unknown });
    }
  }
  return { differences, notCovered };
}

function differentAspects(object: string, mine: Account, theirs: Account, sides: BothNames): readonly Named[] {
  return compareDefinitions([{ object, aspects: mine.aspects }], [{ object, aspects: theirs.aspects }], sides);
}

function comparePasswords(
  mine: Account,
  theirs: Account,
  from: Accounts,
  to: Accounts,
  sides: BothNames,
): { readonly differs?: string; readonly unknown?: string } {
  if (mine.plugin === theirs.plugin && mine.hash === theirs.hash) return {};
  if ((mine.hash === '') !== (theirs.hash === '')) {
    return { differs: `has no password on ${mine.hash === '' ? sides.from : sides.to}, and one on the other side` };
  }
  if (mine.plugin !== theirs.plugin) {
    const plugins = `signs in by ${mine.plugin} on ${sides.from} and by ${theirs.plugin} on ${sides.to}`;
    const possible = to.plugins.has(mine.plugin) || from.plugins.has(theirs.plugin);
    return possible
      ? { differs: plugins }
      : { unknown: `${plugins}, which the other side has not: whether the password is the same cannot be told` };
  }
  const salt = SALTED.get(mine.plugin);
  if (salt !== undefined && mine.hash.slice(0, salt) !== theirs.hash.slice(0, salt)) {
    return { unknown: 'each side keeps it with a salt of its own: whether it is the same cannot be told' };
  }
  if (isAdministrator(mine) && isAdministrator(theirs)) {
    return { unknown: 'it is another one, as RDS gives the master user of each side its own' };
  }
  return { differs: 'the password is another one' };
}

function isAdministrator({ privileges }: Account): boolean {
  return [...privileges].some((privilege) =>
    /^(CREATE USER|ALL PRIVILEGES) on \*\.\* with grant option$/.test(privilege),
  );
}
