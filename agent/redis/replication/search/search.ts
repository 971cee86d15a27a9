import type { SilentChange } from '../../silent-commands/tried-engine';

/**
 * What a resynchronisation looks for. `everything` brings over every key of the source; `gone` finds keys that only the
 * target has. The others find, with small questions to both sides, the keys that a silent command may have changed.
 */
export type Sought = 'everything' | Exclude<SilentChange, 'type'>;
export type Search = ReadonlySet<Sought>;

/** Into an empty target. */
export const COPY: Search = new Set(['everything']);
/** Makes the target equal, whatever was missed. */
export const FULL: Search = new Set(['everything', 'gone']);

/** Every stream: which of them consumers move, nothing tells. */
export const STREAMS: Search = new Set(['stream value']);

/** What finds these changes. A key that went and came again, or became another type, may be any value. */
export function searchFor(changes: Iterable<SilentChange>): Search {
  const search = new Set<Sought>();
  for (const change of changes) search.add(change === 'type' ? 'everything' : change);
  return completed(search);
}

export function both(one: Search, other: Search): Search {
  return completed(new Set([...one, ...other]));
}

function completed(search: Search): Search {
  return search.has('gone') && search.has('new') ? new Set([...search, 'everything']) : search;
}
