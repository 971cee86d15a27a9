import type { DatabaseVerifyResult } from '../../database-contract';

/** What a verification found, before it is known how long it took. */
export type Compared = Omit<DatabaseVerifyResult, 'durationMs'>;
