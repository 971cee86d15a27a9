import type { Direction } from '../../../contract/common';
import type { Answer, PlanStep } from './answer';

/** What differs between two answers to one query; `undefined` where nothing does. */
export function differenceOf(
  mine: Answer,
  theirs: Answer,
  ordered: boolean,
  { from, to }: Direction,
): string | undefined {
  if (mine.failure !== undefined || theirs.failure !== undefined) {
    if (mine.failure === theirs.failure) return `fails on both sides with ${mine.failure}`;
    if (theirs.failure !== undefined && mine.failure === undefined) return `fails on ${to} with ${theirs.failure}`;
    return `fails on ${from} with ${mine.failure}${theirs.failure === undefined ? '' : `, on ${to} with ${theirs.failure}`}`;
  }
  if (mine.rows !== theirs.rows) return `${mine.rows} rows on ${from}, ${theirs.rows} on ${to}`;
  if (mine.unordered !== theirs.unordered) return `${mine.rows} rows on both sides, with other values`;
  if (ordered && mine.ordered !== theirs.ordered) return 'the same rows in another order';
  return undefined;
}

/** How two plans differ, step by step; `undefined` where they do not. */
export function planDifferenceOf(mine: Answer, theirs: Answer, { from, to }: Direction): string | undefined {
  if (mine.plan === undefined || theirs.plan === undefined) return undefined;
  const [here, there] = [mine.plan.map(describe).join(' → '), theirs.plan.map(describe).join(' → ')];
  return here === there ? undefined : `${from}: ${here}; ${to}: ${there}`;
}

/** `orders ref by_customer`; `ALL` reads the whole table. */
function describe({ table, access, key }: PlanStep): string {
  return [table || '(no table)', access, key].filter((part) => part !== '').join(' ');
}
