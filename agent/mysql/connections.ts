import type { Databases } from '../databases';
import type { Verb } from '../verb';
import { connected, groupConnections } from './connected';
import { withSession } from './session';

/** A state's payload has a limit; the most numerous groups say who is there. */
const mostGroups = 200;

/** Who is connected to a side's writer, by user, host and database. */
export const connections: Verb<Databases, 'mysql.connections'> = async ({ endpoints }, { side }) =>
  withSession(endpoints[side], 'connections', async (session) => {
    const all = await connected(session);
    return {
      connections: all.filter(({ kind }) => kind !== 'replication').length,
      groups: groupConnections(all).slice(0, mostGroups),
    };
  });
