import type { Dialect } from '../dialect';
import { type KeyName, nameOf } from '../key';
import type { Command } from '../resp/writer';
import { entriesOf } from './stream-entries';
import type { StreamGroup } from './stream-groups';
import { compareIds } from './stream-ids';
import { ARGUMENTS_PER_COMMAND, ask, type Place, sliced } from './value';

/** Ids that are pending in some group without an entry of the stream: it was deleted, or trimmed away. */
export class Ghosts {
  /** In order. */
  readonly ids: readonly Buffer[];
  private readonly names: ReadonlySet<KeyName>;

  constructor(ids: readonly Buffer[]) {
    this.ids = [...ids].sort(compareIds);
    this.names = new Set(ids.map(nameOf));
  }

  has(id: Buffer): boolean {
    return this.names.has(nameOf(id));
  }
}

/** Those among the pending ids of which the stream has no entry. */
export async function ghostsAmong(place: Place, pending: readonly Buffer[]): Promise<Ghosts> {
  const ghosts: Buffer[] = [];
  for (const ids of sliced(pending, ARGUMENTS_PER_COMMAND)) {
    const replies = await ask(place, ...ids.map((id): Command => ['XRANGE', place.key, id, id]));
    ghosts.push(...ids.filter((_, i) => entriesOf(replies[i]).length === 0));
  }
  return new Ghosts(ghosts);
}

/** Each id once, whichever groups it is pending in. */
export function pendingIds(groups: readonly StreamGroup[]): Buffer[] {
  return [...new Map(groups.flatMap(({ pending }) => pending.map(({ id }) => [nameOf(id), id] as const))).values()];
}

/**
 * The commands that leave an empty stream, at its beginning, in which `claims` can claim the ghosts: only what exists
 * can be claimed, and what is trimmed away stays pending. (XDEL would leave its id in the stream's head for good.)
 */
export function claimGhosts(
  key: Buffer,
  { ids }: Ghosts,
  entriesAdded: number,
  { streamCounters }: Dialect,
  claims: readonly Command[],
): Command[] {
  const last = ids[ids.length - 1];
  if (last === undefined) return [];
  return [
    ...ids.map((id): Command => ['XADD', key, id, 'gone', '']),
    // No group may have read more than was ever added.
    ...(streamCounters
      ? [['XSETID', key, last, 'ENTRIESADDED', Math.max(ids.length, entriesAdded)] satisfies Command]
      : []),
    ...claims,
    ['XTRIM', key, 'MAXLEN', 0],
    ['XSETID', key, '0-0'],
  ];
}
