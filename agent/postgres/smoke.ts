import type { Direction } from '../contract';
import type { SmokeQuery, SmokeResult } from '../database-contract';
import type { Databases } from '../databases';
import { differenceOf, planDifferenceOf } from '../sql/smoke/compare-answers';
import { checkReadOnly, isOrdered } from '../sql/smoke/read-only-statement';
import type { Verb } from '../verb';
import { startedAt } from './alive';
import { QueriedSide } from './smoke/queried-side';
import { warmUp } from './smoke/warm-up';

/** Users write while two sides are asked one after the other: what differs is asked again. */
const ROUNDS = 3;

type Result = SmokeResult['queries'][number];

/**
 * Runs the user's queries on both sides' full data, and compares what they give and how they get there. A side that is
 * lost at one of them is the failure that this is for.
 */
export const smoke: Verb<Databases, 'postgres.smoke'> = async (databases, { from, to, warmUp: warm }, report) => {
  databases.smokeQueries.forEach(checkReadOnly);
  const { endpoints } = databases;
  if (warm) await warmUp(endpoints[to], report);
  const startedAtMs = await startedAt(databases, to);
  const sides = { from: new QueriedSide(from, endpoints[from]), to: new QueriedSide(to, endpoints[to]) };
  const queries: Result[] = [];
  for (const query of databases.smokeQueries) {
    report.signal.throwIfAborted();
    queries.push(await compare({ from, to }, sides, query));
    report.progress({ phase: 'asking', done: queries.length, total: databases.smokeQueries.length });
  }
  const differences = queries.filter(({ difference }) => difference !== undefined).length;
  return { queries, differences, startedAtMs };
};

async function compare(
  direction: Direction,
  sides: { readonly from: QueriedSide; readonly to: QueriedSide },
  query: SmokeQuery,
): Promise<Result> {
  for (let round = 1; ; round += 1) {
    // The side that users do not need goes first: it may not survive.
    const theirs = await sides.to.ask(query);
    const mine = await sides.from.ask(query);
    const difference = differenceOf(mine, theirs, isOrdered(query), direction);
    if (difference !== undefined && round < ROUNDS) continue;
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
