/** How an operation ended, and where. */
export type Outcome<T> =
  /** The server answered. */
  | {
      readonly state: 'done';
      readonly value: T;
      readonly sentMs: number;
      readonly ackedMs: number;
      readonly server: string;
    }
  /** The server answered that it did not do it. */
  | { readonly state: 'refused'; readonly reason: string }
  /** It was sent and no answer came: it may have happened or not. */
  | {
      readonly state: 'unknown';
      readonly reason: string;
      readonly sentMs: number;
      readonly failedMs: number;
      readonly server: string;
    }
  /** There was no connection to send it on. */
  | { readonly state: 'unsent'; readonly reason: string };
