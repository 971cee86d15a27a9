import type { ResolvedDatabase } from '../sql/databases';
import { text } from './result-row';
import { Session } from './session';

/**
 * Looks at a reader of a side, whom clients may be connected to as well. A reader endpoint leads to one of several:
 * anyone who looks again and again sees them all. `undefined` where the side has none but its writer.
 */
export async function atReader<T>(
  endpoint: ResolvedDatabase,
  purpose: string,
  writer: Session,
  look: (session: Session) => Promise<T>,
): Promise<T | undefined> {
  if (endpoint.readerHost === undefined) return undefined;
  const reader = await Session.open(endpoint, purpose, endpoint.readerHost);
  try {
    // Without any reader, Aurora's reader endpoint leads to the writer.
    return (await identityOf(reader)) === (await identityOf(writer)) ? undefined : await look(reader);
  } finally {
    reader.close();
  }
}

/** MariaDB has no UUID, and the instances of an Aurora cluster may share theirs. */
async function identityOf(session: Session): Promise<string> {
  const rows = await session.query(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('hostname', 'port', 'server_uuid', 'aurora_server_id')",
  );
  return rows.map((row) => text(row, 'Value')).join();
}
