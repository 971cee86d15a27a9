import type { JournalFacts, JournalledReplication } from '../../../contract/journal';
import type { RememberedReplication } from './replication-file';

/** `undefined` where nothing is to be replicated. */
export function readJournalled(journal: string): JournalledReplication | undefined {
  const { following = {} } = JSON.parse(journal) as Partial<JournalFacts>;
  const { from, to, overlap, anew } = following;
  if (!((from === 'blue' && to === 'green') || (from === 'green' && to === 'blue'))) return undefined;
  return { from, to, overlap: overlap === true, anew: anew === true };
}

/** What an agent that starts goes on with. The journal rules: notes may be of a host that was away when it was ended. */
export function whatGoesOn(
  remembered: RememberedReplication | undefined,
  journalled: JournalledReplication | undefined,
): RememberedReplication | undefined {
  if (journalled === undefined) return undefined;
  const { from, to, anew, overlap } = journalled;
  // Notes of a time before clients could come to `to` would have their writes overwritten.
  const isOfNow = remembered?.from === from && remembered.to === to && (remembered.overlap || !overlap);
  if (isOfNow) return remembered;
  return anew ? { from, to, overlap } : undefined;
}
