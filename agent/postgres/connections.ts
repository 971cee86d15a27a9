import { groupConnections } from '../sql/connection-groups';
import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { connected } from './connected';
import { hostsOf } from './hosts';
import { withSession } from './session';

/** A state's payload has a limit; the most numerous groups say who is there. */
const mostGroups = 200;

/** Who is connected to a side, by user, host and database. */
export const connections: Verb<Databases, 'postgres.connections'> = async ({ endpoints }, { side }) => {
  const found = hostsOf(endpoints[side]).map((host) =>
    withSession(endpoints[side], 'connections', connected, { host }),
  );
  const all = (await Promise.all(found)).flat();
  return {
    connections: all.filter(({ kind }) => kind !== 'replication').length,
    groups: groupConnections(all).slice(0, mostGroups),
  };
};
