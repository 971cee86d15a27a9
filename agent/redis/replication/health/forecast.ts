import { monotonicNow } from '../clock';
import { FULL, type Search } from '../search/search';
import type { Session } from '../session';
import type { UnverifiedKeys } from '../unverified-keys';
import { BigKeyTimes } from './big-key-times';
import { Pace } from './pace';

/** A command that was called so lately may be called again right before the freeze. */
const SILENT_FOR_MS = 60_000;

/** How long drain, and the comparison after it, would take now, by what as much took lately. In milliseconds. */
export class Forecast {
  readonly pace = new Pace();
  readonly bigKeys = new BigKeyTimes();
  private sought: { readonly search: Search; readonly at: number } | undefined;
  private silentAt: number | undefined;

  /** Commands were called that the source announces to nobody. */
  silent(): void {
    this.silentAt = monotonicNow();
  }

  /** Something is looked for because of such commands. */
  seeks(search: Search): void {
    this.sought = { search, at: monotonicNow() };
  }

  searched(search: Search, keys: number, tookMs: number): void {
    if (search.has('everything')) this.pace.copied(keys, tookMs);
    else this.pace.searched(tookMs);
  }

  /** @param keys - of the source */
  drainMs(session: Session | undefined, keys: number): number {
    const takes = (search: Search) => this.searchMs(search, keys);
    if (session === undefined) return takes(FULL);
    const { resynchronisation, bigKeys } = session.parts;
    // Drain looks for it once more: without that it cannot say that no silent command was missed.
    const again = this.sought !== undefined && isRecent(this.sought.at) ? takes(this.sought.search) : 0;
    const carryMs = resynchronisation.copying ? 0 : bigKeys.workMs().carry;
    const followMs = Math.max(carryMs, this.pace.msToFollow(session.dirtyKeys + this.movedStreams(session)));
    // While something is looked for, lag is since when, and not how much is left.
    const workMs = resynchronisation.active ? followMs : Math.max(session.lagMs(), followMs);
    return workMs + resynchronisation.msLeft(takes) + again;
  }

  /** @param keys - of the source */
  deltaMs(session: Session | undefined, unverified: UnverifiedKeys, keys: number): number {
    const bigMs = session?.parts.bigKeys.workMs().compare ?? 0;
    if (!unverified.known) return this.pace.msToCompareAll(keys) + bigMs;
    return this.pace.msToCompare(Math.max(unverified.size, this.movedStreams(session))) + bigMs;
  }

  private searchMs(search: Search, keys: number): number {
    return search.has('everything') ? this.pace.msToCopy(keys) + this.bigKeys.total() : this.pace.msToSearch();
  }

  /** Streams whose groups may have moved: all are brought over and compared again. */
  private movedStreams(session: Session | undefined): number {
    return this.silentAt !== undefined && isRecent(this.silentAt) ? (session?.parts.streams.size ?? 0) : 0;
  }
}

function isRecent(at: number): boolean {
  return monotonicNow() - at < SILENT_FOR_MS;
}
