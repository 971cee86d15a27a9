import type { Databases } from '../databases';
import type { Verb } from '../verb';
import { connected, groupConnections } from './connected';
import { onEachServer } from './servers';
import { withSession } from './session';

/** A state's payload has a limit; the most numerous groups say who is there. */
const mostGroups = 200;

/** Who is connected to a side, by user, host and database. */
export const connections: Verb<Databases, 'mysql.connections'> = async ({ endpoints }, { side }) =>
  withSession(endpoints[side], 'connections', async (writer) => {
    const all = (await onEachServer(endpoints[side], 'connections', writer, connected)).flat();
    return {
      connections: all.filter(({ kind }) => kind !== 'replication').length,
      groups: groupConnections(all).slice(0, mostGroups),
    };
  });
