import type { Direction } from '../contract';
import type { SmokeQuery, SmokeResult } from '../database-contract';
import type { Databases } from '../databases';
import { differenceOf, planDifferenceOf } from '../sql/smoke/compare-answers';
import { checkReadOnly, isOrdered } from '../sql/smoke/read-only-statement';
import type { Report, Verb } from '../verb';
import { startedAt } from './alive';
import { withSession } from './session';
import { QueriedSide } from './smoke/queried-side';
import { warmUp } from './smoke/warm-up';
import { untilApplied } from './verification/following-side';

/** Users write while two sides are asked one after the other: what differs is asked again. */
const ROUNDS = 3;

type Result = SmokeResult['queries'][number];

/**
 * Runs the user's queries on both sides' full data, and compares what they give and how they get there. A side that is
 * lost at one of them is the failure that this is for: some queries end some versions of an engine only when a table
 * is large enough.
 */
export const smoke: Verb<Databases, 'mysql.smoke'> = async (databases, { from, to, warmUp: warm }, report) => {
  databases.smokeQueries.forEach(checkReadOnly);
  if (warm) await warmUp(databases.endpoints[to], report);
  const startedAtMs = await startedAt(databases, to);
  const sides = {
    from: await QueriedSide.open(from, databases.endpoints[from]),
    to: await QueriedSide.open(to, databases.endpoints[to]),
  };
  const queries: Result[] = [];
  for (const query of databases.smokeQueries) {
    report.signal.throwIfAborted();
    queries.push(await compare(databases, { from, to }, sides, query, report));
    report.progress({ phase: 'asking', done: queries.length, total: databases.smokeQueries.length });
  }
  const differences = queries.filter(({ difference }) => difference !== undefined).length;
  return { queries, differences, startedAtMs };
};

async function compare(
  databases: Databases,
  direction: Direction,
  sides: { readonly from: QueriedSide; readonly to: QueriedSide },
  query: SmokeQuery,
  { signal }: Report,
): Promise<Result> {
  for (let round = 1; ; round += 1) {
    // The side that users do not need goes first: it may not survive.
    const theirs = await sides.to.ask(query);
    const mine = await sides.from.ask(query);
    const difference = differenceOf(mine, theirs, isOrdered(query), direction);
    if (difference !== undefined && round < ROUNDS) {
      await untilCaughtUp(databases, direction, signal);
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

function untilCaughtUp({ endpoints }: Databases, { from, to }: Direction, signal: AbortSignal): Promise<boolean> {
  return withSession(endpoints[from], 'smoke', (source) =>
    withSession(endpoints[to], 'smoke', (target) =>
      untilApplied({ from: { side: from, session: source }, to: { side: to, session: target } }, signal),
    ),
  );
}
