import { shownDigest } from '../../../shown-digest';

/** Two secrets that differ are told apart by it, and it does not say what they are. */
export function digest(secret: string): string {
  return `of digest ${shownDigest(secret)}`;
}
