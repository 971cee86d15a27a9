import type { Databases } from '../sql/databases';
import { askBoth } from '../sql/smoke/ask-both';
import { checkReadOnly } from '../sql/smoke/read-only-statement';
import type { Verb } from '../verb';
import { clockOf } from './alive';
import { QueriedSide } from './smoke/queried-side';
import { warmUp } from './smoke/warm-up';

/**
 * Runs the user's queries on both sides' full data, and compares what they give and how they get there. A side that is
 * lost at one of them is the failure that this is for.
 */
export const smoke: Verb<Databases, 'postgres.smoke'> = async (databases, { from, to, warmUp: warm }, report) => {
  for (const query of databases.smokeQueries) checkReadOnly(query);
  const { endpoints } = databases;
  if (warm) await warmUp(endpoints[to], report);
  const sinceMs = await clockOf(endpoints[to]);
  const sides = { from: new QueriedSide(from, endpoints[from]), to: new QueriedSide(to, endpoints[to]) };
  return { ...(await askBoth({ from, to }, sides, databases.smokeQueries, report)), sinceMs };
};
