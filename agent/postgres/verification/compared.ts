import type { DatabaseVerifyResult } from '../../../contract/database';

/** What a verification found, before it is known how long it took. */
export type Compared = Omit<DatabaseVerifyResult, 'durationMs'>;
