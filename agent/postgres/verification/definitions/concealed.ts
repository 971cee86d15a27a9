import { shownDigest } from '../../../shown-digest';

/** SQL: a text as {@link concealed} looks for it. PostgreSQL has no digest by a key, and no statement is to have one in it. */
export const digestOf = (text: string): string => `' of digest ' || md5(${text})`;

/** Of a password that somebody chose, the server's digest would let anyone who reads a result try which one it is. */
export function concealed(aspect: string): string {
  return aspect.replace(
    / of digest ([0-9a-f]{32})(?![0-9a-f])/g,
    (_, digest: string) => ` of digest ${shownDigest(digest)}`,
  );
}
