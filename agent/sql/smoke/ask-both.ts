import type { Direction } from '../../../contract/common';
import type { SmokeQuery, SmokeResult } from '../../../contract/database';
import type { Answer } from './answer';
import { differenceOf, planDifferenceOf } from './compare-answers';
import { isOrdered } from './read-only-statement';

/** Users write while two sides are asked one after the other: what differs is asked again. */
const ROUNDS = 3;

export interface AskedSide {
  ask(query: SmokeQuery): Promise<Answer>;
}

/** @param again what is done before a query that was answered differently is asked once more */
export async function askBoth(
  direction: Direction,
  sides: { readonly from: AskedSide; readonly to: AskedSide },
  query: SmokeQuery,
  again: () => Promise<unknown> = async () => undefined,
): Promise<SmokeResult['queries'][number]> {
  for (let round = 1; ; round += 1) {
    // The side that users do not need goes first: it may not survive.
    const theirs = await sides.to.ask(query);
    const mine = await sides.from.ask(query);
    const difference = differenceOf(mine, theirs, isOrdered(query), direction);
    if (difference !== undefined && round < ROUNDS) {
      await again();
      continue;
    }
    const planDifference = planDifferenceOf(mine, theirs, direction);
    return {
      name: query.name,
      rows: mine.rows,
      fromMs: mine.milliseconds,
      toMs: theirs.milliseconds,
      ...(difference === undefined ? {} : { difference }),
      ...(planDifference === undefined ? {} : { planDifference }),
    };
  }
}
