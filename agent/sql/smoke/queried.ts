import type { SmokeQuery } from '../../../contract/database';

export interface QueriedOptions {
  /** How long a query may take. @default 60 */
  readonly limitSeconds?: number;
  /** As messages call a query. @default 'smoke query' */
  readonly called?: string;
}

/** A side that gives the rows of a query. */
export interface Queried {
  /** Gives the name of the error where the server refused the query, or did not end it. */
  read(
    query: SmokeQuery,
    onRow: (row: readonly (string | null)[]) => void,
    signal: AbortSignal,
  ): Promise<string | undefined>;
}
