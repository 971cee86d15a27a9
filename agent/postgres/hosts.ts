import type { ResolvedDatabase } from '../sql/databases';

/** Where a side answers: at its writer and, where it has one, at its reader. */
export function hostsOf({ host, readerHost }: ResolvedDatabase): readonly string[] {
  return readerHost === undefined || readerHost === host ? [host] : [host, readerHost];
}
