import type { FaultRun } from './result';
import { tenths } from './units';

/** When a fault struck first, or that it did not: then the run says nothing of it. */
export function strikeInWords({ struckMs }: FaultRun): string {
  return struckMs === undefined ? 'did not strike' : `struck at ${tenths(struckMs)}`;
}
