import { serverInfo } from '../dialect';
import type { SessionParts } from './session';

/** Goes on hearing of changes, and writes nothing to the target from when it resolves. */
export async function pause({ mover, bigKeys, failure }: SessionParts): Promise<void> {
  await Promise.race([failure, mover.pause()]);
  await Promise.race([failure, bigKeys.landed()]);
}

/** Brings over what was heard of meanwhile. */
export function resume({ mover }: SessionParts): void {
  mover.resume();
}

/** What has changed on the source before the call is on the target already: another copy brought it. */
export async function hearFromNow({ source, from, events, unannounced, tail, failure }: SessionParts): Promise<void> {
  // INFO first, then a barrier: see `UnannouncedChanges.since`.
  const info = await serverInfo(source.control, from);
  await Promise.race([failure, events.barrier()]);
  unannounced.since(info);
  tail.forget();
}
