import { AgentError } from '../errors';
import { tellConnections } from '../sql/connection-groups';
import type { Databases, ResolvedDatabase } from '../sql/databases';
import type { Verb } from '../verb';
import { type Connected, connected } from './connected';
import { atReader } from './reader';
import { type Session, withSession } from './session';

/** Who is connected to a side, by user, host and database. To a reader that does not answer, nobody is. */
export const connections: Verb<Databases, 'mysql.connections'> = async ({ endpoints }, { side }) =>
  withSession(endpoints[side], 'connections', async (writer) => {
    return tellConnections([...(await connected(writer)), ...(await ofReader(endpoints[side], writer))]);
  });

async function ofReader(endpoint: ResolvedDatabase, writer: Session): Promise<readonly Connected[]> {
  try {
    return (await atReader(endpoint, 'connections', writer, connected)) ?? [];
  } catch (error) {
    if (error instanceof AgentError && error.name === 'Agent.Unreachable') return [];
    throw error;
  }
}
