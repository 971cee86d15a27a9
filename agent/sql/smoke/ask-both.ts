import type { Direction } from '../../../contract/common';
import type { SmokeQuery, SmokeResult } from '../../../contract/database';
import type { Report } from '../../verb';
import type { Answer } from './answer';
import { differenceOf, planDifferenceOf } from './compare-answers';
import { isOrdered } from './read-only-statement';

/** Clients write while two sides are asked one after the other: what differs is asked again. */
const ROUNDS = 3;

export interface AskedSide {
  ask(query: SmokeQuery): Promise<Answer>;
}

export interface AskedSides {
  readonly from: AskedSide;
  readonly to: AskedSide;
}

/** @param again what is done before a query that was answered differently is asked once more */
export async function askBoth(
  direction: Direction,
  sides: AskedSides,
  asked: readonly SmokeQuery[],
  { signal, progress }: Report,
  again: () => Promise<unknown> = async () => undefined,
): Promise<Omit<SmokeResult, 'sinceMs'>> {
  const queries: SmokeResult['queries'][number][] = [];
  for (const query of asked) {
    signal.throwIfAborted();
    queries.push(await ask(direction, sides, query, again));
    progress({ phase: 'asking', done: queries.length, total: asked.length });
  }
  return { queries, differences: queries.filter(({ difference }) => difference !== undefined).length };
}

async function ask(
  direction: Direction,
  sides: AskedSides,
  query: SmokeQuery,
  again: () => Promise<unknown>,
): Promise<SmokeResult['queries'][number]> {
  for (let round = 1; ; round += 1) {
    // The side that clients do not need goes first: it may not survive.
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
