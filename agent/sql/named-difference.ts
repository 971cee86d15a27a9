import type { DatabaseVerifyResult } from '../../contract/database';
import { shownDigest } from '../shown-digest';

/** A difference as a result names it. */
export type Named = DatabaseVerifyResult['sample'][number];

/** The two that are compared, as a sentence names them. */
export interface BothNames {
  readonly from: string;
  readonly to: string;
}

/** How many differences of rows are named; the rest are counted. */
export const SAMPLE = 20;

export function onlyOn(side: string): string {
  return `only on ${side}`;
}

/** Its key's digest is shown, never a value. */
export function rowDifference(key: string, difference: string): string {
  return `row ${shownDigest(key)} ${difference}`;
}
