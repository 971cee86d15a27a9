import type { SqlKind } from '../protocol';

/** A committed transaction that does not stand, or did not when somebody looked. */
export interface LostCommit {
  readonly kind: SqlKind;
  readonly key: string;
  /** Who acknowledged it. */
  readonly side: string;
  readonly ackedMs: number;
  readonly what: string;
}
