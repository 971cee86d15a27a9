import type { Direction } from '../../contract';
import type { Databases } from '../../databases';
import { compareDefinitions } from '../../sql/compare-definitions';
import type { Named } from '../../sql/named-difference';
import type { Report } from '../../verb';
import { type Session, withSession } from '../session';
import { subscriptionsOf } from '../status';
import type { Compared } from './compared';
import { inBoth } from './databases-of-both';
import { readDefinitions } from './definitions';
import { readRoles } from './roles';
import { differentSequences } from './sequences';

/** All of them are named: there are as many as somebody made, and each must be mended. */
const MOST_NAMED = 200;

/** Compares what is defined on both sides, who may do what, and where sequences stand. */
export async function compareSchemas(databases: Databases, direction: Direction, report: Report): Promise<Compared> {
  const { from, to } = direction;
  const { endpoints } = databases;
  const { names, unpaired } = await inBoth(databases, direction);
  const differences: Named[] = [...unpaired];
  const notCovered: { object: string; reason: string }[] = [];
  const [mine, theirs] = await Promise.all([
    withSession(endpoints[from], 'verify', readRoles),
    withSession(endpoints[to], 'verify', readRoles),
  ]);
  differences.push(...compareDefinitions(mine, theirs, direction));
  let objects = mine.length;
  const follows = await withSession(endpoints[to], 'verify', subscriptionsOf);
  for (const database of names) {
    report.signal.throwIfAborted();
    await withBoth(databases, direction, database, async (source, target) => {
      const [here, there] = await Promise.all([readDefinitions(source), readDefinitions(target)]);
      objects += here.length;
      differences.push(...within(database, compareDefinitions(here, there, direction)));
      if (follows.length > 0) notCovered.push(valuesNotReplicated(database));
      else differences.push(...within(database, await differentSequences(source, target, direction)));
    });
    report.progress({ phase: 'comparing definitions', done: objects });
  }
  return {
    rowsCompared: 0,
    chunksCompared: objects,
    mismatches: differences.length,
    sample: differences.slice(0, MOST_NAMED),
    notCovered,
  };
}

function withBoth<T>(
  { endpoints }: Databases,
  { from, to }: Direction,
  database: string,
  use: (source: Session, target: Session) => Promise<T>,
): Promise<T> {
  return withSession(
    endpoints[from],
    'verify',
    (source) => withSession(endpoints[to], 'verify', (target) => use(source, target), { database }),
    { database },
  );
}

function within(database: string, differences: readonly Named[]): Named[] {
  return differences.map(({ object, difference }) => ({ object: `${database}: ${object}`, difference }));
}

function valuesNotReplicated(database: string): { readonly object: string; readonly reason: string } {
  return {
    object: `${database}: values of sequences`,
    reason: 'logical replication does not bring them; RDS sets them in the switchover',
  };
}
