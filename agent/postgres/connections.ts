import { tellConnections } from '../sql/connection-groups';
import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { connected } from './connected';
import { hostsOf, withSession } from './session';

/** Who is connected to a side, by user, host and database. */
export const connections: Verb<Databases, 'postgres.connections'> = async ({ endpoints }, { side }) => {
  const found = hostsOf(endpoints[side]).map((host) =>
    withSession(endpoints[side], 'connections', connected, { host }),
  );
  return tellConnections((await Promise.all(found)).flat());
};
