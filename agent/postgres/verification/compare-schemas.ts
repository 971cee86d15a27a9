import type { Direction } from '../../../contract/common';
import { compareDefinitions } from '../../sql/compare-definitions';
import type { Databases } from '../../sql/databases';
import type { Named } from '../../sql/named-difference';
import type { Report } from '../../verb';
import { mayNotConnect } from '../explain';
import type { Session } from '../session';
import { subscriptionsOf } from '../status';
import { withComparable } from './comparable';
import { inBoth } from './databases-of-both';
import { readDefinitions } from './definitions/definitions';
import type { Known } from './definitions/query';
import { type Compared, closedDatabase, inDatabase, ofServer } from './not-compared';
import { readRoles } from './roles';
import { differentSequences, sequenceValues } from './sequences';

/** All of them are named: there are as many as somebody made, and each must be mended. */
const MAX_NAMED = 200;

/** Compares what is defined on both sides, who may do what, and where sequences stand. */
export async function compareSchemas(databases: Databases, direction: Direction, report: Report): Promise<Compared> {
  const { names, unpaired } = await inBoth(databases, direction);
  const differences: Named[] = [...unpaired];
  const [mine, theirs] = await withBoth(databases, direction, undefined, (source, target) => {
    const known = knownToBoth(source, target);
    return Promise.all([readRoles(source, known), readRoles(target, known)]);
  });
  differences.push(...compareDefinitions(mine, theirs, direction));
  let objects = mine.length;
  const follows = await withComparable(databases.endpoints[direction.to], subscriptionsOf);
  const notCovered = [...(await withBoth(databases, direction, undefined, ofServer))];
  for (const database of names) {
    report.signal.throwIfAborted();
    const look = withBoth(databases, direction, database, async (source, target) => {
      const known = knownToBoth(source, target);
      const [here, there] = await Promise.all([readDefinitions(source, known), readDefinitions(target, known)]);
      objects += here.length;
      differences.push(...within(database, compareDefinitions(here, there, direction)));
      if (follows.length === 0) {
        const [mine, theirs] = await Promise.all([sequenceValues(source), sequenceValues(target)]);
        differences.push(...within(database, differentSequences(mine, theirs, direction)));
      } else notCovered.push(valuesNotReplicated(database));
      for (const { object, reason } of await inDatabase(source, target)) {
        notCovered.push({ object: `${database}: ${object}`, reason });
      }
    });
    await look.catch((error: unknown) => {
      if (!mayNotConnect(error)) throw error;
      notCovered.push(closedDatabase(database));
    });
    report.progress({ phase: 'comparing definitions', done: objects });
  }
  return {
    rowsCompared: 0,
    chunksCompared: objects,
    mismatches: differences.length,
    sample: differences.slice(0, MAX_NAMED),
    notCovered,
  };
}

function withBoth<T>(
  { endpoints }: Databases,
  { from, to }: Direction,
  database: string | undefined,
  use: (source: Session, target: Session) => Promise<T>,
): Promise<T> {
  return withComparable(
    endpoints[from],
    (source) => withComparable(endpoints[to], (target) => use(source, target), database),
    database,
  );
}

function knownToBoth(source: Session, target: Session): Known {
  return { version: Math.min(source.version, target.version) };
}

function within(database: string, differences: readonly Named[]): Named[] {
  return differences.map(({ object, difference }) => ({ object: `${database}: ${object}`, difference }));
}

function valuesNotReplicated(database: string): Compared['notCovered'][number] {
  return {
    object: `${database}: values of sequences`,
    reason: 'logical replication does not bring them; RDS sets them in the switchover',
  };
}
