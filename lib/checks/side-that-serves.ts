import { expression } from '../cutover/states/expression';
import type { CheckStates } from './check-kind';
import { looksBack } from './looks';

/** The side that clients are on, as an argument of a verb. */
export function sideThatServes(states: Pick<CheckStates<object>, 'at'>): string {
  return expression(looksBack(states) ? `'blue'` : '$to.side');
}
