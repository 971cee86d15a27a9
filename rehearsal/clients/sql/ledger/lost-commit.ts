import type { LostSample } from '../../client-figures';
import type { SqlKind } from '../protocol';

/** A committed transaction that does not stand, or did not when somebody looked. */
export interface LostCommit extends LostSample {
  readonly kind: SqlKind;
}
