import type { Store } from '../../payload/value';
import { type Reply, ReplyError } from '../../resp/reply';
import type { Command } from '../../resp/writer';
import type { Search } from './search';

/** Both servers' clocks, and the time between the two answers. */
const EXPIRY_TOLERANCE_MS = 1000;

/**
 * The keys of a page of the source that differ on the target in what is sought, by questions that are answered without
 * reading a value; of a type whose values may differ, all keys.
 */
export async function unlikeKeys(
  source: Store,
  target: Store,
  database: number,
  keys: readonly Buffer[],
  search: Search,
): Promise<Buffer[]> {
  const ofBoth = keys.flatMap((key): Command[] => [
    ['PTTL', key],
    ...(search.has('list length') ? [['LLEN', key]] : []),
  ]);
  const types = typesIn(search);
  const ofSource = types.size > 0 ? keys.map((key): Command => ['TYPE', key]) : [];
  const [mine, theirs, typesOfKeys] = await Promise.all([
    source.connection.batchIn(database, ofBoth),
    target.connection.batchIn(database, ofBoth),
    source.connection.batchIn(database, ofSource),
  ]);
  const perKey = ofBoth.length / keys.length;
  return keys.filter((_, i) => {
    if (types.has(String(typesOfKeys[i]))) return true;
    const at = i * perKey;
    if (differsInExpiry(mine[at], theirs[at])) return true;
    return perKey > 1 && differsInLength(mine[at + 1], theirs[at + 1]);
  });
}

function typesIn(search: Search): ReadonlySet<string> {
  const types = [...search].filter((sought) => sought.endsWith(' value'));
  return new Set(types.map((sought) => sought.slice(0, -' value'.length)));
}

/** PTTL answers -2 for no key and -1 for no expiry. A key that went meanwhile has an event, or is sought as `gone`. */
function differsInExpiry(mine: Reply | undefined, theirs: Reply | undefined): boolean {
  const [left, leftThere] = [Number(mine), Number(theirs)];
  if (left === -2) return false;
  if (leftThere === -2) return true;
  if (left === -1 || leftThere === -1) return left !== leftThere;
  return Math.abs(left - leftThere) > EXPIRY_TOLERANCE_MS;
}

/** What is no list refuses LLEN. */
function differsInLength(mine: Reply | undefined, theirs: Reply | undefined): boolean {
  return !(mine instanceof ReplyError) && mine !== theirs;
}
