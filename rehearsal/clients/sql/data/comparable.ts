/** Of all rows of a table, in whatever order: neither two exchanged ones nor the same one twice go unseen. */
export interface Digest {
  readonly rows: number;
  readonly digest: string;
}

/** A database whose rows are compared with another's. It shares nothing with whatever made the copy. */
export interface Comparable {
  /** By names that both sides of a comparison give them. */
  readonly tables: readonly string[];
  digest(table: string): Promise<Digest>;
  /** Digests by primary key; all under one where the table has none. */
  rows(table: string): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}
