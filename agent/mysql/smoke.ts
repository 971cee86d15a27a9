import type { Databases } from '../sql/databases';
import { askBoth } from '../sql/smoke/ask-both';
import { checkReadOnly } from '../sql/smoke/read-only-statement';
import type { Verb } from '../verb';
import { beforeRestarts } from './alive';
import { Chain } from './chain';
import { QueriedSide } from './smoke/queried-side';
import { warmUp } from './smoke/warm-up';
import { untilApplied } from './verification/following-side';

/**
 * Runs the user's queries on both sides' full data, and compares what they give and how they get there. A side that is
 * lost at one of them is the failure that this is for: some queries end some versions of an engine only when a table
 * is large enough.
 */
export const smoke: Verb<Databases, 'mysql.smoke'> = async (databases, { from, to, warmUp: warm }, report) => {
  for (const query of databases.smokeQueries) checkReadOnly(query);
  if (warm) await warmUp(databases.endpoints[to], report);
  const sinceMs = await beforeRestarts(databases, to);
  const sides = {
    from: await QueriedSide.open(from, databases.endpoints[from]),
    to: await QueriedSide.open(to, databases.endpoints[to]),
  };
  const untilCaughtUp = () =>
    Chain.open(databases, { from, to }, 'smoke', (chain) => untilApplied({ chain: async () => chain }, report.signal));
  return { ...(await askBoth({ from, to }, sides, databases.smokeQueries, report, untilCaughtUp)), sinceMs };
};
