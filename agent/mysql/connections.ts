import { AgentError } from '../errors';
import { groupConnections } from '../sql/connection-groups';
import type { Databases, ResolvedDatabase } from '../sql/databases';
import type { Verb } from '../verb';
import { type Connected, connected } from './connected';
import { atReader } from './reader';
import { type Session, withSession } from './session';

/** A state's payload has a limit; the most numerous groups say who is there. */
const mostGroups = 200;

/** Who is connected to a side, by user, host and database. To a reader that does not answer, nobody is. */
export const connections: Verb<Databases, 'mysql.connections'> = async ({ endpoints }, { side }) =>
  withSession(endpoints[side], 'connections', async (writer) => {
    const all = [...(await connected(writer)), ...(await ofReader(endpoints[side], writer))];
    return {
      connections: all.filter(({ kind }) => kind !== 'replication').length,
      groups: groupConnections(all).slice(0, mostGroups),
    };
  });

async function ofReader(endpoint: ResolvedDatabase, writer: Session): Promise<readonly Connected[]> {
  try {
    return (await atReader(endpoint, 'connections', writer, connected)) ?? [];
  } catch (error) {
    if (error instanceof AgentError && error.name === 'Agent.Unreachable') return [];
    throw error;
  }
}
